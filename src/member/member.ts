import { AppliedWaits } from './applied-waits.ts';
import { openTokenProvider } from '../auth/index.ts';
import { type LogSink, messageOf } from '../base/index.ts';
import { RaftNode } from '../raft/index.ts';
import { refuse } from '../wire/etcd-error.ts';
import type { ResponseHeader } from '../wire/index.ts';
import type { Caller, MemberApi, WatchSession, WatchSink } from './api.ts';
import { Core } from './core.ts';
import { type Founding, foundMember } from './founding.ts';
import { type Home, MemoryHome } from './home.ts';
import { limitsOf } from './limits.ts';
import { encodeRecord } from './membership/record.ts';
import { formatId } from './membership/ids.ts';
import type { PeerLink, PeerReceiver } from './network.ts';
import type { MemberOptions } from './options.ts';
import { NO_SERVICE, peerService } from './peer-service.ts';
import { raftConfig } from './raft-config.ts';
import { authApi } from './rpc/auth.ts';
import { clusterApi } from './rpc/cluster.ts';
import { RpcContext } from './rpc/context.ts';
import { kvApi } from './rpc/kv.ts';
import { leaseApi } from './rpc/lease.ts';
import { maintenanceApi, moveLeader } from './rpc/maintenance.ts';
import { openWatch } from './rpc/watch.ts';
import { State } from './state.ts';
import { watchCorruption } from './tasks/corruption.ts';
import { proposeCheckpoints, watchLeases } from './tasks/leases.ts';
import { publish } from './tasks/publish.ts';
import { watchVersions } from './tasks/versions.ts';

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
  readonly #core: Core;
  readonly #context: RpcContext;
  readonly #home: Home;
  readonly #link: PeerLink;
  readonly #randomInt: (bound: number) => number;
  readonly #tasks: readonly (() => void)[];
  #stopped: Promise<void> | undefined;

  private constructor(options: MemberOptions, core: Core, context: RpcContext, home: Home, ended: Promise<Error>) {
    this.#core = core;
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
    this.#tasks = [watchLeases(core), watchVersions(core), watchCorruption(core)];
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
    const log: LogSink = options.log ?? (() => undefined);
    const founding = await foundMember(options);
    return start(options, log, founding);
  }

  /** @internal */
  static assemble(options: MemberOptions, core: Core, context: RpcContext, home: Home, ended: Promise<Error>): Member {
    return new Member(options, core, context, home, ended);
  }

  get id(): bigint {
    return this.#core.state.memberId;
  }

  get clusterId(): bigint {
    return this.#core.state.clusterId;
  }

  /** The member that leads, as far as this one knows; 0 for none. */
  get leaderId(): bigint {
    return this.#core.leadership.lead;
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

  isLearner(): boolean {
    return this.#context.isLearner();
  }

  watch(caller: Caller, sink: WatchSink): WatchSession {
    return openWatch(this.#context, this.#randomInt, caller, sink);
  }

  /** Ends in order: a leader hands leadership over first, what was written is durable, no timer is left. */
  stop(): Promise<void> {
    this.#stopped ??= this.#handOver().then(() => this.#end());
    return this.#stopped;
  }

  /** Ends at once, as by a crash: nothing is handed over, nothing more is written. */
  kill(): Promise<void> {
    this.#stopped ??= this.#end();
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

  async #end(): Promise<void> {
    for (const stop of this.#tasks) stop();
    this.#link.close();
    await this.#core.stop(refuse.stopped());
    await this.#home.close();
  }
}

function start(options: MemberOptions, log: LogSink, founding: Founding): Member {
  const { clock, network } = options;
  const limits = limitsOf(options);
  const appliedWaits = new AppliedWaits();
  const tokens = openTokenProvider(options.authToken ?? 'simple', {
    clock,
    simpleTtlSeconds: options.authTokenTtlSeconds,
    waitForIndex: (index, signal) => appliedWaits.until(index, signal),
  });
  const recordBytes = (): number => (state === undefined ? 0 : state.store.sizeBytes);
  const home = new MemoryHome(clock, recordBytes);
  let core: Core | undefined;
  const state: State = new State(founding, home.backend, {
    clock,
    log,
    tokens,
    bcryptCost: options.bcryptCost,
    minTtlSeconds: limits.minTtlSeconds,
    compactionBatchLimit: options.compactionBatchLimit,
    compactionPauseMs: options.compactionPauseMs,
    checkpointIntervalMs: limits.checkpointIntervalMs || undefined,
    proposeCheckpoints: limits.checkpointIntervalMs
      ? (checkpoints) => (core ? proposeCheckpoints(core, checkpoints) : Promise.resolve())
      : undefined,
  });
  const receiver: { -readonly [K in keyof PeerReceiver]: PeerReceiver[K] } = {
    message: (m) => core?.driver.receive(m),
    snapshot: (m, image) => core?.snapshots.receive(m, image) ?? Promise.reject(refuse.stopped()),
    unreachable: (id) => core?.driver.reportUnreachable(id),
    removed: () => end(new Error('the member has been permanently removed from the cluster')),
    service: NO_SERVICE,
  };
  const self = founding.founders.find(({ id }) => id === founding.memberId);
  const link = network.join(
    { id: founding.memberId, clusterId: founding.clusterId, peerUrls: self?.peerUrls ?? options.peerUrls },
    receiver,
  );
  const node = new RaftNode(
    raftConfig(founding.memberId, home.logStore.storage, 0n, limits, {
      randomInt: options.randomInt,
      log,
      preVote: options.preVote ?? true,
    }),
  );
  let end: (reason: Error) => void = () => undefined;
  const ended = new Promise<Error>((resolve) => {
    end = resolve;
  });
  if (founding.founders.length > 0) {
    node.bootstrap(founding.founders.map((member) => ({ id: member.id, context: encodeRecord(member) })));
  }
  for (const { id, peerUrls } of founding.existing) if (id !== founding.memberId) link.addPeer(id, peerUrls);
  core = new Core({ clock, log, limits, state, node, home, link, appliedWaits, ended: (reason) => end(reason) });
  const context = new RpcContext(core);
  receiver.service = peerService(context);
  if (founding.founders.length === 1) core.skipTicks(limits.electionTicks - 1);
  return Member.assemble(options, core, context, home, ended);
}
