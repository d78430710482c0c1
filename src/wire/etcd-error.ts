/**
 * The ways in which an etcd server refuses a request: gRPC's status code and
 * etcd's own text. Clients match on both, so neither may change. Source:
 * etcd's api/v3rpc/rpctypes. The rooms of the server throw these; what answers
 * requests passes them on as they are.
 */

/** gRPC's status codes, as far as etcd uses them. */
const CANCELLED = 1;
const UNKNOWN = 2;
const INVALID_ARGUMENT = 3;
const DEADLINE_EXCEEDED = 4;
const NOT_FOUND = 5;
const PERMISSION_DENIED = 7;
const RESOURCE_EXHAUSTED = 8;
const FAILED_PRECONDITION = 9;
const OUT_OF_RANGE = 11;
const UNAVAILABLE = 14;
const DATA_LOSS = 15;
const UNAUTHENTICATED = 16;

/** A request refused. `code` is gRPC's, `message` etcd's text, prefix and all. */
export class EtcdError extends Error {
  override readonly name = 'EtcdError';
  readonly code: number;

  constructor(code: number, message: string) {
    super(message);
    this.code = code;
  }
}

const refusal =
  (code: number, text: string): (() => EtcdError) =>
  () =>
    new EtcdError(code, `etcdserver: ${text}`);

/** What etcd's table of texts does not list reaches clients as an unknown error, in the words of the room it came from. */
const unlisted =
  (text: string): (() => EtcdError) =>
  () =>
    new EtcdError(UNKNOWN, text);

