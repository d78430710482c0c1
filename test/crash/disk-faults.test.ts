/**
 * A disk that fails under a server which is at work: whatever was acknowledged
 * is there when the disk is mended, and the server says why it ended.
 */
import { writeFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { Deadline } from '../../src/base/index.ts';
import { kv } from '../../src/wire/services/kv.ts';
import { maintenance } from '../../src/wire/services/maintenance.ts';
import { OwnCluster } from '../support/own-cluster.ts';
import type { Fault } from './faulty-files.ts';
import { type Revision, Story, type Write } from './story.ts';
import { Watchers } from './watchers.ts';
import { Writers } from './writers.ts';
import { Random } from '../support/random.ts';

const faulty = fileURLToPath(new URL('faulty-etcd.ts', import.meta.url));
const command = [process.execPath, '--import', 'tsx', faulty] as const;
const FLAGS = ['--snapshot-count=100', '--snapshot-catchup-entries=20'];
const WORKING_MS = 300;
const LIMIT_MS = 90_000;

const LOG = String.raw`\.wal$`;
const SNAP = String.raw`\.snap(\.tmp)?$`;
const DATABASE = '/db$';
const NO_ROOM = /write .*: no space left on device/;
const BROKEN = /(write|fsync|fdatasync) .*: input\/output error/;

interface Case {
  readonly name: string;
  readonly where: string;
  readonly what: Fault['what'];
  readonly cause: RegExp;
}

const cases: readonly Case[] = [
  { name: 'the log finds no room', where: LOG, what: 'ENOSPC', cause: NO_ROOM },
  { name: 'the log is torn for want of room', where: LOG, what: 'torn', cause: NO_ROOM },
  { name: 'the log cannot be written', where: LOG, what: 'EIO', cause: BROKEN },
  { name: 'the log cannot be made durable', where: LOG, what: 'fsync', cause: BROKEN },
  { name: 'a .snap file finds no room', where: SNAP, what: 'ENOSPC', cause: NO_ROOM },
  { name: 'a .snap file is torn', where: SNAP, what: 'torn', cause: NO_ROOM },
  { name: 'a .snap file cannot be made durable', where: SNAP, what: 'fsync', cause: BROKEN },
  { name: 'the database finds no room', where: DATABASE, what: 'ENOSPC', cause: NO_ROOM },
  { name: 'the database is torn', where: DATABASE, what: 'torn', cause: NO_ROOM },
  { name: 'the database cannot be written', where: DATABASE, what: 'EIO', cause: BROKEN },
  { name: 'the database cannot be made durable', where: DATABASE, what: 'fsync', cause: BROKEN },
];

/** One member as the first of `size`, on a disk with a fault that can be armed. */
async function onBadDisk(size: number, { where, what }: Pick<Fault, 'where' | 'what'>) {
  const cluster = await OwnCluster.plan({ size, flags: FLAGS });
  const bad = cluster.places[0]!;
  const armed = `${cluster.dataDir(bad)}.armed`;
  cluster.start(bad, { FAULT: JSON.stringify({ where, what, armed } satisfies Fault) }, command);
  for (const place of cluster.places.slice(1)) cluster.start(place);
  await cluster.ready();
  return { cluster, bad, arm: () => writeFileSync(armed, '') };
}

interface Scene extends Awaited<ReturnType<typeof onBadDisk>> {
  readonly writers: Writers;
}

/** Something happens to the first of `size` members while clients are at work; then it is started on a good disk. */
async function mended(
  size: number,
  fault: Pick<Fault, 'where' | 'what'>,
  happens: (scene: Scene) => Promise<void>,
): Promise<void> {
  const place = await onBadDisk(size, fault);
  const { cluster, bad } = place;
  const faults: string[] = [];
  const writers = new Writers(cluster, 4, 1, faults);
  const watchers = new Watchers(cluster, new Random(1));
  try {
    await happens({ ...place, writers });
    cluster.start(bad);
    await cluster.ready();
    await sleep(WORKING_MS);
    await writers.stop();
    await untilAgreed(cluster, watchers);
    expect(writers.acknowledged).toBeGreaterThan(0);
    expect([...faults, ...(await judge(cluster, writers.promised, watchers.stories))]).toEqual([]);
  } finally {
    await writers.stop();
    await watchers.stop();
    await cluster.end();
  }
}

/** What is wrong with the keys that one member has. */
async function judge(
  cluster: OwnCluster,
  promised: ReadonlyMap<Revision, Write>,
  stories: readonly Story[],
): Promise<string[]> {
  const [story = new Story('nobody', 1n)] = stories;
  const faults = stories.flatMap((each) => [...each.faults, ...each.missing(promised), ...each.differences(story)]);
  for (const place of cluster.places) {
    const channel = cluster.channel(place);
    const { kvs } = await channel.unary(kv.range, { key: Buffer.of(0), range_end: Buffer.of(0) });
    const there = new Map(kvs.map(({ key, value }) => [Buffer.from(key).toString(), Buffer.from(value).toString()]));
    const expected = new Map([...story.outcome()].map(([key, { value }]) => [key, value]));
    expect(there).toEqual(expected);
    channel.close();
  }
  return faults;
}

async function untilAgreed(cluster: OwnCluster, watchers: Watchers): Promise<void> {
  const channels = cluster.places.map((place) => cluster.channel(place));
  const deadline = Deadline.after(30_000);
  for (;;) {
    const hashes = await Promise.all(
      channels.map(async (channel) => {
        const { header } = await channel.unary(kv.range, { key: Buffer.of(0) }, { deadline });
        const revision = header?.revision ?? 0n;
        const { hash } = await channel.unary(maintenance.hashKV, { revision }, { deadline });
        return `${revision} ${hash}`;
      }),
    );
    const [first = ''] = hashes;
    if (new Set(hashes).size === 1 && watchers.seenByAll >= BigInt(first.split(' ')[0] ?? '')) break;
    if (deadline.hasPassed) throw new Error(`no agreement: ${hashes.join(', ')}; watchers: ${watchers.seenByAll}`);
    await sleep(10);
  }
  for (const channel of channels) channel.close();
}

describe.concurrent.each(cases)('one member, when $name', ({ where, what, cause }) => {
  it(
    'ends with the cause, and has every acknowledged write once the disk is mended',
    () =>
      mended(1, { where, what }, async ({ cluster, bad, arm }) => {
        await sleep(WORKING_MS);
        arm();
        const etcd = cluster.process(bad);
        expect(await etcd.ended).toEqual({ code: 1, signal: null });
        const told = etcd.log.split('\n').filter((line) => /"level":"(error|fatal)"/.test(line));
        expect(told.join('\n')).toMatch(cause);
        expect(etcd.log).not.toMatch(/^\s+at /m);
      }),
    LIMIT_MS,
  );
});

describe('a member whose writes are short', () => {
  it.each([LOG, SNAP, DATABASE])(
    'writes the rest (%s)',
    (where) =>
      mended(1, { where, what: 'short' }, async ({ cluster, bad, arm }) => {
        arm();
        await sleep(2 * WORKING_MS);
        expect(cluster.process(bad).hasEnded).toBe(false);
        await cluster.kill(bad);
      }),
    LIMIT_MS,
  );
});

describe('one of three members, when its log cannot be made durable', () => {
  it(
    'leaves the work to the others, and catches up once the disk is mended',
    () =>
      mended(3, { where: LOG, what: 'fsync' }, async ({ cluster, bad, arm, writers }) => {
        await sleep(WORKING_MS);
        arm();
        expect((await cluster.process(bad).ended).code).toBe(1);
        const before = writers.acknowledged;
        while (writers.acknowledged < before + 50) await sleep(10);
      }),
    LIMIT_MS,
  );
});
