import type { Etcd3 } from 'etcd3';
import type { LogEvent } from '../base/index.ts';
import type { Caller } from '../member/index.ts';
import type { Member } from '../member/index.ts';
import type { ClientOptions, ClientTls, Cluster, ClusterMember, MemberName } from './api.ts';
import type { Access } from './client/open-etcd3.ts';
import { NamedNetwork } from './cluster-network.ts';
import type { Beginning } from './member-process.ts';
import type { ClusterNode } from './node.ts';
import { StartError } from './options.ts';
import { rootCaller, type RootCredentials } from './root-user.ts';
import { isName, NAME_RULE } from './settings.ts';
import type { Site } from './site.ts';

export type OpenEtcd3 = (access: Access, options: Omit<ClientOptions, 'member'>) => Etcd3;

const POLL_MS = 2;
const PATIENCE_MS = 10_000;

/** What a started cluster is given. */
export interface ClusterParts {
  readonly site: Site;
  readonly nodes: ClusterNode[];
  readonly tls: ClientTls | undefined;
  readonly openEtcd3: OpenEtcd3;
}

export class EmbeddedCluster implements Cluster {
  readonly tls: ClientTls | undefined;
  readonly network: NamedNetwork;
  credentials: RootCredentials | undefined;
  readonly #site: Site;
  readonly #openEtcd3: OpenEtcd3;
  #nodes: ClusterNode[];
  readonly #clients = new Set<Etcd3>();
  #stopped: Promise<void> | undefined;

