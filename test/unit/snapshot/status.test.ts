import { assert, asyncProperty } from 'fast-check';
import { describe, expect, it } from 'vitest';
import { crc32c } from '../../../src/base/index.ts';
import { BulkWriter, openDatabase, runSteps } from '../../../src/bbolt/index.ts';
import { KeyTable } from '../../../src/snapshot/key-table.ts';
import { countLiveKeys } from '../../../src/snapshot/live-keys-count.ts';
import { snapshotStatus } from '../../../src/snapshot/status.ts';
import { anyHistory } from './histories.ts';
import { encodeKeyValue, History, revisionBytes } from './history.ts';
import { MemoryFiles } from '../../support/memory-files.ts';
import { DamagedFile } from '../bbolt/damage.ts';

const PATH = '/db';

function sample(): History {
  const history = new History();
  for (let i = 0; i < 100; i++) history.commit([[`key${i % 30}`, `value ${i}`]]);
  history.commit([
    ['key1', undefined],
    ['key2', undefined],
    ['new', 'value'],
  ]);
  return history;
}

describe('the status of a snapshot', () => {
  it('is this, by hand, of two buckets', async () => {
    const history = new History();
    history.commit([
      ['a', '1'],
      ['b', '2'],
    ]);
    const files = history.write(PATH, { lease: { x: Buffer.from('y') } });
    const text = [
      'key',
      revisionBytes({ main: 2n, sub: 0n }),
      encodeKeyValue({ key: 'a', created: 2n, main: 2n, version: 1n, value: '1' }),
      revisionBytes({ main: 2n, sub: 1n }),
      encodeKeyValue({ key: 'b', created: 2n, main: 2n, version: 1n, value: '2' }),
      'lease',
      'x',
      'y',
      'meta',
    ];
    expect(await snapshotStatus(PATH, { files })).toEqual({
      hash: crc32c(Buffer.concat(text.map((part) => Buffer.from(part)))),
      revision: 2n,
      liveKeys: 2,
      entries: 3,
      totalSize: files.bytes(PATH).length,
      version: '',
    });
  });

  it('hashes everything, counts what lives, and is not disturbed by a digest behind the database', async () => {
    const history = sample();
    const files = history.write(PATH, { meta: { storageVersion: Buffer.from('3.7.0') } });
    const status = await snapshotStatus(PATH, { files });
    expect(status).toMatchObject({ revision: history.revision, liveKeys: 29, entries: 104, version: '3.7.0' });
    files.put(PATH, Buffer.concat([files.bytes(PATH), Buffer.alloc(32, 1)]));
    expect(await snapshotStatus(PATH, { files })).toEqual(status);
  });

  it.each([
    ['3.6.0', '3.6.0'],
    ['3.6.0-alpha.1', '3.6.0'],
    ['3.6', ''],
    ['none', ''],
    ['', ''],
  ])('has for the storage version %j: %j', async (stored, told) => {
    const files = new History().write(PATH, { meta: { storageVersion: Buffer.from(stored) } });
    expect((await snapshotStatus(PATH, { files })).version).toBe(told);
  });

  it('of an empty database has no revision', async () => {
    const files = new History().write(PATH);
    expect(await snapshotStatus(PATH, { files })).toMatchObject({ revision: 0n, liveKeys: 0, entries: 0 });
  });

  it('counts the keys of any history, and so does looking each one up', async () => {
    await assert(
      asyncProperty(anyHistory, async (history) => {
        const files = history.write(PATH);
        expect((await snapshotStatus(PATH, { files })).liveKeys).toBe(history.liveKeys.length);
        const bucket = openDatabase(PATH, files).bucket('key')!;
        expect(await runSteps(countLiveKeys(bucket))).toBe(history.liveKeys.length);
      }),
      { numRuns: 150 },
    );
  });

  it('counts the empty key of a bumped revision, as etcdutl does', async () => {
    const history = sample();
    const main = history.revision + 1000n;
    history.force({ key: '', main, sub: 0n, tombstone: false, value: Buffer.alloc(0) });
    history.scheduled = main;
    const files = history.write(PATH);
    expect(await snapshotStatus(PATH, { files })).toMatchObject({ liveKeys: 30, revision: main });
    history.compact(main);
    expect(await snapshotStatus(PATH, { files: history.write(PATH) })).toMatchObject({ liveKeys: 30, revision: main });
  });

  it.each<[string, Parameters<History['force']>[0]['value'], boolean]>([
    ['no versions', encodeKeyValue({ key: 'key5', main: 500n }), false],
    ['a first version that is none', encodeKeyValue({ key: 'key5', created: 3n, main: 500n, version: 1n }), false],
    [
      'a later version that is the first',
      encodeKeyValue({ key: 'key5', created: 500n, main: 500n, version: 2n }),
      false,
    ],
    ['a negative version', encodeKeyValue({ key: 'key5', created: 3n, main: 500n, version: -1n }), false],
    ['a tombstone of no key', encodeKeyValue({ key: 'nothing' }), true],
  ])('looks each key up where records do not fit a history: %s', async (_, value, tombstone) => {
    const history = sample();
    const live = history.liveKeys.length;
    history.force({ key: 'key5', main: 500n, sub: 0n, tombstone, value });
    const status = await snapshotStatus(PATH, { files: history.write(PATH) });
    // The count of records alone is one short for the tombstone of nothing: the only case that it can not tell.
    expect(status.liveKeys).toBe(tombstone ? live - 1 : live);
  });

  it.each<[string, Buffer, RegExp]>([
    ['a length beyond the end', Buffer.from([0x0a, 0x05, 1]), /revision 9_0: unexpected end of the message$/],
    ['a wire type of old', Buffer.from([0x0b]), /revision 9_0: field 1 has wire type 3$/],
  ])('refuses a value that is no message: %s', async (_, value, message) => {
    const history = new History();
    history.force({ key: '', main: 9n, sub: 0n, tombstone: false, value });
    await expect(snapshotStatus(PATH, { files: history.write(PATH) })).rejects.toThrow(message);
  });

  it('refuses a key that is no revision', async () => {
    const files = new MemoryFiles();
    const writer = new BulkWriter(files.open(PATH, 'create'));
    writer.beginBucket('key');
    writer.put('name', Buffer.from('value'));
    writer.endBucket();
    writer.finish();
    const message = 'cannot parse revision key: "name" err: invalid revision length: 4';
    await expect(snapshotStatus(PATH, { files })).rejects.toThrow(message);
  });

  it('tells every broken page in the words of etcdutl', async () => {
    const file = new DamagedFile(sample().write(PATH));
    file.page(3).fill(0xff, 16, 32);
    const error = await snapshotStatus(PATH, { files: file.files() }).catch((reason: unknown) => reason);
    expect(error).toMatchObject({ name: 'SnapshotError', fault: 'invalid' });
    expect(String(error)).toMatch(
      /snapshot file integrity check failed\. 1 errors found\.\npage 3: element 0 overruns its bounds \(stack: \[\d+ 3\]\)$/,
    );
  });

  it('tells how far it is, and stops when told to', async () => {
    const files = sample().write(PATH);
    const reason = new Error('stopped');
    await expect(snapshotStatus(PATH, { files, signal: AbortSignal.abort(reason) })).rejects.toBe(reason);
    expect(files.calls.at(-1)).toBe('close /db');
  });
});

