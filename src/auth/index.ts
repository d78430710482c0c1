/**
 * auth/: users, roles, what they may do, and how a caller proves who it is.
 *
 * State is a function of the log: `enable`, `disable`, `users` and `roles`
 * change it when entries are applied, alike on every member. Each change of
 * policy raises `revision`. The checks in `access` only read; a member calls
 * them before it proposes and again when it applies, with the identity that
 * travelled in the entry's header (name and auth revision; {@link NOBODY} when
 * there was none). An identity older than the revision is refused with
 * `authOldRevision`, and the client asks again.
 *
 * A request with a password goes through `prepareUserAdd` or
 * `preparePasswordChange` first: what is proposed, and so what lies in the log,
 * holds only the hash. Passwords and tokens appear in no error and no log line.
 *
 * Authenticating: `checkPassword` (gives the revision at which it was right),
 * `newTokenPrefix`, propose, and at apply `authenticate`, which every member
 * does alike; only the one that was asked fetches the token from what it
 * returns. If `revision` has moved since `checkPassword`, begin again.
 *
 * All refusals are etcd's (wire/etcd-error.ts).
 */
export type { Access } from './access.ts';
export { AuthStore, type AuthStoreOptions } from './auth-store.ts';
export type { AuthCaller, Identity } from './identity.ts';
export { NOBODY } from './identity.ts';
export { openTokenProvider, type TokenProviderOptions } from './open-token-provider.ts';
export { AuthOptionsError, type TokenProvider } from './token-provider.ts';
