import type { LogEvent } from '../base/log-event.ts';
import type { ClientOptions, Cluster, ClusterMember, EmbeddedMember } from './api.ts';
import type { MemberOptions } from './options.ts';
import { launch } from './launch.ts';
import { StartError } from './options.ts';

/**
 * Starts one member that is a cluster by itself. `stop` ends it for good where its data goes with it; with a `dataDir`
 * it can be started there again.
 * @throws StartError that says why not; nothing is left behind then
 */
export async function startMember({ name = 'default', ...options }: MemberOptions = {}): Promise<EmbeddedMember> {
  const { openEtcd3 } = await import('./client/open-etcd3.ts');
  const cluster = await launch({ ...options, size: 1, names: [name] }, { openEtcd3, isAlone: true });
  const [member] = cluster.members;
  if (member === undefined) throw new StartError('the cluster has no member');
  return new LoneMember(cluster, member);
}

class LoneMember implements EmbeddedMember {
  readonly #cluster: Cluster;
  readonly #member: ClusterMember;

  constructor(cluster: Cluster, member: ClusterMember) {
    this.#cluster = cluster;
    this.#member = member;
  }

  get name(): string {
    return this.#member.name;
  }

  get id(): bigint {
    return this.#member.id;
  }

  get clientUrl(): string | undefined {
    return this.#member.clientUrl;
  }

  get isRunning(): boolean {
    return this.#member.isRunning;
  }

  get isPaused(): boolean {
    return this.#member.isPaused;
  }

  get isLeader(): boolean {
    return this.#member.isLeader;
  }

  get isLearner(): boolean {
    return this.#member.isLearner;
  }

  get endpoints(): readonly string[] {
    return this.#cluster.endpoints;
  }

  get tls(): EmbeddedMember['tls'] {
    return this.#cluster.tls;
  }

  get credentials(): EmbeddedMember['credentials'] {
    return this.#cluster.credentials;
  }

  get clock(): EmbeddedMember['clock'] {
    return this.#cluster.clock;
  }

  client(options?: ClientOptions): ReturnType<EmbeddedMember['client']> {
    return this.#cluster.client(options);
  }

  recentLog(): readonly LogEvent[] {
    return this.#cluster.recentLog();
  }

  kill(): Promise<void> {
    return this.#member.kill();
  }

  restart(): Promise<void> {
    return this.#member.restart();
  }

  pause(): void {
    this.#member.pause();
  }

  resume(): void {
    this.#member.resume();
  }

  stop(): Promise<void> {
    return this.#cluster.stop();
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.#cluster.stop();
  }
}
