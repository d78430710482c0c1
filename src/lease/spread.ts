/** How many leases a member revokes per second, at most. */
export const REVOKES_PER_SECOND = 1000;

/**
 * Some room is left below what can be revoked, so that leases which were granted since do not have to queue behind
 * those that a change of leaders has piled up.
 */
const INTERVAL_MS = 1000 / (0.75 * REVOKES_PER_SECOND);

/**
 * Moves expiries back so that they are no closer together than leases can be revoked. None becomes earlier, and their
 * order stays.
 * @param sortedMs times in ascending order; changed in place
 */
export function spreadExpiries(sortedMs: Float64Array): void {
  let freeAtMs = Number.NEGATIVE_INFINITY;
  for (let i = 0; i < sortedMs.length; i++) {
    const atMs = Math.max(sortedMs[i] ?? 0, freeAtMs);
    sortedMs[i] = atMs;
    freeAtMs = atMs + INTERVAL_MS;
  }
}
