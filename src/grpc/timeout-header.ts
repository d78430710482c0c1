/** At most eight digits fit in a `grpc-timeout` header, so a long timeout is sent in a coarser unit. */
const MAX_VALUE = 99_999_999;

const units = [
  { suffix: 'u', perMs: 1000 },
  { suffix: 'm', perMs: 1 },
  { suffix: 'S', perMs: 1 / 1000 },
  { suffix: 'M', perMs: 1 / 60_000 },
] as const;

/**
 * The value of the `grpc-timeout` header for a time left of `timeoutMs` (finite, at least 0). It is rounded up, so that
 * the server never gives up before its client does.
 */
export function formatTimeout(timeoutMs: number): string {
  for (const { suffix, perMs } of units) {
    const value = Math.ceil(timeoutMs * perMs);
    if (value <= MAX_VALUE) return `${value}${suffix}`;
  }
  return `${Math.min(Math.ceil(timeoutMs / 3_600_000), MAX_VALUE)}H`;
}
