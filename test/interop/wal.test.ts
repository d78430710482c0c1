import { cp, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { nodeFiles } from '../../src/base/index.ts';
import {
  EMPTY_SNAPSHOT,
  type Entry,
  LogWriter,
  readLog,
  readNewestSnapFile,
  readSnapshotMarks,
  repairLog,
  WalError,
} from '../../src/wal/index.ts';
import { describeEtcd } from '../support/describe-etcd.ts';
import { type EtcdCluster, startCluster } from '../support/etcd-server.ts';
import { base64 } from '../support/gateway.ts';

/** More of them by hand: ETCD_KILLS=100. */
const KILLS = Number(process.env.ETCD_KILLS ?? 5);
const TIMEOUT_MS = 180_000 + KILLS * 5000;
const WRITERS = 8;
const START_TIMEOUT_MS = 15_000;

const walDirOf = (cluster: EtcdCluster): string => join(cluster.members[0]!.dataDirectory, 'member/wal');
const snapDirOf = (cluster: EtcdCluster): string => join(cluster.members[0]!.dataDirectory, 'member/snap');

/** Writes as fast as it goes, until the member is gone; returns the keys that were acknowledged. */
async function writeUntilDeath(cluster: EtcdCluster, round: number): Promise<string[]> {
  const acknowledged: string[] = [];
  const writer = async (id: number): Promise<void> => {
    for (let i = 0; cluster.members[0]!.alive; i++) {
      const key = `round ${round} writer ${id} put ${i}`;
      try {
        await cluster.gateway.call('kv/put', { key: base64(key), value: base64('v'.repeat((i * 131) % 3000)) });
        acknowledged.push(key);
      } catch {
        return;
      }
    }
  };
  await Promise.all(Array.from({ length: WRITERS }, (_, id) => writer(id)));
  return acknowledged;
}

/** The entries after the newest snapshot, as a booting member would have them. */
function readTail(walDir: string): { entries: Entry[]; content: ReturnType<typeof readLog> } {
  const start = readSnapshotMarks(nodeFiles, walDir).at(-1) ?? EMPTY_SNAPSHOT;
  const entries: Entry[] = [];
  const content = readLog(nodeFiles, walDir, start, (entry) => {
    entries.length = Number(entry.index - start.index - 1n);
    entries.push(entry);
  });
  return { entries, content };
}

/** Whether a real member starts on its data as it is now. */
async function starts(cluster: EtcdCluster): Promise<boolean> {
  const [member] = cluster.members;
  member!.start();
  const until = Date.now() + START_TIMEOUT_MS;
  while (member!.alive && Date.now() < until) {
    if (await cluster.gateway.health().catch(() => false)) return true;
    await sleep(20);
  }
  return false;
}

type Damage = (bytes: Buffer, end: number) => Buffer;
const cut =
  (before: number): Damage =>
  (bytes, end) =>
    bytes.subarray(0, end - before);
const flip =
  (before: number): Damage =>
  (bytes, end) => {
    bytes[end - before] = (bytes[end - before] ?? 0) ^ 0x10;
    return bytes;
  };
const zeroSectors =
  (before: number): Damage =>
  (bytes, end) => {
    const at = Math.floor((end - before) / 512) * 512;
    return bytes.fill(0, at, at + 512);
  };

describeEtcd('the log of a killed etcd', (release) => {
  let cluster: EtcdCluster;
  let keep: string;
  const acknowledged: string[] = [];

  beforeAll(async () => {
    cluster = await startCluster({ release, flags: ['--snapshot-count=400'] });
    keep = await mkdtemp(join(tmpdir(), 'wal-'));
    for (let round = 0; round < KILLS; round++) {
      if (round > 0) expect(await starts(cluster)).toBe(true);
      const writing = writeUntilDeath(cluster, round);
      await sleep(300 + ((50 * round) % 700));
      await cluster.members[0]!.kill();
      acknowledged.push(...(await writing));
    }
    // What a kill tore, etcd has mended at the next start, and kept beside it.
    for (const name of await readdir(walDirOf(cluster))) {
      if (name.endsWith('.broken')) await rm(join(walDirOf(cluster), name));
    }
    await cp(cluster.members[0]!.dataDirectory, join(keep, 'data'), { recursive: true });
  }, TIMEOUT_MS);

  afterAll(async () => {
    await cluster?.stop();
    await rm(keep, { recursive: true, force: true });
  });

  /** Everything as it was after the last kill. */
  async function rewind(): Promise<void> {
    await cluster.members[0]!.kill();
    await rm(cluster.members[0]!.dataDirectory, { recursive: true });
    await cp(join(keep, 'data'), cluster.members[0]!.dataDirectory, { recursive: true });
  }

  it(
    'is read: every acknowledged write since the snapshot is in it',
    async () => {
      expect(acknowledged.length).toBeGreaterThan(200);
      const walDir = walDirOf(cluster);
      const marks = readSnapshotMarks(nodeFiles, walDir);
      expect(marks.length).toBeGreaterThan(1);
      expect(readNewestSnapFile(nodeFiles, snapDirOf(cluster), marks)?.index).toBe(marks.at(-1)?.index);
      const { entries, content } = readTail(walDir);
      expect(content.hardState.commit).toBeLessThanOrEqual(content.lastIndex);
      expect(entries.map(({ index }) => index)).toEqual(entries.map((_, i) => entries[0]!.index + BigInt(i)));
      // All entries since the beginning are there as long as no segment was purged.
      const all: Entry[] = [];
      readLog(nodeFiles, walDir, EMPTY_SNAPSHOT, (entry) => {
        all.length = Number(entry.index) - 1;
        all.push(entry);
      });
      const found = new Set(
        all.flatMap(
          ({ data }) =>
            Buffer.from(data)
              .toString('latin1')
              .match(/round \d+ writer \d+ put \d+/g) ?? [],
        ),
      );
      expect(acknowledged.filter((key) => !found.has(key))).toEqual([]);
      console.log(
        `etcd ${release.version}: killed ${KILLS} times, ${acknowledged.length} acknowledged puts in its log`,
      );
    },
    TIMEOUT_MS,
  );

  it(
    'takes up an entry of ours, which etcd then applies',
    async () => {
      await rewind();
      const walDir = walDirOf(cluster);
      const start = readSnapshotMarks(nodeFiles, walDir).at(-1) ?? EMPTY_SNAPSHOT;
      repairLog(nodeFiles, walDir);
      const entries: Entry[] = [];
      const { writer, content } = LogWriter.open(nodeFiles, walDir, start, (entry) => entries.push(entry));
      const index = content.lastIndex + 1n;
      const term = entries.at(-1)?.term ?? content.hardState.term;
      // {header: {ID: 5}, put: {key: "ours", value: "!"}}
      const data = Buffer.from('22090a046f757273120121a206020805', 'hex');
      await writer.save({ ...content.hardState, commit: index }, [{ type: 0, term, index, data }]);
      await writer.close();
      expect(await starts(cluster)).toBe(true);
      const { kvs } = await cluster.gateway.call<{ kvs: { value: string }[] }>('kv/range', { key: base64('ours') });
      expect(kvs).toMatchObject([{ value: base64('!') }]);
      const { count } = await cluster.gateway.call<{ count: string }>('kv/range', {
        key: base64('round'),
        range_end: base64('roune'),
        count_only: true,
      });
      expect(Number(count)).toBeGreaterThanOrEqual(acknowledged.length);
    },
    TIMEOUT_MS,
  );

  it.each([
    ['cut through the last record', cut(3), 'mended'],
    ['cut through the last length word', cut(38), 'any'],
    ['cut far from the end', cut(1501), 'mended'],
    // What lies there, a record or its padding, differs from run to run.
    ['with a bit changed near the end', flip(21), 'any'],
    ['with a bit changed far from the end', flip(5000), 'any'],
    ['with a sector of zeros near the end', zeroSectors(2000), 'any'],
  ] as const)(
    '%s is judged as etcd judges it',
    async (_, damage, expected) => {
      await rewind();
      const walDir = walDirOf(cluster);
      const { path, offset } = readTail(walDir).content.end;
      await writeFile(path, damage(await readFile(path), offset));
      let verdict: 'whole' | 'mended' | 'refused';
      try {
        verdict = readTail(walDir).content.tornTail ? 'mended' : 'whole';
      } catch (error) {
        if (!(error instanceof WalError)) throw error;
        verdict = 'refused';
        expect(error.message).toContain(`: in file '${path}' at position: `);
      }
      if (expected !== 'any') expect(verdict).toBe(expected);
      // What a member that lost committed entries does then is its own affair; here it is whether the log is taken.
      const broken = `${path}.broken`;
      if (verdict === 'mended') {
        await cp(walDir, join(keep, 'damaged'), { recursive: true });
        expect(repairLog(nodeFiles, walDir)?.brokenPath).toBe(broken);
        expect(readTail(walDir).content.tornTail).toBeUndefined();
        const mended = (await stat(path)).size;
        await rm(walDir, { recursive: true });
        await cp(join(keep, 'damaged'), walDir, { recursive: true });
        await rm(join(keep, 'damaged'), { recursive: true });
        await starts(cluster);
        await cluster.members[0]!.kill();
        expect((await stat(broken)).size).toBeGreaterThan(mended);
      } else {
        expect(await starts(cluster)).toBe(verdict === 'whole');
        expect(nodeFiles.stat(broken)).toBeUndefined();
      }
    },
    TIMEOUT_MS,
  );
});
