import type {
  LeaseGrantResponse,
  LeaseRevokeResponse,
  LeaseTimeToLiveRequest,
  LeaseTimeToLiveResponse,
} from '../../wire/index.ts';
import { EtcdError, refuse } from '../../wire/etcd-error.ts';
import type { Caller, MemberApi } from '../api.ts';
import { leaseCost } from '../quota.ts';
import type { RpcContext } from './context.ts';
import { refuseIfFull } from './kv.ts';
import { askLeader } from './leader-call.ts';

/** After a renewal that did not reach the leader. */
const RETRY_MS = 50;
const MAX_INT64 = (1n << 63n) - 1n;
const LEASE_NOT_FOUND = refuse.leaseNotFound().message;

export function leaseApi(context: RpcContext): MemberApi['lease'] {
  const { core } = context;
  return {
    async grant(request, caller) {
      context.refuseLearner();
      await refuseIfFull(context, leaseCost, caller);
      await context.checkNamed(caller);
      const ID = request.ID === 0n ? nextLeaseId(context) : request.ID;
      return context.propose<LeaseGrantResponse>({ lease_grant: { ...request, ID } }, caller);
    },

    async revoke(request, caller) {
      context.refuseLearner();
      await context.checkNamed(caller);
      return context.propose<LeaseRevokeResponse>({ lease_revoke: request }, caller);
    },

    async keepAlive(id, caller) {
      context.refuseLearner();
      // Before the renewal: a client that sees a lease alive at a revision must not find it revoked at an earlier one.
      const header = context.state.header();
      const TTL = await orIfNotFound(renew(context, id, caller), 0n);
      return { header, ID: id, TTL };
    },

    async timeToLive(request, caller) {
      context.refuseLearner();
      const unknown = { header: undefined, ID: request.ID, TTL: -1n, grantedTTL: 0n, keys: [] };
      const response = await orIfNotFound(timeToLive(context, request, caller), unknown);
      return { ...response, header: core.state.header() };
    },

    async leases(caller) {
      context.refuseLearner();
      const identity = await context.identify(caller);
      const { lessor, auth } = context.state;
      const leases = lessor.leases();
      auth.access.checkLeaseLeases(identity, leases);
      return { header: context.state.header(), leases: leases.map(({ id }) => ({ ID: id })) };
    },
  };
}

/** Positive, as clients know ids as signed numbers. */
function nextLeaseId({ core }: RpcContext): bigint {
  for (;;) {
    const id = core.ids.next() & MAX_INT64;
    if (id !== 0n) return id;
  }
}

async function orIfNotFound<T>(answer: Promise<T>, otherwise: T): Promise<T> {
  try {
    return await answer;
  } catch (error) {
    if (error instanceof EtcdError && error.message === LEASE_NOT_FOUND) return otherwise;
    throw error;
  }
}

/** Renewals do not go through the log: time runs for leases on the leader alone. */
async function renew(context: RpcContext, id: bigint, caller: Caller): Promise<bigint> {
  const { core } = context;
  if (core.leadership.isSelf) {
    const ttl = await renewHere(context, id, async () => {
      const identity = await context.identify(caller);
      context.state.auth.access.checkLeaseRenew(identity, id);
    });
    if (ttl !== undefined) return ttl;
  }
  return askLeader(core, { retryMs: RETRY_MS, signal: caller.signal, isFinal: isNotFound }, async (leader) => {
    const identity = await context.identify(caller);
    context.state.auth.access.checkLeaseRenew(identity, id);
    return leader.leaseRenew(id);
  });
}

/**
 * Renews on the leader; undefined if another one is.
 * @throws EtcdError leaseNotFound, notPrimary
 */
export async function renewHere(
  context: RpcContext,
  id: bigint,
  check: () => Promise<void> = () => Promise.resolve(),
): Promise<bigint | undefined> {
  const { core } = context;
  if (!(await core.ensureLeadership())) throw refuse.notPrimary();
  // It may have been granted by an entry that is still to be applied.
  if (!core.state.lessor.lookup(id)) await core.untilCommittedIsApplied();
  await check();
  try {
    return await core.state.lessor.renew(id);
  } catch (error) {
    if (error instanceof EtcdError && error.message === refuse.notPrimary().message) return undefined;
    throw error;
  }
}

async function timeToLive(
  context: RpcContext,
  request: LeaseTimeToLiveRequest,
  caller: Caller,
): Promise<LeaseTimeToLiveResponse> {
  const { core } = context;
  const { access } = context.state.auth;
  const identity = await context.checkNamed(caller);
  const { revision } = context.state.auth;
  access.checkLeaseTimeToLive(identity, request);
  const response = core.leadership.isSelf
    ? await timeToLiveHere(context, request)
    : await askLeader(core, { retryMs: RETRY_MS, signal: caller.signal, isFinal: isNotFound }, (leader) =>
        leader.leaseTimeToLive(request),
      );
  const { auth } = context.state;
  if (request.keys && auth.enabled && auth.revision !== revision) throw refuse.authOldRevision();
  return response;
}

/** On the leader. @throws EtcdError leaseNotFound, leaderChanged */
export async function timeToLiveHere(
  { core }: RpcContext,
  { ID, keys }: LeaseTimeToLiveRequest,
): Promise<LeaseTimeToLiveResponse> {
  await core.untilCommittedIsApplied();
  const { lessor } = core.state;
  const lease = lessor.lookup(ID);
  if (!lease) throw refuse.leaseNotFound();
  const TTL = lessor.remainingSeconds(ID);
  if (TTL === undefined) throw refuse.leaderChanged();
  return { header: undefined, ID, TTL, grantedTTL: lease.ttlSeconds, keys: keys ? lessor.keysOf(ID) : [] };
}

const isNotFound = (error: unknown): boolean => error instanceof EtcdError && error.message === LEASE_NOT_FOUND;
