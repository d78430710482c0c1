/** What a load came to; plain data, so that threads can hand it over. */
export interface LoadResult {
  readonly puts: number;
  /** Of the puts that went well, in milliseconds. */
  readonly slowestMs: number;
  readonly sumMs: number;
  readonly sumOfSquaresMs: number;
  /** From the first put to the last answer. */
  readonly elapsedMs: number;
  /** How often each error came. */
  readonly errors: ReadonlyMap<string, number>;
}

/** Gathers how long puts took, without keeping each of them. */
export class Latencies {
  #puts = 0;
  #slowestMs = 0;
  #sumMs = 0;
  #sumOfSquaresMs = 0;
  readonly #errors = new Map<string, number>();

  took(ms: number): void {
    this.#puts += 1;
    this.#sumMs += ms;
    this.#sumOfSquaresMs += ms * ms;
    if (ms > this.#slowestMs) this.#slowestMs = ms;
  }

  failed(message: string): void {
    this.#errors.set(message, (this.#errors.get(message) ?? 0) + 1);
  }

  result(elapsedMs: number): LoadResult {
    return {
      puts: this.#puts,
      slowestMs: this.#slowestMs,
      sumMs: this.#sumMs,
      sumOfSquaresMs: this.#sumOfSquaresMs,
      elapsedMs,
      errors: this.#errors,
    };
  }
}

/** The result of loads that ran side by side. */
export function merge(results: readonly LoadResult[]): LoadResult {
  const errors = new Map<string, number>();
  for (const result of results) {
    for (const [message, count] of result.errors) errors.set(message, (errors.get(message) ?? 0) + count);
  }
  const sum = (of: (result: LoadResult) => number): number => results.reduce((total, each) => total + of(each), 0);
  return {
    puts: sum(({ puts }) => puts),
    slowestMs: Math.max(0, ...results.map(({ slowestMs }) => slowestMs)),
    sumMs: sum(({ sumMs }) => sumMs),
    sumOfSquaresMs: sum(({ sumOfSquaresMs }) => sumOfSquaresMs),
    elapsedMs: Math.max(0, ...results.map(({ elapsedMs }) => elapsedMs)),
    errors,
  };
}

/** Puts that went well, per second. */
export const putsPerSecond = ({ puts, elapsedMs }: LoadResult): number =>
  elapsedMs > 0 ? puts / (elapsedMs / 1000) : 0;

/** Standard deviation of the time a put took; zero without any. */
export function deviationMs({ puts, sumMs, sumOfSquaresMs }: LoadResult): number {
  if (puts === 0) return 0;
  const mean = sumMs / puts;
  return Math.sqrt(Math.max(0, sumOfSquaresMs / puts - mean * mean));
}
