import { type CancelSignal, secondsSince } from '../../base/index.ts';
import { refuse } from '../../wire/etcd-error.ts';
import type { AlarmMember, AlarmResponse, HashKVResponse, StatusResponse } from '../../wire/index.ts';
import { ALARM, alarmName } from '../alarms.ts';
import type { MemberApi } from '../api.ts';
import { hashCaptures } from '../hash.ts';
import type { Home } from '../home.ts';
import type { RpcContext } from './context.ts';
import { downgrade } from './downgrade.ts';
import { pause } from './leader-call.ts';

const ALARM_GET = 0;

export function maintenanceApi(context: RpcContext, home: Home): MemberApi['maintenance'] {
  const { core } = context;
  return {
    async alarm(request, caller) {
      context.refuseLearner();
      if (request.action === ALARM_GET) await context.checkNamed(caller);
      else await context.checkAdmin(caller);
      return context.propose<AlarmResponse>({ alarm: request }, caller);
    },

    async status(caller) {
      await context.checkNamed(caller);
      return statusOf(context);
    },

    async defragment(caller) {
      context.refuseLearner();
      await context.checkAdmin(caller);
      core.log({ level: 'info', message: 'starting defragment', fields: {} });
      await context.state.backend.defragment();
      core.log({ level: 'info', message: 'finished defragment', fields: {} });
      return { header: undefined };
    },

    async hash(caller) {
      context.refuseLearner();
      await context.checkAdmin(caller);
      const sinceMs = core.clock.nowMs();
      const hash = hashCaptures(context.state.captures());
      core.figures.observe('etcd_mvcc_hash_duration_seconds', secondsSince(core.clock, sinceMs));
      return { header: context.state.header(), hash };
    },

    async hashKv(request, caller) {
      context.refuseLearner();
      await context.checkAdmin(caller);
      return hashKv(context, request.revision);
    },

    async moveLeader({ targetID }, caller) {
      context.refuseLearner();
      await context.checkAdmin(caller);
      if (!core.leadership.isSelf) throw refuse.notLeader();
      await moveLeader(context, targetID, caller.signal);
      return { header: undefined };
    },

    async downgrade(request, caller) {
      context.refuseLearner();
      await context.checkAdmin(caller);
      return downgrade(context, request, caller);
    },

    async snapshot(caller) {
      context.refuseLearner();
      await context.checkAdmin(caller);
      const version = context.state.storageVersion;
      const sinceMs = core.clock.nowMs();
      const image = await home.makeImage(context.state.captures());
      const finish = (): void => {
        image.discard();
        core.figures.observe('etcd_disk_backend_snapshot_duration_seconds', secondsSince(core.clock, sinceMs));
      };
      return { sizeBytes: BigInt(image.sizeBytes), version, chunks: thenDo(image.pieces, finish) };
    },
  };
}

export function hashKv({ state }: RpcContext, at: bigint): HashKVResponse {
  const { hash, revision, compactRevision, hashRevision } = state.store.hashKv(at);
  return { header: state.header(revision), hash, compact_revision: compactRevision, hash_revision: hashRevision };
}

function statusOf(context: RpcContext): StatusResponse {
  const { core, state } = context;
  const { sizeBytes, inUseBytes } = state.backend.sizes();
  const { enabled, target } = state.roster.downgrade;
  const errors = core.leadership.lead === 0n ? [refuse.noLeader().message] : [];
  for (const alarm of state.alarms.list(ALARM.NONE)) errors.push(describeAlarm(alarm));
  return {
    header: state.header(),
    version: core.limits.version,
    dbSize: BigInt(sizeBytes),
    leader: core.leadership.lead,
    raftIndex: core.committed,
    raftTerm: state.term,
    raftAppliedIndex: core.applied,
    errors,
    dbSizeInUse: BigInt(inUseBytes),
    isLearner: context.isLearner(),
    storageVersion: state.storageVersion,
    dbSizeQuota: BigInt(core.quota.limitBytes || core.limits.quotaBytes),
    downgradeInfo: { enabled, targetVersion: target },
  };
}

/** As protobuf's text format has it. */
function describeAlarm({ memberID, alarm }: AlarmMember): string {
  return `memberID:${memberID} alarm:${alarmName(alarm) ?? alarm}`;
}

/** Resolves when the other one leads. @throws EtcdError badLeaderTransferee, timeoutLeaderTransfer */
export async function moveLeader(
  { core, state }: Pick<RpcContext, 'core' | 'state'>,
  to: bigint,
  signal?: CancelSignal,
): Promise<void> {
  const target = state.roster.member(to);
  if (!target || target.isLearner) throw refuse.badLeaderTransferee();
  const startMs = core.clock.nowMs();
  core.driver.transferLeader(to);
  while (core.leadership.lead !== to) {
    if (core.isStopped) throw refuse.stopped();
    const isLate = core.clock.nowMs() - startMs > core.limits.requestTimeoutMs;
    if (isLate || signal?.aborted) throw refuse.timeoutLeaderTransfer();
    await pause(core, core.limits.heartbeatMs, signal);
  }
}

async function* thenDo<T>(items: AsyncIterable<T>, afterwards: () => void): AsyncGenerator<T, void, void> {
  try {
    yield* items;
  } finally {
    afterwards();
  }
}