/** Makes the refusal of each kind: `throw refuse.compacted()`. */
export const refuse = {
  emptyKey: refusal(INVALID_ARGUMENT, 'key is not provided'),
  keyNotFound: refusal(INVALID_ARGUMENT, 'key not found'),
  valueProvided: refusal(INVALID_ARGUMENT, 'value is provided'),
  leaseProvided: refusal(INVALID_ARGUMENT, 'lease is provided'),
  tooManyOps: refusal(INVALID_ARGUMENT, 'too many operations in txn request'),
  duplicateKey: refusal(INVALID_ARGUMENT, 'duplicate key given in txn request'),
  invalidClientApiVersion: refusal(INVALID_ARGUMENT, 'invalid client api version'),
  invalidSortOption: refusal(INVALID_ARGUMENT, 'invalid sort option'),
  compacted: refusal(OUT_OF_RANGE, 'mvcc: required revision has been compacted'),
  futureRevision: refusal(OUT_OF_RANGE, 'mvcc: required revision is a future revision'),
  noSpace: refusal(RESOURCE_EXHAUSTED, 'mvcc: database space exceeded'),

  leaseNotFound: refusal(NOT_FOUND, 'requested lease not found'),
  leaseExists: refusal(FAILED_PRECONDITION, 'lease already exists'),
  leaseTtlTooLarge: refusal(OUT_OF_RANGE, 'too large lease TTL'),
  notPrimary: unlisted('not a primary lessor'),

  watchCanceled: refusal(CANCELLED, 'watch canceled'),

  memberExists: refusal(FAILED_PRECONDITION, 'member ID already exist'),
  peerUrlExists: refusal(FAILED_PRECONDITION, 'Peer URLs already exists'),
  /** These two stand in etcd's table in their clients' form, which carries no code. */
  notEnoughStarted: refusal(UNKNOWN, 're-configuration failed due to not enough started members'),
  badMemberUrls: refusal(INVALID_ARGUMENT, 'given member URLs are invalid'),
  memberNotFound: refusal(NOT_FOUND, 'member not found'),
  memberNotLearner: refusal(FAILED_PRECONDITION, 'can only promote a learner member'),
  learnerNotReady: refusal(FAILED_PRECONDITION, 'can only promote a learner member which is in sync with leader'),
  tooManyLearners: refusal(FAILED_PRECONDITION, 'too many learner members in cluster'),
  clusterIdMismatch: refusal(FAILED_PRECONDITION, 'cluster ID mismatch'),

  requestTooLarge: refusal(INVALID_ARGUMENT, 'request is too large'),
  tooManyRequests: refusal(UNKNOWN, 'too many requests'),

  rootUserNotExist: refusal(FAILED_PRECONDITION, 'root user does not exist'),
  rootRoleNotExist: refusal(FAILED_PRECONDITION, 'root user does not have root role'),
  userExists: refusal(FAILED_PRECONDITION, 'user name already exists'),
  userEmpty: refusal(INVALID_ARGUMENT, 'user name is empty'),
  userNotFound: refusal(FAILED_PRECONDITION, 'user name not found'),
  roleExists: refusal(FAILED_PRECONDITION, 'role name already exists'),
  roleNotFound: refusal(FAILED_PRECONDITION, 'role name not found'),
  roleEmpty: refusal(INVALID_ARGUMENT, 'role name is empty'),
  authFailed: refusal(INVALID_ARGUMENT, 'authentication failed, invalid user ID or password'),
  permissionNotGiven: refusal(INVALID_ARGUMENT, 'permission not given'),
  permissionDenied: refusal(PERMISSION_DENIED, 'permission denied'),
  roleNotGranted: refusal(FAILED_PRECONDITION, 'role is not granted to the user'),
  permissionNotGranted: refusal(FAILED_PRECONDITION, 'permission is not granted to the role'),
  authNotEnabled: refusal(FAILED_PRECONDITION, 'authentication is not enabled'),
  invalidAuthToken: refusal(UNAUTHENTICATED, 'invalid auth token'),
  invalidAuthManagement: refusal(INVALID_ARGUMENT, 'invalid auth management'),
  authOldRevision: refusal(INVALID_ARGUMENT, 'revision of auth store is old'),
  noPasswordUser: unlisted('auth: authentication failed, password was given for no password user'),
  passwordTooLong: unlisted('bcrypt: password length exceeds 72 bytes'),
  verifyOnlyKey: unlisted('auth: token signing attempted with verify-only key'),

  noLeader: refusal(UNAVAILABLE, 'no leader'),
  notLeader: refusal(FAILED_PRECONDITION, 'not leader'),
  leaderChanged: refusal(UNAVAILABLE, 'leader changed'),
  notCapable: refusal(FAILED_PRECONDITION, 'not capable'),
  stopped: refusal(UNAVAILABLE, 'server stopped'),
  timeout: refusal(UNAVAILABLE, 'request timed out'),
  timeoutDueToLeaderFailure: refusal(UNAVAILABLE, 'request timed out, possibly due to previous leader failure'),
  timeoutDueToConnectionLost: refusal(UNAVAILABLE, 'request timed out, possibly due to connection lost'),
  timeoutWaitingForApply: refusal(UNAVAILABLE, 'request timed out, waiting for the applied index took too long'),
  /** The one that etcd's table of texts forgot: it reaches clients as an unknown error. */
  timeoutLeaderTransfer: refusal(UNKNOWN, 'request timed out, leader transfer took too long'),
  unhealthy: refusal(UNAVAILABLE, 'unhealthy cluster'),
  corrupt: refusal(DATA_LOSS, 'corrupt cluster'),
  notSupportedForLearner: refusal(FAILED_PRECONDITION, 'rpc not supported for learner'),
  badLeaderTransferee: refusal(FAILED_PRECONDITION, 'bad leader transferee'),

  wrongDowngradeVersion: refusal(INVALID_ARGUMENT, 'wrong downgrade target version format'),
  invalidDowngradeTarget: refusal(INVALID_ARGUMENT, 'invalid downgrade target version'),
  clusterVersionUnavailable: refusal(FAILED_PRECONDITION, 'cluster version not found during downgrade'),
  downgradeInProcess: refusal(FAILED_PRECONDITION, 'cluster has a downgrade job in progress'),
  noInflightDowngrade: refusal(FAILED_PRECONDITION, 'no inflight downgrade job'),

  canceled: refusal(CANCELLED, 'request canceled'),
  deadlineExceeded: refusal(DEADLINE_EXCEEDED, 'context deadline exceeded'),
} as const;
