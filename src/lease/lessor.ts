import type { BucketReader, Capture, Journal } from '../backend/index.ts';
import type { Clock } from '../base/index.ts';
import { refuse } from '../wire/etcd-error.ts';
import { DeadlineQueue } from './deadline-queue.ts';
import { type Lease, LeaseState, MAX_TTL_SECONDS } from './lease.ts';
import { captureRecords, readRecord, recordKey, recordValue } from './records.ts';
import { REVOKES_PER_SECOND, spreadExpiries } from './spread.ts';

/** When a lease that was given out as expired, but is still there, is given out again. */
const RETRY_REVOKE_MS = 3000;

export interface LeaseCheckpoint {
  readonly id: bigint;
  /** 0 clears what an earlier checkpoint noted. */
  readonly remainingTtl: bigint;
}

export interface LessorOptions {
  readonly journal: Journal;
  readonly clock: Clock;
  /** Shorter TTLs are raised to this: 1.5 times the election timeout, rounded up to a second. */
  readonly minTtlSeconds: bigint;
  /**
   * Puts checkpoints through the log; resolves when they are applied. Without it there are no checkpoints (etcd's
   * default): a new primary starts every lease from its whole TTL.
   */
  readonly proposeCheckpoints?: ((checkpoints: readonly LeaseCheckpoint[]) => Promise<void>) | undefined;
  /** How often a lease's remaining TTL is noted in the log; 300,000 by default. */
  readonly checkpointIntervalMs?: number | undefined;
  /** Whether checkpoints go to the database too, as etcd does since 3.6; true by default. */
  readonly checkpointPersist?: boolean | undefined;
}

/** Keeps all leases of a member. See the contract in index.ts. */
export class Lessor {
  readonly #options: LessorOptions;
  readonly #checkpointIntervalMs: number;
  readonly #leases = new Map<bigint, LeaseState>();
  readonly #expiries = new DeadlineQueue();
  readonly #checkpoints = new DeadlineQueue();
  #isPrimary = false;
  #closed = false;

  private constructor(options: LessorOptions) {
    this.#options = options;
    this.#checkpointIntervalMs = options.checkpointIntervalMs ?? 300_000;
  }

  /** Reads the bucket `lease`. Not the primary, whatever it was before; keys are attached by the store when it opens. */
  static open(buckets: BucketReader, options: LessorOptions): Lessor {
    const lessor = new Lessor(options);
    for (const [, value] of buckets.records('lease')) {
      const lease = readRecord(value, options.minTtlSeconds);
      lessor.#leases.set(lease.id, lease);
    }
    return lessor;
  }

  get size(): number {
    return this.#leases.size;
  }

  get isPrimary(): boolean {
    return this.#isPrimary;
  }

