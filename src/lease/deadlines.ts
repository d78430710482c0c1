import type { Clock } from '../base/index.ts';
import { DeadlineQueue } from './deadline-queue.ts';
import type { LeaseState } from './lease.ts';
import { spreadExpiries } from './spread.ts';

/** When a lease that was given out as expired, but is still there, is given out again. */
const RETRY_REVOKE_MS = 3000;

export interface LeaseCheckpoint {
  readonly id: bigint;
  /** 0 clears what an earlier checkpoint noted. */
  readonly remainingTtl: bigint;
}

/** What time does to leases on the primary: when each expires, and when what is left of it is to be noted. */
export class Deadlines {
  readonly #clock: Clock;
  readonly #checkpointIntervalMs: number | undefined;
  readonly #expiries = new DeadlineQueue();
  readonly #checkpoints = new DeadlineQueue();

  /** @param checkpointIntervalMs undefined if nothing is to be noted */
  constructor(clock: Clock, checkpointIntervalMs: number | undefined) {
    this.#clock = clock;
    this.#checkpointIntervalMs = checkpointIntervalMs;
  }

  isExpired(lease: LeaseState): boolean {
    return lease.expiresAtMs <= this.#clock.nowMs();
  }

  /** Undefined if time does not run for the lease. */
  remainingMs({ expiresAtMs }: LeaseState): number | undefined {
    return expiresAtMs === Number.POSITIVE_INFINITY ? undefined : expiresAtMs - this.#clock.nowMs();
  }

  /** Time begins to run for a lease: for its TTL, or what a checkpoint left of it, and for `extendMs` more. */
  begin(lease: LeaseState, extendMs: number): void {
    this.#expireAt(lease, this.#clock.nowMs() + extendMs + lease.dueMs);
    this.scheduleCheckpoint(lease);
  }

  /** A lease has its whole TTL again. */
  renew(lease: LeaseState): void {
    this.#expireAt(lease, this.#clock.nowMs() + Number(lease.ttlSeconds) * 1000);
  }

  /** @param leases all of them, in the order of their expiries */
  spread(leases: readonly LeaseState[]): void {
    const times = Float64Array.from(leases, (lease) => lease.expiresAtMs);
    spreadExpiries(times);
    for (const [i, lease] of leases.entries()) this.#expireAt(lease, times[i] ?? lease.expiresAtMs);
  }

  forget(id: bigint): void {
    this.#expiries.delete(id);
    this.#checkpoints.delete(id);
  }

  /** Time stands still for all leases. */
  stop(leases: Iterable<LeaseState>): void {
    this.#expiries.clear();
    this.#checkpoints.clear();
    for (const lease of leases) lease.expiresAtMs = Number.POSITIVE_INFINITY;
  }

  takeExpired(limit: number): bigint[] {
    const nowMs = this.#clock.nowMs();
    const expired: bigint[] = [];
    while (expired.length < limit) {
      const id = this.#expiries.due(nowMs);
      if (id === undefined) break;
      this.#expiries.set(id, nowMs + RETRY_REVOKE_MS);
      expired.push(id);
    }
    return expired;
  }

  takeDueCheckpoints(limit: number, leases: ReadonlyMap<bigint, LeaseState>): LeaseCheckpoint[] {
    const nowMs = this.#clock.nowMs();
    const intervalMs = this.#checkpointIntervalMs ?? Number.POSITIVE_INFINITY;
    const due: LeaseCheckpoint[] = [];
    while (due.length < limit) {
      const id = this.#checkpoints.due(nowMs);
      if (id === undefined) break;
      this.#checkpoints.delete(id);
      const lease = leases.get(id);
      if (lease === undefined || lease.expiresAtMs <= nowMs) continue;
      const remainingTtl = BigInt(Math.ceil((lease.expiresAtMs - nowMs) / 1000));
      if (remainingTtl < lease.ttlSeconds) due.push({ id, remainingTtl });
      // It is due again after the interval, whatever becomes of this one: its proposal may get lost.
      if (Number(remainingTtl) * 1000 > intervalMs) this.#checkpoints.set(id, nowMs + intervalMs);
    }
    return due;
  }

  /** Only a lease that lives for longer than the interval is worth it. */
  scheduleCheckpoint({ id, dueMs }: LeaseState): void {
    const intervalMs = this.#checkpointIntervalMs;
    if (intervalMs === undefined || dueMs <= intervalMs || this.#checkpoints.has(id)) return;
    this.#checkpoints.set(id, this.#clock.nowMs() + intervalMs);
  }

  #expireAt(lease: LeaseState, atMs: number): void {
    lease.expiresAtMs = atMs;
    this.#expiries.set(lease.id, atMs);
  }
}
