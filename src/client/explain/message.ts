import { type GrpcError, StatusCode } from '../../grpc/index.ts';
import type { CallBounds } from '../api.ts';

/** What etcd's Go client knows by name and prints without the `rpc error` frame; all begin with `etcdserver: `. */
const known: ReadonlySet<string> = new Set([
  'key is not provided',
  'key not found',
  'value is provided',
  'lease is provided',
  'too many operations in txn request',
  'duplicate key given in txn request',
  'invalid sort option',
  'mvcc: required revision has been compacted',
  'mvcc: required revision is a future revision',
  'mvcc: database space exceeded',
  'requested lease not found',
  'lease already exists',
  'too large lease TTL',
  'member ID already exist',
  'Peer URLs already exists',
  're-configuration failed due to not enough started members',
  'given member URLs are invalid',
  'member not found',
  'can only promote a learner member',
  'can only promote a learner member which is in sync with leader',
  'too many learner members in cluster',
  'cluster ID mismatch',
  'request is too large',
  'too many requests',
  'root user does not exist',
  'root user does not have root role',
  'user name already exists',
  'user name is empty',
  'user name not found',
  'role name already exists',
  'role name not found',
  'role name is empty',
  'authentication failed, invalid user ID or password',
  'permission denied',
  'role is not granted to the user',
  'permission is not granted to the role',
  'authentication is not enabled',
  'invalid auth token',
  'invalid auth management',
  'revision of auth store is old',
  'no leader',
  'not leader',
  'leader changed',
  'not capable',
  'server stopped',
  'request timed out',
  'request timed out, possibly due to previous leader failure',
  'request timed out, possibly due to connection lost',
  'unhealthy cluster',
  'corrupt cluster',
  'rpc not supported for learner',
  'bad leader transferee',
  'cluster version not found during downgrade',
  'wrong downgrade target version format',
  'invalid downgrade target version',
  'cluster has a downgrade job in progress',
  'no inflight downgrade job',
]);

const PREFIX = 'etcdserver: ';

/** The text that Go's etcdctl prints for a failed call, to the letter. */
export function goMessage(error: GrpcError, bounds: CallBounds): string {
  if (isKnown(error.details)) return error.details;
  if (error.code === StatusCode.Canceled && bounds.signal?.aborted) return 'context canceled';
  // The server may notice the deadline, which travels with the call, a moment before our own clock does.
  if (error.code === StatusCode.DeadlineExceeded && bounds.deadline?.isFinite) return 'context deadline exceeded';
  return error.message;
}

const isKnown = (details: string): boolean => details.startsWith(PREFIX) && known.has(details.slice(PREFIX.length));
