import { assert, asyncProperty, constantFrom, nat } from 'fast-check';
import { describe, expect, it } from 'vitest';
import { openDatabase } from '../../../src/bbolt/index.ts';
import { prefixRange, singleKey, wholeRange, type KeyRange } from '../../../src/snapshot/key-range.ts';
import { liveKeys, type LiveKeysOptions } from '../../../src/snapshot/live-keys.ts';
import { KeyValueReader } from '../../../src/snapshot/key-value.ts';
import { anyHistory } from './histories.ts';
import { History } from './history.ts';

const PATH = '/db';

interface Found {
  readonly key: string;
  readonly modRevision: bigint;
  readonly version: bigint;
  readonly createRevision: bigint;
  readonly lease: bigint;
  readonly value: string;
}

async function found(history: History, options: LiveKeysOptions): Promise<Found[]> {
  const database = openDatabase(PATH, history.write(PATH));
  const keys: Found[] = [];
  for await (const live of liveKeys(database, options)) {
    const { value, ...rest } = live.read();
    expect(rest.modRevision).toBe(live.modRevision);
    expect(value).toHaveLength(live.valueSize);
    keys.push({ ...rest, key: live.key.toString(), value: value.toString() });
  }
  return keys;
}

/** The same by the records themselves. */
function expected(history: History, revision: bigint, { start, end }: KeyRange): Found[] {
  const newest = new Map<string, Found | undefined>();
  const reader = new KeyValueReader();
  for (const record of history.records) {
    const key = Buffer.from(record.key);
    if (record.main > revision || Buffer.compare(key, start) < 0 || (end && Buffer.compare(key, end) >= 0)) continue;
    reader.read(record.value, 0, record.value.length);
    const { createRevision, modRevision, version, lease } = reader;
    const value = Buffer.from(reader.value).toString();
    newest.set(
      record.key,
      record.tombstone ? undefined : { key: record.key, modRevision, version, createRevision, lease, value },
    );
  }
  const keys = [...newest.keys()].sort();
  return keys.flatMap((key) => newest.get(key) ?? []);
}

const bytes = (text: string): Buffer => Buffer.from(text);
const range = constantFrom<KeyRange>(
  wholeRange(),
  prefixRange(bytes('key1')),
  prefixRange(bytes('x')),
  singleKey(bytes('key3')),
  { start: bytes('key10'), end: bytes('key5') },
  { start: bytes('key5'), end: undefined },
);

describe('the keys at a revision', () => {
  it('are those of the newest records, in order, whatever fits into memory', async () => {
    await assert(
      asyncProperty(
        anyHistory,
        range,
        nat({ max: 100 }),
        constantFrom(1, 300, 1000, 10 ** 6),
        async (history, keys, back, budget) => {
          const least = history.compactRevision > 1n ? history.compactRevision : 1n;
          const at = history.revision - (BigInt(back) % (history.revision - least + 1n));
          expect(await found(history, { range: keys, revision: at, budget })).toEqual(expected(history, at, keys));
          expect(await found(history, { range: keys, budget })).toEqual(expected(history, history.revision, keys));
        },
      ),
      { numRuns: 100 },
    );
  });

  it('are in the order of bytes', async () => {
    const history = new History();
    const names = ['é', 'z', '~', '\u{1f600}', 'a', 'Z', '0', '\u0001'];
    history.commit(names.map((name) => [name, name]));
    const inOrder = names.toSorted((a, b) => Buffer.compare(bytes(a), bytes(b)));
    for (const budget of [1, 10 ** 6])
      expect((await found(history, { budget })).map(({ key }) => key)).toEqual(inOrder);
  });

  it('have none for the mark of a bumped revision', async () => {
    const history = new History();
    history.commit([['a', '1']]);
    history.force({ key: '', main: 1000n, sub: 0n, tombstone: false, value: Buffer.alloc(0) });
    history.scheduled = 1000n;
    expect((await found(history, {})).map(({ key }) => key)).toEqual(['a']);
  });

  it('can not be told of a revision that was compacted or is to come', async () => {
    const history = new History();
    for (let i = 0; i < 5; i++) history.commit([['a', `${i}`]]);
    history.compact(4n);
    await expect(found(history, { revision: 3n })).rejects.toThrow('mvcc: required revision has been compacted');
    await expect(found(history, { revision: 7n })).rejects.toThrow('mvcc: required revision is a future revision');
    expect(await found(history, { revision: 4n })).toMatchObject([{ key: 'a', value: '2', version: 3n }]);
  });

  it('stop when told to', async () => {
    const history = new History();
    history.commit([['a', '1']]);
    await expect(found(history, { signal: AbortSignal.abort(new Error('stopped')) })).rejects.toThrow('stopped');
  });
});

describe('ranges', () => {
  it.each([
    ['foo', '666f6f', '666f70'],
    ['a\u00ff', '61c3bf', '61c3c0'],
    ['', '', undefined],
  ])('of the prefix %j', (prefix, start, end) => {
    const { start: from, end: to } = prefixRange(bytes(prefix));
    expect([Buffer.from(from).toString('hex'), to && Buffer.from(to).toString('hex')]).toEqual([start, end]);
  });

  it('of a prefix of nothing but 0xff has no end', () => {
    expect(prefixRange(Uint8Array.of(0xff, 0xff))).toEqual({ start: Uint8Array.of(0xff, 0xff), end: undefined });
  });
});
