/** Verdicts of all test processes meet in one file, from which the run's summary is made. */
import { appendFileSync, readFileSync } from 'node:fs';
import type { Covered } from './case.ts';

/** `expected`: no peer could be asked, the case's own expectation held. */
export type Verdict = 'equal' | 'deliberate' | 'expected' | 'skipped' | 'failed';

export interface Entry {
  readonly release: string;
  readonly name: string;
  readonly covers: readonly Covered[];
  readonly verdict: Verdict;
}

/** Names the file; set by the global set-up of the run. */
export const RECORD_VARIABLE = 'PARITY_RECORD';

export function record(entry: Entry): void {
  const path = process.env[RECORD_VARIABLE];
  if (path !== undefined) appendFileSync(path, `${JSON.stringify(entry)}\n`);
}

export function readRecord(path: string): Entry[] {
  const lines = readFileSync(path, 'utf8').split('\n');
  return lines.filter((line) => line !== '').map((line): Entry => JSON.parse(line));
}
