import { type GrpcError, StatusCode, TransportFailure } from '../grpc/index.ts';

/** How often a call is sent again because of what a server answered; connecting again is not counted. */
export const MAX_ATTEMPTS = 100;

/** Reads, and calls that do no harm when done twice. Everything else is sent again only if it surely was not processed. */
const repeatable: ReadonlySet<string> = new Set([
  'KV/Range',
  'Lease/LeaseGrant',
  'Lease/LeaseRevoke',
  'Lease/LeaseTimeToLive',
  'Lease/LeaseLeases',
  'Cluster/MemberList',
  'Maintenance/Alarm',
  'Maintenance/Status',
  'Maintenance/HashKV',
  'Maintenance/MoveLeader',
  'Maintenance/Snapshot',
  'Auth/Authenticate',
  'Auth/UserGet',
  'Auth/UserList',
  'Auth/RoleGet',
  'Auth/RoleList',
]);

const PACKAGE = '/etcdserverpb.';

/** Whether a method (`/etcdserverpb.KV/Range`) may be sent again without knowing what became of the first time. */
export const isRepeatable = (path: string): boolean => repeatable.has(path.slice(PACKAGE.length));

const LEARNER = 'etcdserver: rpc not supported for learner';

/** The endpoint is to blame, not the request: the next call had better go elsewhere. */
export const blamesEndpoint = ({ code, details }: GrpcError): boolean =>
  code === StatusCode.Unavailable ||
  code === StatusCode.DeadlineExceeded ||
  code === StatusCode.Internal ||
  details === LEARNER;

/** Whether another attempt, perhaps elsewhere, may succeed without doing anything twice. */
export function mayRepeat(path: string, error: GrpcError, endpointCount: number): boolean {
  // A learner refuses before it does anything; a voter among the other endpoints will not.
  if (error.details === LEARNER) return endpointCount > 1;
  return error.code === StatusCode.Unavailable && (error.unprocessed || isRepeatable(path));
}

/** The connection failed, not the server. */
export const isTransportError = (error: GrpcError): boolean =>
  error.code === StatusCode.Unavailable && error.cause instanceof TransportFailure;

/**
 * What a server says of a token that another authentication may mend: it has expired, or was given out by another
 * member and has not arrived here yet. Before 3.6 the maintenance calls say it in the words of the auth store.
 */
export function isStaleToken(text: string): boolean {
  return /(etcdserver|auth): invalid auth token$/.test(text) || isOldAuthRevision(text);
}

/** Users or roles changed while the request was on its way. Nothing was done; even a caller without a token tries again. */
export const isOldAuthRevision = (text: string): boolean => text.endsWith('etcdserver: revision of auth store is old');
