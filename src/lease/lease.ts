/** etcd's limit, some 285 years: far enough below 2^63 nanoseconds for any arithmetic on it. */
export const MAX_TTL_SECONDS = 9_000_000_000n;

/** A lease as others see it. */
export interface Lease {
  readonly id: bigint;
  /** What it was granted for, not less than the least TTL of the member. */
  readonly ttlSeconds: bigint;
}

/** A lease as the lessor keeps it. Times are those of its clock. */
export class LeaseState implements Lease {
  readonly id: bigint;
  readonly ttlSeconds: bigint;
  /** What was left at the last checkpoint; 0 when there was none since the last renewal. */
  checkpointSeconds: bigint;
  /** Infinity wherever the lessor is not the primary. */
  expiresAtMs = Number.POSITIVE_INFINITY;
  /**
   * The keys attached, one character a byte: a string can be looked up by its value and takes less memory than an
   * array of bytes, and strings of this kind sort as their bytes do.
   */
  readonly keys = new Set<string>();
  #waiting: (() => void)[] = [];

  constructor(id: bigint, ttlSeconds: bigint, checkpointSeconds = 0n) {
    this.id = id;
    this.ttlSeconds = ttlSeconds;
    this.checkpointSeconds = checkpointSeconds;
  }

  /** What a new primary has to grant it: a TTL is at most 9e9, so that a number holds its milliseconds exactly. */
  get dueMs(): number {
    return Number(this.checkpointSeconds > 0n ? this.checkpointSeconds : this.ttlSeconds) * 1000;
  }

  /** Resolves at the next `wake`. */
  changed(): Promise<void> {
    return new Promise((resolve) => this.#waiting.push(resolve));
  }

  /** Tells those who wait that the lease was revoked, or that its lessor was promoted, demoted or closed. */
  wake(): void {
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const resolve of waiting) resolve();
  }
}
