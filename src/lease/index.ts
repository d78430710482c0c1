/**
 * lease/: leases, the keys attached to them, and when they expire.
 *
 * What every member does alike when it applies the log: `grant`, `revoke`,
 * `checkpoint`, `attach`, `detach`. None of it depends on the clock.
 *
 * What the primary alone does, which is the member that leads: time runs only
 * there. `promote` when leadership is won, `demote` when it is lost. While
 * primary, poll `takeExpired` and `takeDueCheckpoints` every 500 ms and propose
 * what they give; a lease ends by a revoke that went through the log and by
 * nothing else, so that a member which only believes that it leads can end none.
 * Elsewhere a lease has no expiry, and `renew` and `remainingSeconds` refuse.
 *
 * Refusals are those of etcd (`refuse.lease…`, `refuse.notPrimary`).
 */
export type { LeaseCheckpoint } from './deadlines.ts';
export type { Lease } from './lease.ts';
export { MAX_TTL_SECONDS } from './lease.ts';
export { Lessor, type LessorOptions } from './lessor.ts';
