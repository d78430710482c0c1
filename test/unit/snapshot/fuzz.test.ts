import { array, assert, asyncProperty, constantFrom, nat, record } from 'fast-check';
import { describe, expect, it } from 'vitest';
import { BboltError, openDatabase } from '../../../src/bbolt/index.ts';
import { SnapshotError } from '../../../src/snapshot/errors.ts';
import { hashKv } from '../../../src/snapshot/hash-kv.ts';
import { liveKeys } from '../../../src/snapshot/live-keys.ts';
import { snapshotStatus } from '../../../src/snapshot/status.ts';
import { verifySnapshot } from '../../../src/snapshot/verify.ts';
import { MemoryFiles } from '../../support/memory-files.ts';
import { History } from './history.ts';

const PATH = '/db';

/** A history with compacted records, deleted keys, large values and a lease, in a file of 1 KiB pages. */
function sample(): Uint8Array {
  const history = new History();
  for (let i = 0; i < 120; i++) history.commit([[`key${i % 30}`, 'v'.repeat((i * 13) % 700), i % 9 === 0 ? 77n : 0n]]);
  for (let i = 0; i < 30; i += 4) history.commit([[`key${i}`, undefined]]);
  history.compact(60n);
  return history
    .write(PATH, { lease: { 'lease id': Buffer.from([8, 77]) }, members: { ab: Buffer.from('{}') } })
    .bytes(PATH);
}

/** Runs on whatever bytes there are; the errors of the two rooms are the only way out. */
async function outcome(run: () => Promise<unknown>): Promise<string> {
  try {
    await run();
    return 'a result';
  } catch (error) {
    if (error instanceof SnapshotError || error instanceof BboltError) return error.message;
    throw error;
  }
}

async function readAll(files: MemoryFiles): Promise<void> {
  const database = openDatabase(PATH, files);
  for await (const live of liveKeys(database, { budget: 2000 })) live.read();
}

async function exercise(bytes: Uint8Array): Promise<void> {
  const files = new MemoryFiles();
  files.put(PATH, bytes);
  let reads = 0;
  files.fault = (operation) => (operation === 'read' ? void reads++ : undefined);
  const status = await outcome(() => snapshotStatus(PATH, { files }));
  const verified = await outcome(() => verifySnapshot(PATH, { files }));
  await outcome(() => hashKv(PATH, 0n, { files }));
  await outcome(() => hashKv(PATH, 100n, { files }));
  await outcome(() => readAll(files));
  // What can be opened can be verified: what is wrong is in the result, and whatever status minds, verify minds too.
  if (verified !== 'a result') expect(status).toBe(verified);
  else if (status !== 'a result') expect((await verifySnapshot(PATH, { files })).isSound).toBe(false);
  expect(reads).toBeLessThan(3000);
}

const nasty = constantFrom(0x00, 0x01, 0x02, 0x08, 0x0a, 0x5f, 0x74, 0x7f, 0x80, 0xff);

describe('damaged snapshots', () => {
  it('end in a result or an error of ours: bytes changed anywhere', async () => {
    const whole = sample();
    const changes = array(record({ at: nat({ max: whole.length - 1 }), byte: nasty }), { minLength: 1, maxLength: 8 });
    await assert(
      asyncProperty(changes, async (list) => {
        const bytes = whole.slice();
        for (const { at, byte } of list) bytes[at] = byte;
        await exercise(bytes);
      }),
      { numRuns: 300 },
    );
  });

  it('end so when records are aimed at', async () => {
    const whole = sample();
    const records: number[] = [];
    // A record's value begins with its key, behind a 17-byte revision.
    for (let at = whole.indexOf(0x0a); at >= 0; at = whole.indexOf(0x0a, at + 1)) records.push(at);
    const changes = array(record({ which: nat({ max: records.length - 1 }), offset: nat({ max: 40 }), byte: nasty }), {
      minLength: 1,
      maxLength: 4,
    });
    await assert(
      asyncProperty(changes, async (list) => {
        const bytes = whole.slice();
        for (const { which, offset, byte } of list) bytes[(records[which] ?? 0) - 17 + offset] = byte;
        await exercise(bytes);
      }),
      { numRuns: 300 },
    );
  });
});
