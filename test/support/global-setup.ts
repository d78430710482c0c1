/** Runs once around a whole test run, in the main process. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { checklist } from '../parity/checklist/index.ts';
import { readRecord, RECORD_VARIABLE } from '../parity/harness/record.ts';
import { summarise } from '../parity/harness/summary.ts';
import { uncovered } from '../parity/uncovered.ts';
import { describeReleases } from './binaries.ts';

/** Returns what is to be done after the last test. */
export default function setup(): () => void {
  console.log(`\n${describeReleases()}`);
  const directory = mkdtempSync(join(tmpdir(), 'parity-record-'));
  const path = join(directory, 'entries');
  writeFileSync(path, '');
  process.env[RECORD_VARIABLE] = path;
  return () => {
    for (const line of summarise(readRecord(path), { bullets: new Set(checklist.keys()), uncovered }))
      console.log(line);
    rmSync(directory, { recursive: true, force: true });
  };
}