  /** @throws leaseTtlTooLarge, leaseExists; leaseNotFound for the id 0, which means "no lease" */
  grant(id: bigint, ttlSeconds: bigint): Lease {
    if (id === 0n) throw refuse.leaseNotFound();
    if (ttlSeconds > MAX_TTL_SECONDS) throw refuse.leaseTtlTooLarge();
    if (this.#leases.has(id)) throw refuse.leaseExists();
    const { minTtlSeconds, clock } = this.#options;
    const lease = new LeaseState(id, ttlSeconds < minTtlSeconds ? minTtlSeconds : ttlSeconds);
    this.#leases.set(id, lease);
    this.#persist(lease);
    if (this.#isPrimary) this.#expireAt(lease, clock.nowMs() + lease.dueMs);
    return lease;
  }

  /**
   * Forgets a lease.
   * @returns the keys that were attached, in order; the caller deletes them in one revision
   * @throws leaseNotFound
   */
  revoke(id: bigint): Uint8Array[] {
    const lease = this.#find(id);
    const keys = sortedKeys(lease);
    this.#leases.delete(id);
    this.#expiries.delete(id);
    this.#checkpoints.delete(id);
    this.#options.journal.delete('lease', recordKey(id));
    lease.wake();
    return keys;
  }

  /** Notes what is left of a lease's TTL; one that is gone by now is passed over. */
  checkpoint(id: bigint, remainingTtlSeconds: bigint): void {
    const lease = this.#leases.get(id);
    if (lease === undefined) return;
    lease.checkpointSeconds = remainingTtlSeconds;
    if (this.#options.checkpointPersist ?? true) this.#persist(lease);
    if (this.#isPrimary) this.#scheduleCheckpoint(lease);
  }

  /** A lease that is not there takes no keys: a database may hold a key whose lease is gone. */
  attach(id: bigint, key: Uint8Array): void {
    this.#leases.get(id)?.keys.add(textOf(key));
  }

  detach(id: bigint, key: Uint8Array): void {
    this.#leases.get(id)?.keys.delete(textOf(key));
  }

  exists(id: bigint): boolean {
    return this.#leases.has(id);
  }

  lookup(id: bigint): Lease | undefined {
    return this.#leases.get(id);
  }

  /** In order of keys; none if there is no such lease. */
  keysOf(id: bigint): Uint8Array[] {
    const lease = this.#leases.get(id);
    return lease === undefined ? [] : sortedKeys(lease);
  }

  /** All leases, those first that expire first; those that expire together, or not at all, by id. */
  leases(): Lease[] {
    return [...this.#leases.values()].sort(byExpiry);
  }

  /**
   * Starts a lease's TTL anew. One that has expired cannot be saved any more: its revoke is under way, and the call
   * waits until it is revoked or until this member is no longer the primary.
   * @returns the TTL in seconds
   * @throws notPrimary, leaseNotFound; whatever `proposeCheckpoints` rejects with
   */
  async renew(id: bigint): Promise<bigint> {
    if (!this.#isPrimary) throw refuse.notPrimary();
    const lease = this.#find(id);
    let cleared = false;
    for (;;) {
      if (!this.#isPrimary) throw refuse.notPrimary();
      if (this.#leases.get(id) !== lease) throw refuse.leaseNotFound();
      const nowMs = this.#options.clock.nowMs();
      if (lease.expiresAtMs <= nowMs) {
        await lease.changed();
      } else if (lease.checkpointSeconds > 0n && !cleared && this.#options.proposeCheckpoints !== undefined) {
        // What was noted would cut the renewed TTL short under the next primary.
        cleared = true;
        await this.#options.proposeCheckpoints([{ id, remainingTtl: 0n }]);
      } else {
        this.#setExpiry(lease, nowMs + Number(lease.ttlSeconds) * 1000);
        return lease.ttlSeconds;
      }
    }
  }

  /**
   * Whole seconds until the expiry, negative once it has passed by a second; undefined where time does not run for
   * leases because this is not the primary.
   * @throws leaseNotFound
   */
  remainingSeconds(id: bigint): bigint | undefined {
    const { expiresAtMs } = this.#find(id);
    if (expiresAtMs === Number.POSITIVE_INFINITY) return undefined;
    return BigInt(Math.trunc((expiresAtMs - this.#options.clock.nowMs()) / 1000));
  }

  /**
   * Becomes the primary. Every lease lives for `extendMs` (at least the election timeout, in which nobody could renew)
   * and its TTL, or what the last checkpoint left of it; where there are many, their expiries are spread.
   */
  promote(extendMs: number): void {
    if (this.#closed) return;
    this.#isPrimary = true;
    const nowMs = this.#options.clock.nowMs();
    for (const lease of this.#leases.values()) this.#expireAt(lease, nowMs + extendMs + lease.dueMs);
    if (this.#leases.size >= REVOKES_PER_SECOND) this.#spread();
    this.#wakeAll();
  }

  /** Is the primary no more: no lease expires here, and whoever waits in `renew` is told. */
  demote(): void {
    this.#isPrimary = false;
    this.#expiries.clear();
    this.#checkpoints.clear();
    for (const lease of this.#leases.values()) lease.expiresAtMs = Number.POSITIVE_INFINITY;
    this.#wakeAll();
  }

  /**
   * The leases that are past their expiry, to be revoked through the log. One that is still there after three seconds
   * is given again.
   * @param limit by default what may be revoked within 500 ms
   */
  takeExpired(limit = REVOKES_PER_SECOND / 2): bigint[] {
    const nowMs = this.#options.clock.nowMs();
    const expired: bigint[] = [];
    while (expired.length < limit) {
      const id = this.#expiries.due(nowMs);
      if (id === undefined) break;
      this.#expiries.set(id, nowMs + RETRY_REVOKE_MS);
      expired.push(id);
    }
    return expired;
  }

  /** The checkpoints that are due, to be put through the log. */
  takeDueCheckpoints(limit = 1000): LeaseCheckpoint[] {
    const nowMs = this.#options.clock.nowMs();
    const nextMs = nowMs + this.#checkpointIntervalMs;
    const due: LeaseCheckpoint[] = [];
    while (due.length < limit) {
      const id = this.#checkpoints.due(nowMs);
      if (id === undefined) break;
      this.#checkpoints.delete(id);
      const lease = this.#leases.get(id);
      if (lease === undefined || lease.expiresAtMs <= nowMs) continue;
      const remainingTtl = BigInt(Math.ceil((lease.expiresAtMs - nowMs) / 1000));
      if (remainingTtl < lease.ttlSeconds) due.push({ id, remainingTtl });
      // It is due again after the interval, whatever becomes of this one: its proposal may get lost.
      if (Number(remainingTtl) * 1000 > this.#checkpointIntervalMs) this.#checkpoints.set(id, nextMs);
    }
    return due;
  }

  capture(): Capture {
    return new Map([['lease', captureRecords(this.#leases.values())]]);
  }

  /** The member stops, or a snapshot takes this lessor's place: whoever waits in `renew` is told, as by `demote`. */
  close(): void {
    this.#closed = true;
    this.demote();
  }

  #find(id: bigint): LeaseState {
    const lease = this.#leases.get(id);
    if (lease === undefined) throw refuse.leaseNotFound();
    return lease;
  }

  #persist(lease: LeaseState): void {
    this.#options.journal.put('lease', recordKey(lease.id), recordValue(lease));
  }

  #setExpiry(lease: LeaseState, atMs: number): void {
    lease.expiresAtMs = atMs;
    this.#expiries.set(lease.id, atMs);
  }

  #expireAt(lease: LeaseState, atMs: number): void {
    this.#setExpiry(lease, atMs);
    this.#scheduleCheckpoint(lease);
  }

  #scheduleCheckpoint(lease: LeaseState): void {
    if (this.#options.proposeCheckpoints === undefined || lease.dueMs <= this.#checkpointIntervalMs) return;
    if (this.#checkpoints.has(lease.id)) return;
    this.#checkpoints.set(lease.id, this.#options.clock.nowMs() + this.#checkpointIntervalMs);
  }

  #spread(): void {
    const leases = [...this.#leases.values()].sort(byExpiry);
    const times = Float64Array.from(leases, (lease) => lease.expiresAtMs);
    spreadExpiries(times);
    for (const [i, lease] of leases.entries()) this.#setExpiry(lease, times[i] ?? lease.expiresAtMs);
  }

  #wakeAll(): void {
    for (const lease of this.#leases.values()) lease.wake();
  }
}

function byExpiry(a: LeaseState, b: LeaseState): number {
  if (a.expiresAtMs !== b.expiresAtMs) return a.expiresAtMs < b.expiresAtMs ? -1 : 1;
  return a.id < b.id ? -1 : 1;
}

const textOf = (key: Uint8Array): string => Buffer.from(key.buffer, key.byteOffset, key.byteLength).toString('latin1');

const sortedKeys = (lease: LeaseState): Uint8Array[] =>
  [...lease.keys].sort(compareText).map((text) => Buffer.from(text, 'latin1'));

const compareText = (a: string, b: string): number => (a < b ? -1 : 1);
