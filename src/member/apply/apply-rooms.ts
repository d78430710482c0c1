import type { InternalRaftRequest } from '../../wire/disk.ts';
import type {
  AlarmRequest,
  AlarmResponse,
  CompactionRequest,
  LeaseCheckpointResponse,
  LeaseGrantResponse,
  LeaseRevokeResponse,
  ResponseHeader,
} from '../../wire/index.ts';
import { ALARM } from '../alarms.ts';
import type { State } from '../state.ts';
import type { ApplyResult } from './result.ts';

const ACTION = { GET: 0, ACTIVATE: 1, DEACTIVATE: 2 } as const;

/** Adds what a room can not know: who answers, and in which term. */
export function fillHeader<T extends object>(state: State, response: T & { header?: ResponseHeader | undefined }): T {
  const { revision } = response.header ?? {};
  response.header = state.header(revision);
  return response;
}

/** Its answer comes at once, `done` when the records are gone from memory. */
export function applyCompaction(state: State, { revision }: CompactionRequest): ApplyResult {
  const { done } = state.store.compact(revision);
  // Who waits for it is told; for the others it is no news that the store was closed before.
  done.catch(() => undefined);
  return { response: { header: state.header() }, done };
}

export const isLeaseRequest = ({ lease_grant, lease_revoke, lease_checkpoint }: InternalRaftRequest): boolean =>
  (lease_grant ?? lease_revoke ?? lease_checkpoint) !== undefined;

export function applyLease(
  state: State,
  request: InternalRaftRequest,
): LeaseGrantResponse | LeaseRevokeResponse | LeaseCheckpointResponse {
  const { lessor, store } = state;
  if (request.lease_grant) {
    const { ID, TTL } = request.lease_grant;
    const { id, ttlSeconds } = lessor.grant(ID, TTL);
    return { header: state.header(), ID: id, TTL: ttlSeconds, error: '' };
  }
  if (request.lease_revoke) store.deleteKeys(lessor.revoke(request.lease_revoke.ID));
  for (const { ID, remaining_TTL } of request.lease_checkpoint?.checkpoints ?? []) lessor.checkpoint(ID, remaining_TTL);
  return { header: state.header() };
}

export function applyAlarm(state: State, { action, memberID, alarm }: AlarmRequest): AlarmResponse {
  const { alarms } = state;
  switch (action) {
    case ACTION.GET:
      return { header: state.header(), alarms: alarms.list(alarm) };
    case ACTION.ACTIVATE:
      return { header: state.header(), alarms: alarm === ALARM.NONE ? [] : [alarms.raise(memberID, alarm)] };
    case ACTION.DEACTIVATE: {
      const disarmed = alarms.disarm(memberID, alarm);
      return { header: state.header(), alarms: disarmed ? [disarmed] : [] };
    }
    default:
      // An action of a newer release changes nothing here; that it does not know it, it may say to its own members.
      return { header: state.header(), alarms: [] };
  }
}
