/** The exit codes of etcdctl (etcd's pkg/cobrautl), which scripts rely on. */
export const ExitCode = {
  Success: 0,
  /** An RPC failed, a flag or command is unknown, an endpoint is unhealthy. */
  Error: 1,
  /** The client could not be made: no endpoints, wrong password. */
  BadConnection: 2,
  /** Input read from stdin makes no sense (txn, watch -i). */
  InvalidInput: 3,
  /** An output format, order or other choice that does not exist. */
  BadFeature: 4,
  /** A watch was cancelled by the server, a snapshot could not be saved. */
  Interrupted: 5,
  /** Arguments are missing, too many, or contradict each other. */
  BadArgs: 128,
} as const;

export type ExitCode = (typeof ExitCode)[keyof typeof ExitCode];
