import { openTokenProvider } from '../auth/index.ts';
import type { LogSink } from '../base/index.ts';
import { Figures } from '../figures/index.ts';
import { EMPTY_CONF_STATE, RaftNode } from '../raft/index.ts';
import { refuse } from '../wire/etcd-error.ts';
import { AppliedWaits } from './applied-waits.ts';
import { Core } from './core.ts';
import { checkInitially } from './corruption/initial-check.ts';
import type { MemberIds } from './consensus/open-log-store.ts';
import { DiskHome } from './disk-home.ts';
import { checkCompatible, type Founding, foundMember, MemberStartError, refuseDowngrade } from './founding.ts';
import { becomeAlone } from './force-new-cluster.ts';
import { type Home, MemoryHome } from './home.ts';
import { type Limits, limitsOf } from './limits.ts';
import { encodeRecord } from './membership/record.ts';
import type { PeerReceiver } from './network.ts';
import type { MemberOptions } from './options.ts';
import { NO_SERVICE, peerService } from './peer-service.ts';
import { raftConfig } from './raft-config.ts';
import { RpcContext } from './rpc/context.ts';
import { State, type StateDeps } from './state.ts';
import { proposeCheckpoints } from './tasks/leases.ts';

/** What a member is made of. Nothing runs yet. */
export interface Parts {
  readonly core: Core;
  readonly context: RpcContext;
  readonly home: Home;
  /** No one else could lead. */
  readonly alone: boolean;
  readonly ended: Promise<Error>;
}

interface Origin {
  readonly ids: MemberIds;
  readonly home: Home;
  /** Undefined for one that ran before. */
  readonly founding: Founding | undefined;
}

/** Told later: what the parts need of each other in a circle. */
class Late {
  core: Core | undefined;
  state: State | undefined;
  readonly ended: Promise<Error>;
  end: (reason: Error) => void = () => undefined;

  constructor() {
    this.ended = new Promise((resolve) => {
      this.end = resolve;
    });
  }
}

/** Reads what a member has, or begins with nothing, and puts its parts together. @throws MemberStartError */
export async function assemble(options: MemberOptions): Promise<Parts> {
  const log: LogSink = options.log ?? (() => undefined);
  const late = new Late();
  const limits = limitsOf(options);
  const figures = options.figures ?? new Figures();
  const origin = await originOf(options, { log, late, figures });
  const { ids, home, founding } = origin;
  try {
    const appliedWaits = new AppliedWaits();
    const state = new State(ids, home.backend, stateDeps(options, limits, { log, late, appliedWaits, figures }));
    late.state = state;
    state.told = founding?.existing ?? [];
    refuseDowngrade(state.roster.version, limits.version);
    const isForced = options.forceNewCluster === true && founding === undefined;
    if (isForced) await becomeAlone(home.logStore, state, log);
    const node = startNode(options, limits, log, origin, state);
    const receiver = receiverOf(late);
    const link = options.network.join(
      { id: ids.memberId, clusterId: ids.clusterId, peerUrls: options.peerUrls },
      receiver,
    );
    const peers = isForced ? [] : [...state.roster.members, ...(founding?.existing ?? [])];
    for (const { id, peerUrls } of peers) {
      if (id !== ids.memberId) link.addPeer(id, peerUrls);
    }
    if (founding) await checkCompatible(link, founding, limits.version);
    else if (options.initialCorruptCheck === true) await checkInitially({ state, link, log }, limits.requestTimeoutMs);
    const { clock } = options;
    const core = new Core({ clock, log, figures, limits, state, node, home, link, appliedWaits, ended: late.end });
    late.core = core;
    const context = new RpcContext(core);
    receiver.service = peerService(context);
    const alone = isForced || (founding ? founding.founders.length === 1 : state.roster.members.length === 1);
    return { core, context, home, alone, ended: late.ended };
  } catch (error) {
    await home.abandon();
    throw error;
  }
}

