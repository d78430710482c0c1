import { LockRequest, LockResponse, UnlockRequest, UnlockResponse } from '../gen/rpc/lock.ts';
import { unary } from '../method.ts';

/** The Lock service: mutexes kept by the server. */
export const lock = {
  lock: unary('/v3lockpb.Lock/Lock', LockRequest, LockResponse),
  unlock: unary('/v3lockpb.Lock/Unlock', UnlockRequest, UnlockResponse),
} as const;
