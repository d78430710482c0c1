import { duration } from '../../flags/index.ts';

/** The flag of every command that opens a database; `etcdutl` has it on all its commands. */
export const lockFlags = {
  timeout: duration('10s', 'how long to wait for the lock of a database file (0: for ever)'),
} as const;

/** `--timeout` as a time to wait for a lock: zero means for ever. */
export const lockTimeoutMs = (timeoutMs: number): number => (timeoutMs === 0 ? Number.POSITIVE_INFINITY : timeoutMs);
