import type { BucketReader, Capture, Journal } from '../backend/index.ts';
import type { Clock } from '../base/index.ts';
import { Figures } from '../figures/index.ts';
import { refuse } from '../wire/etcd-error.ts';
import { Deadlines, type LeaseCheckpoint } from './deadlines.ts';
import { type Lease, LeaseState, MAX_TTL_SECONDS } from './lease.ts';
import { captureRecords, readRecord, recordKey, recordValue } from './records.ts';
import { REVOKES_PER_SECOND } from './spread.ts';

export interface LessorOptions {
  readonly journal: Journal;
  readonly clock: Clock;
  /** Where it counts what it does. */
  readonly figures?: Figures | undefined;
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
  readonly #leases = new Map<bigint, LeaseState>();
  readonly #deadlines: Deadlines;
  readonly #figures: Figures;
  #isPrimary = false;
  #closed = false;

  private constructor(options: LessorOptions) {
    this.#options = options;
    this.#figures = options.figures ?? new Figures();
    const { clock, proposeCheckpoints, checkpointIntervalMs = 300_000 } = options;
    this.#deadlines = new Deadlines(clock, proposeCheckpoints && checkpointIntervalMs);
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
    const { minTtlSeconds } = this.#options;
    const lease = new LeaseState(id, ttlSeconds < minTtlSeconds ? minTtlSeconds : ttlSeconds);
    this.#leases.set(id, lease);
    this.#persist(lease);
    this.#figures.add('etcd_debugging_lease_granted_total');
    this.#figures.observe('etcd_debugging_lease_ttl_total', Number(lease.ttlSeconds));
    if (this.#isPrimary) this.#deadlines.begin(lease, 0);
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
    this.#figures.add('etcd_debugging_lease_revoked_total');
    this.#leases.delete(id);
    this.#deadlines.forget(id);
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
    if (this.#isPrimary) this.#deadlines.scheduleCheckpoint(lease);
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

  /** In the order in which they were attached; none if there is no such lease. */
  keysOf(id: bigint): Uint8Array[] {
    return Array.from(this.#leases.get(id)?.keys ?? [], bytesOf);
  }

  /** All leases, those first that expire first; those that expire together, or not at all, by id. */
  leases(): Lease[] {
    return this.#byExpiry();
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
      if (this.#deadlines.isExpired(lease)) {
        await lease.changed();
      } else if (lease.checkpointSeconds > 0n && !cleared && this.#options.proposeCheckpoints !== undefined) {
        // What was noted would cut the renewed TTL short under the next primary.
        cleared = true;
        await this.#options.proposeCheckpoints([{ id, remainingTtl: 0n }]);
      } else {
        this.#deadlines.renew(lease);
        this.#figures.add('etcd_debugging_lease_renewed_total');
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
    const remainingMs = this.#deadlines.remainingMs(this.#find(id));
    return remainingMs === undefined ? undefined : BigInt(Math.trunc(remainingMs / 1000));
  }

  /**
   * Becomes the primary. Every lease lives for `extendMs` (at least the election timeout, in which nobody could renew)
   * and its TTL, or what the last checkpoint left of it; where there are many, their expiries are spread.
   */
  promote(extendMs: number): void {
    if (this.#closed) return;
    this.#isPrimary = true;
    for (const lease of this.#leases.values()) this.#deadlines.begin(lease, extendMs);
    if (this.#leases.size >= REVOKES_PER_SECOND) this.#deadlines.spread(this.#byExpiry());
    this.#wakeAll();
  }

  /** Is the primary no more: no lease expires here, and whoever waits in `renew` is told. */
  demote(): void {
    this.#isPrimary = false;
    this.#deadlines.stop(this.#leases.values());
    this.#wakeAll();
  }

  /**
   * The leases that are past their expiry, to be revoked through the log. One that is still there after three seconds
   * is given again.
   * @param limit by default what may be revoked within 500 ms
   */
  takeExpired(limit = REVOKES_PER_SECOND / 2): bigint[] {
    return this.#deadlines.takeExpired(limit);
  }

  /** The checkpoints that are due, to be put through the log. */
  takeDueCheckpoints(limit = 1000): LeaseCheckpoint[] {
    return this.#deadlines.takeDueCheckpoints(limit, this.#leases);
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

  #byExpiry(): LeaseState[] {
    return [...this.#leases.values()].sort(byExpiry);
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

const bytesOf = (text: string): Uint8Array => Buffer.from(text, 'latin1');

/** Every member must delete them in the same order. */
const sortedKeys = ({ keys }: LeaseState): Uint8Array[] => [...keys].sort().map(bytesOf);
