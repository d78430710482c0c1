import { type Identity, NOBODY } from '../../auth/index.ts';
import type { Clock } from '../../base/index.ts';
import type { Figures } from '../../figures/index.ts';
import type { InternalRaftRequest } from '../../wire/disk.ts';
import { EtcdError, refuse } from '../../wire/etcd-error.ts';
import { txnHasPut } from '../../mvcc/index.ts';
import { ALARM } from '../alarms.ts';
import { leaseCost, putCost, type Quota, txnCost } from '../quota.ts';
import type { SlowRequests } from '../slow-requests.ts';
import type { State } from '../state.ts';
import { applyAuth, isAuthRequest, needsAdmin } from './apply-auth.ts';
import { applyCluster, isClusterRequest } from './apply-cluster.ts';
import { applyAlarm, applyCompaction, applyLease, fillHeader, isLeaseRequest } from './apply-rooms.ts';
import { kindOf } from './kind.ts';
import type { ApplyResult } from './result.ts';

/**
 * Applies requests of the log to the state. A request is refused, in this order, because who made it is no
 * administrator, because an alarm is raised, because it may not touch these keys, because there is no room (it is done
 * all the same, as by every other member), or by the state itself.
 */
export class Applier {
  readonly #state: State;
  readonly #quota: Quota;
  readonly #clock: Clock;
  readonly #figures: Figures;
  readonly #slow: SlowRequests;

  constructor(
    state: State,
    quota: Quota,
    { clock, figures, slow }: { readonly clock: Clock; readonly figures: Figures; readonly slow: SlowRequests },
  ) {
    this.#state = state;
    this.#quota = quota;
    this.#clock = clock;
    this.#figures = figures;
    this.#slow = slow;
  }

  /** @param index of the entry, from which tokens follow */
  apply(request: InternalRaftRequest, index: bigint): ApplyResult {
    const sinceMs = this.#clock.nowMs();
    const result = this.#attempt(request, index);
    const tookMs = this.#clock.nowMs() - sinceMs;
    const isGood = String(result.error === undefined);
    this.#figures.observe('etcd_server_apply_duration_seconds', tookMs / 1000, 'v3', kindOf(request), isGood);
    this.#slow.applied(tookMs, request, result);
    return result;
  }

  #attempt(request: InternalRaftRequest, index: bigint): ApplyResult {
    try {
      return this.#apply(request, index);
    } catch (error) {
      if (error instanceof EtcdError) return { error };
      throw error;
    }
  }

  #apply(request: InternalRaftRequest, index: bigint): ApplyResult {
    const state = this.#state;
    if (isClusterRequest(request)) return { response: applyCluster(state, request) };
    const { header } = request;
    const identity: Identity =
      header && header.username !== '' ? { name: header.username, revision: header.auth_revision } : NOBODY;
    if (isKv(request)) return this.#kv(request, identity);
    if (needsAdmin(request)) state.auth.access.checkAdmin(identity);
    if (request.compaction) {
      this.#refuseIfCorrupt();
      return applyCompaction(state, request.compaction);
    }
    if (isLeaseRequest(request)) return this.#lease(request, identity);
    if (request.alarm) return { response: applyAlarm(state, request.alarm) };
    if (isAuthRequest(request)) return { response: applyAuth(state, request, identity, index) };
    throw new EtcdError(UNKNOWN, 'etcdserver: a request of an unknown kind');
  }

  #kv(request: InternalRaftRequest, identity: Identity): ApplyResult {
    this.#refuseIfCorrupt();
    const { store, auth } = this.#state;
    const { put, range, delete_range: deleteRange, txn } = request;
    if (put) {
      this.#refuseIfFull();
      auth.access.checkPut(identity, put);
      return this.#withinQuota(putCost(put), () => store.put(put));
    }
    if (txn) {
      if (txnHasPut(txn)) this.#refuseIfFull();
      auth.access.checkTxn(identity, txn);
      return this.#withinQuota(txnCost(txn), () => store.txn(txn));
    }
    if (deleteRange) {
      auth.access.checkDeleteRange(identity, deleteRange);
      return { response: fillHeader(this.#state, store.deleteRange(deleteRange)) };
    }
    if (!range) throw new EtcdError(UNKNOWN, 'etcdserver: a request without content');
    auth.access.checkRange(identity, range);
    return { response: fillHeader(this.#state, store.range(range)) };
  }

  #lease(request: InternalRaftRequest, identity: Identity): ApplyResult {
    if (request.lease_grant || request.lease_revoke) this.#refuseIfCorrupt();
    if (request.lease_revoke) this.#state.auth.access.checkLeaseRevoke(identity, request.lease_revoke.ID);
    if (!request.lease_grant) return { response: applyLease(this.#state, request) };
    this.#refuseIfFull();
    return this.#withinQuota(leaseCost, () => applyLease(this.#state, request));
  }

  #withinQuota(cost: number, change: () => object): ApplyResult {
    const hasRoom = this.#quota.hasRoomFor(cost);
    const response = fillHeader(this.#state, change());
    return hasRoom ? { response } : { error: refuse.noSpace() };
  }

  #refuseIfCorrupt(): void {
    if (this.#state.alarms.isRaised(ALARM.CORRUPT)) throw refuse.corrupt();
  }

  #refuseIfFull(): void {
    if (this.#state.alarms.isRaised(ALARM.NOSPACE)) throw refuse.noSpace();
  }
}

const UNKNOWN = 2;

const isKv = ({ put, range, delete_range: deleteRange, txn }: InternalRaftRequest): boolean =>
  (put ?? txn ?? deleteRange ?? range) !== undefined;

/** Whether a request changes nothing, so that only who asked for it has an interest in it. */
export const hasNoEffect = (request: InternalRaftRequest): boolean =>
  (request.range ?? request.auth_user_get ?? request.auth_role_get ?? request.auth_status) !== undefined;
