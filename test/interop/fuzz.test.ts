import { array, assert, asyncProperty, constantFrom, nat, record } from 'fast-check';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, expect, it } from 'vitest';
import { BboltError, Checker, openDatabase, updateFile } from '../../src/bbolt/index.ts';
import { hashKv, liveKeys, restore, SnapshotError, snapshotStatus, verifySnapshot } from '../../src/snapshot/index.ts';
import { EMPTY_SNAPSHOT, readLog, readSnapFile, repairLog, WalError } from '../../src/wal/index.ts';
import { describeEtcd } from '../support/describe-etcd.ts';
import { MemoryFiles } from '../support/memory-files.ts';
import { saveSnapshot, startSource } from './source-cluster.ts';

/** Many more by hand: ETCD_FUZZ=20. */
const FACTOR = Number(process.env.ETCD_FUZZ ?? 1);
const TIMEOUT_MS = 120_000 * FACTOR;
/** Reading a sound file takes a few hundred reads: a damaged one may not take many times as many. */
const MOST_READS = 20_000;

/** How runs on damaged files ended: a result, or an error of ours; anything else fails the test. */
class Outcomes {
  readonly #counts = new Map<string, number>();

  async of(run: () => unknown): Promise<void> {
    const end = await ending(run);
    this.#counts.set(end, (this.#counts.get(end) ?? 0) + 1);
  }

  toString(): string {
    return [...this.#counts].map(([end, count]) => `${count} x ${end}`).join(', ');
  }
}

async function ending(run: () => unknown): Promise<string> {
  try {
    await run();
    return 'a result';
  } catch (error) {
    if (!(error instanceof BboltError || error instanceof SnapshotError || error instanceof WalError)) throw error;
    // An integrity check lists the first ten errors.
    expect(error.message.length, error.message).toBeLessThan(1500);
    return error.name;
  }
}

const nasty = constantFrom(0x00, 0x01, 0x02, 0x04, 0x0a, 0x10, 0x7f, 0x80, 0xff);

/** Some bytes of a file changed, or all from one place on gone. */
const damages = (length: number) =>
  record({
    changes: array(record({ at: nat({ max: length - 1 }), byte: nasty }), { minLength: 1, maxLength: 6 }),
    /** Most errors hide in the first pages: half the changes go there. */
    first: nat({ max: 1 }),
    cut: constantFrom(0, 0, 0, 0, 1, 100, 4096, 30_000),
  });

function damaged(whole: Uint8Array, damage: { changes: { at: number; byte: number }[]; first: number; cut: number }) {
  const bytes = Uint8Array.from(whole.subarray(0, whole.length - damage.cut));
  for (const { at, byte } of damage.changes) bytes[(damage.first ? at % 65_536 : at) % bytes.length] = byte;
  return bytes;
}

/** Files in memory, and how often they were read. */
function filesWith(path: string, bytes: Uint8Array): { files: MemoryFiles; reads: () => number } {
  const files = new MemoryFiles();
  files.put(path, bytes);
  let reads = 0;
  files.fault = (operation) => (operation === 'read' ? void reads++ : undefined);
  return { files, reads: () => reads };
}

describeEtcd('damaged files of etcd', (release) => {
  let snapshot: Uint8Array;
  let log: { readonly name: string; readonly bytes: Uint8Array };
  let snapFile: Uint8Array;

  beforeAll(async () => {
    const source = await startSource(release, ['--snapshot-count=100']);
    try {
      snapshot = await readFile(await saveSnapshot(source));
      const directory = join(source.members[0]!.dataDirectory, 'member/wal');
      const [name = ''] = (await readdir(directory)).filter((each) => each.endsWith('.wal'));
      const whole = await readFile(join(directory, name));
      log = { name, bytes: whole.subarray(0, whole.findLastIndex((byte) => byte !== 0) + 4096) };
      const snaps = join(source.members[0]!.dataDirectory, 'member/snap');
      const [snap = ''] = (await readdir(snaps)).filter((each) => each.endsWith('.snap'));
      snapFile = await readFile(join(snaps, snap));
    } finally {
      await source.stop();
    }
  }, TIMEOUT_MS);

  it(
    'a snapshot ends every reader in a result or an error of ours',
    async () => {
      const outcomes = new Outcomes();
      const runs = 150 * FACTOR;
      await assert(
        asyncProperty(damages(snapshot.length), async (damage) => {
          const { files, reads } = filesWith('/db', damaged(snapshot, damage));
          await outcomes.of(() => snapshotStatus('/db', { files }));
          await outcomes.of(() => verifySnapshot('/db', { files }));
          await outcomes.of(() => hashKv('/db', 0n, { files }));
          await outcomes.of(async () => {
            for await (const live of liveKeys(openDatabase('/db', files), { budget: 100_000 })) live.read();
          });
          await outcomes.of(() =>
            updateFile('/db', (root) => root.bucketOrCreate('key').put('k', Buffer.from('v')), files),
          );
          expect(reads()).toBeLessThan(MOST_READS);
        }),
        { numRuns: runs },
      );
      console.log(`snapshot of etcd ${release.version} damaged ${runs} times, 5 readers each: ${outcomes.toString()}`);
    },
    TIMEOUT_MS,
  );

  it(
    'a snapshot without a digest is restored whole or not at all',
    async () => {
      const outcomes = new Outcomes();
      const runs = 60 * FACTOR;
      const bare = snapshot.subarray(0, -32);
      await assert(
        asyncProperty(damages(bare.length), async (damage) => {
          const { files } = filesWith('/snap.db', damaged(bare, damage));
          const peers = {
            initialCluster: 'a=http://localhost:2380',
            initialAdvertisePeerUrls: ['http://localhost:2380'],
          };
          const options = { source: '/snap.db', dataDir: '/data', name: 'a', initialClusterToken: 'x', ...peers };
          await outcomes.of(async () => {
            try {
              await restore({ ...options, skipHashCheck: true, files });
            } catch (error) {
              expect(files.list('/')).toEqual(['snap.db']);
              throw error;
            }
            const checker = new Checker(openDatabase('/data/member/snap/db', files));
            for (const steps = checker.run(); !steps.next().done; );
            expect(checker.problems.count).toBe(0);
          });
        }),
        { numRuns: runs },
      );
      console.log(`snapshot of etcd ${release.version} damaged and restored ${runs} times: ${outcomes.toString()}`);
    },
    TIMEOUT_MS,
  );

  it(
    'a log or a .snap file ends in entries or an error of ours',
    async () => {
      const outcomes = new Outcomes();
      const runs = 500 * FACTOR;
      await assert(
        asyncProperty(damages(log.bytes.length), async (damage) => {
          const bytes = damaged(log.bytes, damage);
          const { files, reads } = filesWith(`/wal/${log.name}`, bytes);
          files.put('/snap/a.snap', damaged(snapFile, { ...damage, cut: Math.min(damage.cut, 1000) }));
          await outcomes.of(() => readLog(files, '/wal', EMPTY_SNAPSHOT));
          await outcomes.of(() => readSnapFile(files, '/snap/a.snap'));
          await outcomes.of(() => {
            // What repair takes for mended, reads.
            if (repairLog(files, '/wal') !== undefined) readLog(files, '/wal', EMPTY_SNAPSHOT);
          });
          expect(reads()).toBeLessThan(MOST_READS);
        }),
        { numRuns: runs },
      );
      console.log(`log of etcd ${release.version} damaged ${runs} times, 3 readers each: ${outcomes.toString()}`);
    },
    TIMEOUT_MS,
  );
});