const NAMES = Array.from({ length: 100_000 }, (_, n) => Buffer.from(`key number ${n}`));

describe('KeyTable', () => {
  it.each([1 << 16, 1 << 17, 1 << 20])('has each key in one pass, with its last number, in %i slots', (slots) => {
    const table = new KeyTable(slots);
    const count = NAMES.length;
    let passes = 0;
    let keys = 0;
    let sum = 0;
    for (const _pass of table.passes()) {
      passes++;
      for (const name of NAMES) table.set(name, 0, name.length, 7);
      for (const [n, name] of NAMES.entries()) if (n % 2 === 0) table.set(name, 0, name.length, n % 5);
      for (const value of table.values()) {
        keys++;
        sum += value;
      }
    }
    expect(keys).toBe(count);
    expect(sum).toBe((count / 2) * 7 + (count / 2) * 2);
    expect(passes).toBe(Math.max(1, 2 ** Math.ceil(Math.log2(count / (slots * 0.7)))));
  });

  it('tells keys of every length apart', () => {
    const table = new KeyTable();
    for (const _pass of table.passes()) {
      for (let length = 0; length < 300; length++) table.set(Buffer.alloc(300), 0, length, length);
      expect([...table.values()].sort((a, b) => a - b)).toEqual(Array.from({ length: 300 }, (_, i) => i));
    }
  });
});