  constructor({ site, nodes, tls, openEtcd3 }: ClusterParts) {
    this.#site = site;
    this.#nodes = nodes;
    this.tls = tls;
    this.#openEtcd3 = openEtcd3;
    this.network = new NamedNetwork(site.network, (member) => this.#node(member).id);
  }

  get members(): readonly ClusterNode[] {
    return this.#nodes;
  }

  get clock(): Site['clock'] {
    return this.#site.clock;
  }

  get endpoints(): readonly string[] {
    return endpointsOf(this.#nodes);
  }

  get leader(): ClusterNode | undefined {
    const leaders = this.#nodes.filter(({ isLeader }) => isLeader);
    // One that was cut off may still take itself for the leader: the younger term counts.
    return leaders.toSorted((a, b) => Number(termOf(b) - termOf(a)))[0];
  }

  client({ member, ...options }: ClientOptions = {}): Etcd3 {
    const nodes = (): readonly ClusterNode[] => (member === undefined ? this.#nodes : [this.#node(member)]);
    const access: Access = {
      endpoints: endpointsOf(nodes()),
      tls: this.tls,
      login: this.credentials,
      channels: () => nodes().flatMap(({ channel }) => channel ?? []),
      closed: (client) => this.#clients.delete(client),
    };
    const client = this.#openEtcd3(access, options);
    this.#clients.add(client);
    return client;
  }

  member(name: string): ClusterMember {
    return this.#node(name);
  }

  async waitForLeader({ timeoutMs = PATIENCE_MS } = {}): Promise<ClusterNode> {
    return this.#eventually(() => this.leader, timeoutMs, 'no member became leader');
  }

  async moveLeader(to: MemberName): Promise<void> {
    const target = this.#node(to);
    const leader = await this.waitForLeader();
    if (leader === target) return;
    await this.#ask(leader, ({ maintenance }, caller) => maintenance.moveLeader({ targetID: target.id }, caller));
    await this.#eventually(
      () => target.isLeader || undefined,
      PATIENCE_MS,
      `member ${target.name} did not become leader`,
    );
  }

  addMember(options: { readonly name?: string } = {}): Promise<ClusterMember> {
    return this.#add(options.name, false);
  }

  addLearner(options: { readonly name?: string } = {}): Promise<ClusterMember> {
    return this.#add(options.name, true);
  }

  async promote(learner: MemberName): Promise<void> {
    const { id, name } = this.#node(learner);
    const promoted = async (): Promise<true | undefined> => {
      try {
        await this.#ask(await this.waitForLeader(), ({ cluster }, caller) => cluster.promote({ ID: id }, caller));
        return true;
      } catch (error) {
        if (isBehind(error)) return undefined;
        throw error;
      }
    };
    await this.#eventually(promoted, PATIENCE_MS, `learner ${name} did not catch up`);
  }

  async removeMember(member: MemberName): Promise<void> {
    const node = this.#node(member);
    const leader = await this.waitForLeader();
    await this.#ask(leader, ({ cluster }, caller) => cluster.remove({ ID: node.id }, caller));
    await node.discard();
    this.#nodes = this.#nodes.filter((other) => other !== node);
  }

  recentLog(): readonly LogEvent[] {
    return this.#site.log.events();
  }

  stop(): Promise<void> {
    this.#stopped ??= this.#stop();
    return this.#stopped;
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.stop();
  }

  async #stop(): Promise<void> {
    for (const client of this.#clients) client.close();
    // Data that stays has to be whole. What goes with the cluster need not be: nobody hands anything over.
    const ends = this.#nodes.map((node) => (this.#site.keepsData ? node.stop() : node.kill()));
    await Promise.allSettled(ends);
    this.#site.close();
    for (const end of ends) await end;
  }

  async #add(name: string | undefined, isLearner: boolean): Promise<ClusterMember> {
    if (name !== undefined && !isName(name)) throw new RangeError(`${NAME_RULE}: not ${JSON.stringify(name)}`);
    if (name !== undefined && this.#nodes.some((node) => node.name === name)) {
      throw new RangeError(`there is a member ${name} already`);
    }
    const others = new Map(this.#nodes.map((node) => [node.name, [node.peerUrl]]));
    const join = (self: { readonly name: string; readonly peerUrl: string }): Beginning => ({
      initialCluster: new Map([...others, [self.name, [self.peerUrl]]]),
      initialClusterState: 'existing',
    });
    const node = this.#site.newNode(name, join, new Set(others.keys()));
    const leader = await this.waitForLeader();
    await this.#ask(leader, ({ cluster }, caller) => cluster.add({ peerURLs: [node.peerUrl], isLearner }, caller));
    await node.start();
    this.#nodes = [...this.#nodes, node];
    await this.#known(node);
    return node;
  }

  /** Waits until the cluster has the member's name: who has none counts as not started, and stands in the way of others. */
  async #known(node: ClusterNode): Promise<void> {
    let isKnown = false;
    let failure: Error | undefined;
    node.running?.whenReady.then(
      () => (isKnown = true),
      (error: Error) => (failure = error),
    );
    const look = (): true | undefined => {
      if (failure !== undefined) throw failure;
      return isKnown || undefined;
    };
    await this.#eventually(look, PATIENCE_MS, `member ${node.name} did not become part of the cluster`);
  }

  /** Asks the leader something on the cluster's own behalf. */
  async #ask<Result>(node: ClusterNode, call: (member: Member, caller: Caller) => Promise<Result>): Promise<Result> {
    if (node.running === undefined) throw new Error(`member ${node.name} does not run`);
    return call(node.running, await rootCaller(node.running, this.credentials));
  }

  #node(member: MemberName): ClusterNode {
    const name = typeof member === 'string' ? member : member.name;
    const node = this.#nodes.find((other) => other.name === name);
    if (node === undefined) throw new RangeError(`no member is named ${name}`);
    return node;
  }

  /** Asks again and again; in real time, whatever the clock is. @throws StartError when it takes too long */
  async #eventually<Result>(
    look: () => Result | undefined | Promise<Result | undefined>,
    timeoutMs: number,
    failure: string,
  ): Promise<Result> {
    const endMs = performance.now() + timeoutMs;
    for (;;) {
      const result = await look();
      if (result !== undefined) return result;
      if (this.#stopped !== undefined) throw new StartError('the cluster was stopped');
      if (performance.now() > endMs) {
        const hint = this.clock.isVirtual ? '; time stands still until clock.advance() is called' : '';
        throw new StartError(`${failure} within ${timeoutMs} ms${hint}${this.#site.log.text()}`);
      }
      await new Promise((resolve) => setTimeout(resolve, POLL_MS));
    }
  }
}

const endpointsOf = (nodes: readonly ClusterNode[]): string[] => nodes.flatMap(({ clientUrl }) => clientUrl ?? []);

const isBehind = (error: unknown): boolean => error instanceof Error && /in sync with leader/.test(error.message);

const termOf = (node: ClusterNode): bigint => node.running?.term ?? 0n;
