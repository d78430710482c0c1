/** A point in time on the monotonic clock by which something must be done. */
export class Deadline {
  static readonly never = new Deadline(Number.POSITIVE_INFINITY);

  readonly #atMs: number;

  private constructor(atMs: number) {
    this.#atMs = atMs;
  }

  /** @param timeoutMs milliseconds from now; zero or less has passed already, Infinity never passes. */
  static after(timeoutMs: number): Deadline {
    return timeoutMs === Number.POSITIVE_INFINITY ? Deadline.never : new Deadline(performance.now() + timeoutMs);
  }

  /** Milliseconds left: zero once passed, Infinity for {@link Deadline.never}. */
  remainingMs(): number {
    return Math.max(0, this.#atMs - performance.now());
  }

  get isFinite(): boolean {
    return this.#atMs !== Number.POSITIVE_INFINITY;
  }

  get hasPassed(): boolean {
    return this.#atMs <= performance.now();
  }

  /** The earlier of the two. */
  min(other: Deadline): Deadline {
    return this.#atMs <= other.#atMs ? this : other;
  }
}
