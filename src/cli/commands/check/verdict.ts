import { deviationMs, type LoadResult, putsPerSecond } from './latencies.ts';

/** What `check perf` has to say of a load, in etcdctl's words. */
export interface Verdict {
  readonly lines: readonly string[];
  readonly isGood: boolean;
}

const leastShareOfRate = 0.9;
const slowestAllowedMs = 500;
const deviationAllowedMs = 100;

/** Judges a cluster by the puts it took. @param wanted puts per second */
export function judge(result: LoadResult, wanted: number): Verdict {
  const rate = putsPerSecond(result);
  const shownRate = Math.trunc(rate) + 1;
  const deviation = deviationMs(result);
  const criteria = [
    rate / wanted > leastShareOfRate
      ? `PASS: Throughput is ${shownRate} writes/s`
      : `FAIL: Throughput too low: ${shownRate} writes/s`,
    result.slowestMs <= slowestAllowedMs
      ? `PASS: Slowest request took ${inSeconds(result.slowestMs)}`
      : `Slowest request took too long: ${inSeconds(result.slowestMs)}`,
    deviation <= deviationAllowedMs
      ? `PASS: Stddev is ${inSeconds(deviation)}`
      : `Stddev too high: ${inSeconds(deviation)}`,
  ];
  const errors = errorLines(result);
  const isGood = errors.length === 0 && criteria.every((line) => line.startsWith('PASS'));
  return { lines: [...errors, ...criteria], isGood };
}

/** One line for each error that puts met with; none if all went well. */
export function errorLines({ errors }: LoadResult): string[] {
  if (errors.size === 0) return [];
  return ['FAIL: too many errors', ...Array.from(errors, ([message, count]) => `FAIL: ERROR(${message}) -> ${count}`)];
}

const inSeconds = (ms: number): string => `${(ms / 1000).toFixed(6)}s`;
