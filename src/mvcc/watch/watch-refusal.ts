import { type EtcdError, refuse } from '../../wire/etcd-error.ts';
import type { WatchCreateRequest } from '../../wire/index.ts';
import type { Watcher } from './watcher.ts';

const RANGE_IS_EMPTY = 'mvcc: watcher range is empty';
const ID_IS_TAKEN = 'mvcc: duplicate watch ID provided on the WatchStream';

/** Names of the gRPC codes that come with what auth refuses a watch for. */
const CODE_NAMES: ReadonlyMap<number, string> = new Map([
  [3, 'InvalidArgument'],
  [7, 'PermissionDenied'],
  [16, 'Unauthenticated'],
]);

export interface WatchCheck {
  /** Another watcher of the stream has the id. */
  readonly isTaken: boolean;
  denial(): EtcdError | undefined;
}

/** Why a watcher can not be, in etcd's words; undefined if it can. What is wrong first counts. */
export function watchRefusal(watcher: Watcher, request: WatchCreateRequest, check: WatchCheck): string | undefined {
  if (request.start_revision < 0n) return refuse.compacted().message;
  const denial = check.denial();
  if (denial !== undefined) return denialText(denial);
  if (watcher.isEmpty) return RANGE_IS_EMPTY;
  return check.isTaken ? ID_IS_TAKEN : undefined;
}

/** As Go prints an error of gRPC; what is not about the caller's rights says no more than that there are none. */
function denialText(denial: EtcdError): string {
  const { code, message } = CODE_NAMES.has(denial.code) ? denial : refuse.permissionDenied();
  return `rpc error: code = ${CODE_NAMES.get(code)} desc = ${message}`;
}
