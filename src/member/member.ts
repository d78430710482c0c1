import { messageOf } from '../base/index.ts';
import { refuse } from '../wire/etcd-error.ts';
import type { ResponseHeader } from '../wire/index.ts';
import type { Figures } from '../figures/index.ts';
import type { WatchSession, WatchSink } from '../mvcc/index.ts';
import { ALARM } from './alarms.ts';
import type { Caller, MemberApi } from './api.ts';
import { assemble, type Parts } from './assemble.ts';
import type { Core } from './core.ts';
import { watchCompactHashes } from './corruption/compact-hash-check.ts';
import { watchCorruption } from './corruption/periodic-check.ts';
import type { Home } from './home.ts';
import { formatId } from '../base/member-ids.ts';
import type { PeerLink } from './network.ts';
import type { MemberOptions } from './options.ts';
import { authApi } from './rpc/auth.ts';
import { clusterApi } from './rpc/cluster.ts';
import type { RpcContext } from './rpc/context.ts';
import { kvApi } from './rpc/kv.ts';
import { leaseApi } from './rpc/lease.ts';
import { maintenanceApi, moveLeader } from './rpc/maintenance.ts';
import { openWatch } from './rpc/watch.ts';
import { watchLeases } from './tasks/leases.ts';
import { publish } from './tasks/publish.ts';
import { watchVersions } from './tasks/versions.ts';
import { formatVersion } from './versions.ts';

/** One member of a cluster. See the contract in index.ts. */
export class Member implements MemberApi {
  readonly kv: MemberApi['kv'];
  readonly lease: MemberApi['lease'];
  readonly cluster: MemberApi['cluster'];
  readonly maintenance: MemberApi['maintenance'];
  readonly auth: MemberApi['auth'];
  /** Resolves when the cluster knows this member's name and client URLs; rejects if it stops before. */
  readonly whenReady: Promise<void>;
  /** Resolves with the reason when the member has ended by itself: it was removed, or can not go on. */
  readonly whenEnded: Promise<Error>;
  readonly counted: Figures;
  readonly #core: Core;
  readonly #context: RpcContext;
  readonly #home: Home;
  readonly #link: PeerLink;
  readonly #randomInt: (bound: number) => number;
  readonly #tasks: readonly (() => void)[];
  #stopped: Promise<void> | undefined;

  private constructor(options: MemberOptions, { core, context, home, alone, ended }: Parts) {
    this.#core = core;
    this.counted = core.figures;
    this.#context = context;
    this.#home = home;
    this.#link = core.link;
    this.#randomInt = options.randomInt;
    this.kv = kvApi(context);
    this.lease = leaseApi(context);
    this.cluster = clusterApi(context);
    this.maintenance = maintenanceApi(context, home);
    this.auth = authApi(context);
    this.whenEnded = ended;
    core.start();
    if (alone) core.campaignSoon();
    this.#tasks = [watchLeases(core), watchVersions(core), watchCorruption(core), watchCompactHashes(core)];
    this.whenReady = publish(core, options.name, options.clientUrls).then((isPublished) => {
      if (!isPublished) throw refuse.stopped();
    });
    this.whenReady.catch(() => undefined);
  }

  /**
   * Starts a member with the data it has, or founds or joins a cluster.
   * @throws MemberStartError, and what storage throws
   */
  static async start(options: MemberOptions): Promise<Member> {
    return new Member(options, await assemble(options));
  }

  get id(): bigint {
    return this.#core.state.memberId;
  }

  get clusterId(): bigint {
    return this.#core.state.clusterId;
  }

  /** Index of the last entry that is part of this member's state. */
  get appliedIndex(): bigint {
    return this.#core.applied;
  }

  /** The member that leads, as far as this one knows; 0 for none. */
  get leaderId(): bigint {
    return this.#core.leadership.lead;
  }

  /** The term of the last election this member knows of. `header()` tells it only once the new leader's first entry is applied. */
  get term(): bigint {
    return this.#core.driver.node.basicStatus().term;
  }

  header(): ResponseHeader {
    return this.#core.state.header();
  }

  hasLeader(): boolean {
    return this.#core.leadership.lead !== 0n;
  }

  onLeaderChange(listener: () => void): () => void {
    return this.#core.leadership.onPresence(listener);
  }

  alarms(): ReturnType<MemberApi['alarms']> {
    return this.#core.state.alarms.list(ALARM.NONE);
  }

  isLearner(): boolean {
    return this.#context.isLearner();
  }

  clusterVersion(): string | undefined {
    const { version } = this.#core.state.roster;
    return version === undefined ? undefined : formatVersion(version);
  }

  figures(): ReturnType<NonNullable<MemberApi['figures']>> {
    const { state, leadership } = this.#core;
    return {
      keys: state.store.keyCount,
      compactRevision: state.store.compactRevision,
      authRevision: state.auth.revision,
      leaderChanges: leadership.changes,
      members: state.roster.members.map(({ id }) => id),
      alarms: this.alarms(),
    };
  }

  watcherCounts(): Core['state']['store']['watcherCounts'] {
    return this.#core.state.store.watcherCounts;
  }

  watch(caller: Caller, sink: WatchSink): WatchSession {
    return openWatch(this.#context, this.#randomInt, caller, sink);
  }

  /** Ends in order: a leader hands leadership over first, what was written is durable, no timer is left. */
  stop(): Promise<void> {
    this.#stopped ??= this.#handOver().then(() => this.#end(() => this.#home.close()));
    return this.#stopped;
  }

  /** Ends at once, as by a crash: nothing is handed over, nothing more is written. */
  kill(): Promise<void> {
    this.#stopped ??= this.#end(() => this.#home.abandon());
    return this.#stopped;
  }

  async #handOver(): Promise<void> {
    const { leadership, state, link, log } = this.#core;
    const others = state.roster.voters.filter(({ id }) => id !== state.memberId);
    if (!leadership.isSelf || others.length === 0) return;
    let oldest: { readonly id: bigint; readonly sinceMs: number } | undefined;
    for (const { id } of others) {
      const sinceMs = link.activeSince(id);
      if (sinceMs !== undefined && (!oldest || sinceMs < oldest.sinceMs)) oldest = { id, sinceMs };
    }
    try {
      if (!oldest) throw refuse.unhealthy();
      await moveLeader(this.#context, oldest.id);
    } catch (error) {
      const fields = { 'local-member-id': formatId(state.memberId), error: messageOf(error) };
      log({ level: 'warn', message: 'leadership transfer failed', fields });
    }
  }

  async #end(release: () => Promise<void>): Promise<void> {
    for (const stop of this.#tasks) stop();
    this.#link.close();
    await this.#core.stop(refuse.stopped());
    await release();
  }
}
