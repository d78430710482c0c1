import { mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { runOffline } from '../../../support/cli.ts';
import { DamagedFile } from '../../../unit/bbolt/damage.ts';
import { History } from '../../../unit/snapshot/history.ts';
import { dataDirectory, databaseOf, useScratch } from './scratch.ts';

const scratch = useScratch();

const keys = new History();
for (let i = 0; i < 150; i++) keys.commit([[`key ${i % 40}`, `value ${i} `.repeat(i % 7)]]);

const sample = (): DamagedFile => new DamagedFile(keys.write('/db', { members: {}, lease: {} }));
/** The root of bucket `key`, a branch page, and its first leaf. */
const root = sample().open().bucket('key')!.header.root.page;
const leaf = sample().element(root, 0).readUInt32LE(8);

type Damage = (file: DamagedFile) => Buffer;
const pages =
  (change: (file: DamagedFile) => unknown): Damage =>
  (file) => {
    change(file);
    return file.bytes;
  };

const everyMagic = (change: (magic: Buffer) => unknown): Damage =>
  pages((file) => [0, 1].forEach((id) => change(file.page(id).subarray(16, 20))));

/** What is done to the file, and whether it can be opened as a database all the same. */
const table: readonly (readonly [string, Damage, RegExp])[] = [
  ['no bytes at all', () => Buffer.alloc(0), /invalid database: the (file|snapshot) is empty$/],
  ['a few bytes', (f) => f.bytes.subarray(0, 100), /truncated database/],
  ['the meta pages alone', (f) => f.bytes.subarray(0, 2048), /truncated database: it has \d+ pages/],
  ['half of it', (f) => f.bytes.subarray(0, f.bytes.length / 2), /truncated database: it has \d+ pages/],
  ['all but the last byte', (f) => f.bytes.subarray(0, -1), /truncated database/],
  ['text', () => Buffer.from('not a database\n'.repeat(1000)), /invalid database$/],
  ['zeros', () => Buffer.alloc(16_384), /invalid database$/],
  ['another magic number', everyMagic((magic) => magic.fill(7)), /invalid database$/],
  ['another byte order', everyMagic((magic) => magic.reverse()), /invalid database: written on a big-endian machine$/],
  [
    'another format version',
    pages((f) => [0, 1].forEach((id) => f.page(id).writeUInt32LE(9, 20))),
    /version mismatch$/,
  ],
  ['broken meta pages', pages((f) => [0, 1].forEach((id) => f.page(id).fill(1, 40, 48))), /checksum error$/],
  ['a root beyond the end', pages((f) => f.setMeta({ rootPage: 10_000 })), /meta page points at page 10000/],
  [
    'a tree that leads into itself',
    pages((f) => f.element(root, 0).writeUInt32LE(root, 8)),
    /multiple references|cycle/,
  ],
  ['a page beyond the high-water mark', pages((f) => f.element(root, 0).writeUInt32LE(9999, 8)), /out of bounds/],
  ['a page far beyond', pages((f) => f.element(root, 0).fill(0xff, 8)), /out of bounds/],
  ['too many elements', pages((f) => f.page(leaf).writeUInt16LE(0xfffe, 10)), /elements overrun/],
  ['an element that overruns', pages((f) => f.element(leaf, 0).writeUInt32LE(0x7fff_ffff, 12)), /overrun/],
  [
    'more overflow pages than there are',
    pages((f) => f.page(leaf).writeUInt32LE(70_000, 12)),
    /overflow pages are out of bounds/,
  ],
  ['a page of another type', pages((f) => f.page(leaf).writeUInt16LE(0x40, 8)), /invalid type/],
  ['a page that is another', pages((f) => f.page(leaf).writeUInt32LE(77, 0)), /identifies itself as page 77/],
  ['records that are none', pages((f) => f.page(leaf).fill(0xff, 600)), /invalid separator|errors found/],
];

/** Command lines that read a database, with what stands for it in `$`. */
const readers: readonly (readonly string[])[] = [
  ['snapshot', 'status', '$'],
  ['hashkv', '$'],
  ['snapshot', 'get', '$', 'key 1'],
  ['snapshot', 'ls', '$'],
  ['snapshot', 'du', '$'],
  ['snapshot', 'diff', '$', '$'],
];

/** Nothing but one error with its hint, or etcdutl's list of what is wrong. */
function expectClear({ code, out, err }: { code: number; out: string; err: string }, message: RegExp): void {
  expect({ code, out }).toEqual({ code: 1, out: '' });
  const lines = err
    .trimEnd()
    .split('\n')
    .filter((line) => !/^[0-9TZ:-]+\t/.test(line));
  expect(lines[0]).toMatch(/^Error: /);
  expect(err).not.toMatch(/^\s+at /m);
  expect(
    lines.some((line) => message.test(line)),
    err,
  ).toBe(true);
}

describe.each(table)('%s', (_what, damage, message) => {
  let bytes: Buffer;
  beforeAll(() => {
    bytes = Buffer.from(damage(sample()));
    scratch.put('damaged', bytes);
  });

  it('is told by every command that reads, and left as it is', async () => {
    const path = scratch.path('damaged');
    for (const words of readers) {
      const run = await runOffline(
        'etcdutl',
        words.map((word) => (word === '$' ? path : word)),
      );
      expectClear(run, message);
    }
    expect(readFileSync(path).equals(bytes)).toBe(true);
  });

  it('is found by verify', async () => {
    const piped = { stdin: bytes, env: { TMPDIR: scratch.directory } };
    for (const run of [
      await runOffline('etcdutl', ['snapshot', 'verify', scratch.path('damaged')]),
      await runOffline('etcdctl', ['snapshot', 'verify', '-'], piped),
    ]) {
      expect(run.code).toBe(1);
      expect(run.err).toMatch(/^Error: /);
      expect(run.out + run.err).toMatch(new RegExp(message.source, 'm'));
    }
  });

  it('is not restored, and nothing is left of the attempt', async () => {
    const before = scratch.names();
    const restore = ['snapshot', 'restore', '--data-dir', scratch.path('restored'), '--skip-hash-check'];
    for (const run of [
      await runOffline('etcdctl', [...restore, scratch.path('damaged')]),
      await runOffline('etcdutl', [...restore, '-'], { stdin: bytes }),
    ]) {
      expectClear(run, message);
      scratch.remove('restored');
    }
    expect(scratch.names()).toEqual(before);
    const checked = await runOffline('etcdutl', [...restore.slice(0, 4), scratch.path('damaged')]);
    expectClear(
      checked,
      /^Error: (snapshot missing hash but --skip-hash-check=false|invalid database: the snapshot is empty)$/,
    );
  });

  it('is not defragmented or migrated, and left as it is', async () => {
    const dataDir = scratch.path('data');
    const path = scratch.put('data/member/snap/db', bytes);
    for (const command of ['defrag', 'migrate'] as const) {
      const flags = command === 'migrate' ? ['--target-version=3.6'] : [];
      const run = await runOffline('etcdutl', [command, '--data-dir', dataDir, ...flags]);
      expect(run).toMatchObject({ code: 1, out: '' });
      expect(run.err).not.toMatch(/^\s+at /m);
      expect(readFileSync(path).equals(bytes)).toBe(true);
    }
    expect(scratch.names().filter((name) => name.startsWith('data/member/snap/'))).toEqual(['data/member/snap/db']);
    scratch.remove('data');
  });
});

describe('what is no file of a database', () => {
  it.each(readers)('%s %s %s tells so', async (...words) => {
    mkdirSync(scratch.path('directory'), { recursive: true });
    const dataDir = await dataDirectory(scratch, 'member-of-one', databaseOf(keys));
    const log = join(dataDir, 'member/wal/0000000000000000-0000000000000000.wal');
    for (const [path, message] of [
      [log, /^Error: invalid database$/],
      [scratch.path('directory'), /^Error: stat .*\/directory\/member\/snap\/db: no such file or directory$/],
      [scratch.path('nothing'), /^Error: stat .*\/nothing: no such file or directory$/],
      [`${log}/x`, /^Error: stat .*\.wal\/x: (no such file or directory|not a directory)$/],
    ] as const) {
      const run = await runOffline(
        'etcdutl',
        words.map((word) => (word === '$' ? path : word)),
      );
      expectClear(run, message);
    }
    scratch.remove('member-of-one');
  });
});
