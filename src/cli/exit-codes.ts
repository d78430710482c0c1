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

/** What a shell sees of a program that a signal has killed: 128 and the signal's number. */
export const interruptExitCodes = { SIGINT: 130, SIGTERM: 143 } as const;

/** The exit code of a command that gave up at `interrupted` (see Io.interrupts). */
export const interruptExitCode = ({ reason }: AbortSignal): number =>
  interruptExitCodes[reason === 'SIGTERM' ? 'SIGTERM' : 'SIGINT'];