async function originOf(
  options: MemberOptions,
  { log, late, figures }: { readonly log: LogSink; readonly late: Late; readonly figures: Figures },
): Promise<Origin> {
  const { storage, clock, maxSnapFiles = 5, maxWalFiles = 5 } = options;
  if (storage === 'memory') {
    const founding = await foundMember(options);
    return { ids: founding, home: new MemoryHome(clock, () => late.state?.store.sizeBytes ?? 0), founding };
  }
  const failed = (error: unknown): void => late.end(error instanceof Error ? error : new Error(String(error)));
  const homeOptions = { storage, clock, log, figures, maxSnapFiles, maxWalFiles, failed };
  if (DiskHome.exists(homeOptions)) {
    const home = DiskHome.reopen(homeOptions);
    // It may have died before it had told itself who founds the cluster.
    const isEmpty = home.logStore.storage.lastIndex() === 0n && home.backend.position.index === 0n;
    return { ids: home.ids, home, founding: isEmpty ? await foundMember(options) : undefined };
  }
  const founding = await foundMember(options);
  return { ids: founding, home: DiskHome.create(homeOptions, founding), founding };
}

function stateDeps(
  options: MemberOptions,
  limits: Limits,
  {
    log,
    late,
    appliedWaits,
    figures,
  }: { readonly log: LogSink; readonly late: Late; readonly appliedWaits: AppliedWaits; readonly figures: Figures },
): StateDeps {
  const { clock, bcryptCost, compactionBatchLimit, compactionPauseMs } = options;
  const tokens = openTokenProvider(options.authToken ?? 'simple', {
    clock,
    simpleTtlSeconds: options.authTokenTtlSeconds,
    waitForIndex: (index, signal) => appliedWaits.until(index, signal),
  });
  const { checkpointIntervalMs, minTtlSeconds } = limits;
  return {
    clock,
    log,
    figures,
    tokens,
    bcryptCost,
    minTtlSeconds,
    compactionBatchLimit,
    compactionPauseMs,
    checkpointIntervalMs: checkpointIntervalMs || undefined,
    proposeCheckpoints: checkpointIntervalMs
      ? (checkpoints) => (late.core ? proposeCheckpoints(late.core, checkpoints) : Promise.resolve())
      : undefined,
  };
}

function startNode(options: MemberOptions, limits: Limits, log: LogSink, origin: Origin, state: State): RaftNode {
  const { storage } = origin.home.logStore;
  const { hardState } = storage.initialState();
  const { applied } = state;
  if (applied.index > storage.lastIndex()) {
    throw new MemberStartError(
      `the database is as of entry ${applied.index}, but the log ends at ${storage.lastIndex()}`,
    );
  }
  // What was applied was committed, even if the log did not get to say so.
  if (applied.index > hardState.commit) storage.setHardState({ ...hardState, commit: applied.index });
  if (state.roster.members.length > 0) {
    // As etcd 3.7: databases before 3.5 do not tell the membership as consensus has it, and one that was restored from
    // a snapshot tells that of the cluster which it was taken from.
    const idsOf = (isLearner: boolean): bigint[] =>
      state.roster.members.filter((member) => member.isLearner === isLearner).map(({ id }) => id);
    state.setConfState({ ...EMPTY_CONF_STATE, voters: idsOf(false), learners: idsOf(true) });
  }
  storage.setApplied(applied, state.confState);
  const { randomInt, preVote = true } = options;
  const node = new RaftNode(
    raftConfig(origin.ids.memberId, storage, applied.index, limits, { randomInt, log, preVote }),
  );
  const founders = origin.founding?.founders ?? [];
  if (founders.length > 0) node.bootstrap(founders.map((member) => ({ id: member.id, context: encodeRecord(member) })));
  return node;
}

function receiverOf(late: Late): { -readonly [K in keyof PeerReceiver]: PeerReceiver[K] } {
  return {
    message: (m) => late.core?.driver.receive(m),
    snapshot: (m, image) => late.core?.snapshots.receive(m, image) ?? Promise.reject(refuse.stopped()),
    unreachable: (id) => late.core?.driver.reportUnreachable(id),
    removed: () => late.end(new Error('the member has been permanently removed from the cluster')),
    isRemoved: (id) => late.state?.roster.isRemoved(id) ?? false,
    service: NO_SERVICE,
  };
}
