/**
 * client/: a client of an etcd cluster. `openClient` makes one from a ClientConfig; its
 * calls pick an endpoint, go on to the next when one fails, carry the user's token, and
 * reject with ClientError, whose message is Go etcdctl's and whose explanations name the
 * cause and what mends it. Locks and elections are in concurrency/, DNS discovery in
 * discovery.ts, both loaded only by who needs them.
 */
export type {
  AuthApi,
  CallBounds,
  Client,
  ClusterApi,
  KvApi,
  LeaseApi,
  MaintenanceApi,
  WatchApi,
  WatchSpec,
  WatchUpdate,
} from './api.ts';
export type { ClientConfig, Credentials, TlsFiles } from './config.ts';
export { ClientError, type ClientErrorKind, type Explanation, explanationLines } from './errors.ts';
export { type ClientDeps, openClient } from './open.ts';
