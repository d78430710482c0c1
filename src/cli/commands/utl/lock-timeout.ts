/** `--timeout` as a time to wait for a lock: zero means for ever. */
export const lockTimeoutMs = (timeoutMs: number): number => (timeoutMs === 0 ? Number.POSITIVE_INFINITY : timeoutMs);
