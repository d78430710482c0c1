import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { KeyValueReader, keyValueSize, writeKeyValue } from '../../../src/mvcc/history/key-value-codec.ts';
import { decodeRevisionKey, encodeRevisionKey } from '../../../src/mvcc/history/revision-key.ts';
import { IntervalSet } from '../../../src/mvcc/interval-set.ts';
import { IntervalTree } from '../../../src/mvcc/watch/interval-tree.ts';
import { eventSize } from '../../../src/mvcc/watch/response-size.ts';
import { Event, KeyValue } from '../../../src/wire/gen/rpc/mvcc.ts';
import { WatchResponse } from '../../../src/wire/gen/rpc/watch.ts';
import { bytes } from './harness.ts';

const MAX = 0x7fff_ffff_ffff_ffffn;
const number = fc.oneof(
  fc.constantFrom(
    0n,
    1n,
    127n,
    128n,
    (1n << 32n) - 1n,
    1n << 32n,
    (1n << 49n) - 1n,
    1n << 49n,
    (1n << 53n) - 1n,
    1n << 53n,
    (1n << 53n) + 1n,
    MAX,
    -1n,
    -MAX - 1n,
  ),
  fc.bigInt(-MAX - 1n, MAX),
);
const blob = fc.oneof(
  fc.uint8Array({ maxLength: 20 }),
  fc.constantFrom(0, 127, 128, 16_384).map((length) => new Uint8Array(length)),
);
const pair = fc.record({
  key: blob,
  value: blob,
  create_revision: number,
  mod_revision: number,
  version: number,
  lease: number,
});

const fieldsOf = (kv: KeyValue): Parameters<typeof writeKeyValue>[4] => ({
  createRevision: kv.create_revision,
  modRevision: kv.mod_revision,
  version: kv.version,
  lease: kv.lease,
});

describe('pairs', () => {
  it('are written byte for byte as the generated codec does, and read back', () => {
    const reader = new KeyValueReader();
    fc.assert(
      fc.property(pair, fc.nat(5), (kv, start) => {
        const expected = KeyValue.encode(kv).finish();
        expect(keyValueSize(kv.key, kv.value, fieldsOf(kv))).toBe(expected.length);
        const target = new Uint8Array(start + expected.length + 3).fill(0xee);
        expect(writeKeyValue(target, start, kv.key, kv.value, fieldsOf(kv))).toBe(start + expected.length);
        expect(Buffer.compare(target.subarray(start, start + expected.length), expected)).toBe(0);
        reader.read(target, start, start + expected.length);
        const read = reader.keyValue();
        expect({ ...read, key: [...read.key], value: [...read.value] }).toEqual({
          ...kv,
          key: [...kv.key],
          value: [...kv.value],
        });
      }),
      { seed: 7, numRuns: 200 },
    );
  });

  it('have sizes that are those of events on the wire', () => {
    fc.assert(
      fc.property(pair, fc.option(pair, { nil: undefined }), fc.constantFrom(0, 1), (kv, prev_kv, type) => {
        const event = Event.fromPartial({ type, kv, ...(prev_kv ? { prev_kv } : {}) });
        expect(eventSize(event)).toBe(
          WatchResponse.encode(WatchResponse.fromPartial({ events: [event] })).finish().length,
        );
      }),
      { seed: 8, numRuns: 200 },
    );
  });
});

describe('revisions', () => {
  it.each([
    [0n, 0, false, '00000000000000005f0000000000000000'],
    [1n, 2, false, '00000000000000015f0000000000000002'],
    [0x1_0000_0002n, 0xffff_ffff, true, '00000001000000025f00000000ffffffff74'],
    [MAX, 1, false, '7fffffffffffffff5f0000000000000001'],
    [(1n << 53n) + 1n, 0, true, '00200000000000015f000000000000000074'],
  ])('%i.%i are stored as they sort', (main, sub, isTombstone, hex) => {
    const key = encodeRevisionKey(main, sub, isTombstone);
    expect(Buffer.from(key).toString('hex')).toBe(hex);
    expect(decodeRevisionKey(key)).toEqual({ main, sub, isTombstone });
  });
});

describe('ranges of keys', () => {
  const key = fc.string({ unit: fc.constantFrom('a', 'b', 'c'), minLength: 1, maxLength: 2 });
  const range = fc
    .tuple(key, fc.option(key, { nil: undefined }))
    .filter(([start, end]) => end === undefined || start < end);

  it('are found by any key in them, while they are there', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(range, fc.boolean()), { maxLength: 40 }), key, (steps, asked) => {
        const tree = new IntervalTree<string>();
        const map = new Map<string, readonly [string, string | undefined]>();
        for (const [[start, end], adds] of steps) {
          const name = `${start}-${end}`;
          expect(tree.get(start, end)).toBe(map.has(name) ? name : undefined);
          if (adds && !map.has(name)) {
            tree.add(start, end, name);
            map.set(name, [start, end]);
          } else if (!adds) {
            tree.delete(start, end);
            map.delete(name);
          }
        }
        const found: string[] = [];
        tree.visit(asked, (name) => found.push(name));
        const expected = [...map].filter(([, [start, end]]) => asked >= start && (end === undefined || asked < end));
        expect(found.sort()).toEqual(expected.map(([name]) => name).sort());
      }),
      { seed: 9, numRuns: 500 },
    );
  });

  it('stay shallow when they come in order', () => {
    const tree = new IntervalTree<number>();
    for (let i = 0; i < 50_000; i++) tree.add(String(i).padStart(6, '0'), String(i + 1).padStart(6, '0'), i);
    const found: number[] = [];
    tree.visit('043210', (i) => found.push(i));
    expect(found).toEqual([43_210]);
    for (let i = 0; i < 50_000; i++) tree.delete(String(i).padStart(6, '0'), String(i + 1).padStart(6, '0'));
    tree.visit('043210', (i) => found.push(i));
    expect(found).toHaveLength(1);
  });

  it('cover what any of them does', () => {
    fc.assert(
      fc.property(
        fc.array(range, { maxLength: 8 }),
        fc.array(range, { maxLength: 3 }),
        key,
        (ranges, others, asked) => {
          const [set, other] = [new IntervalSet(), new IntervalSet()];
          const covers = ([start, end]: readonly [string, string | undefined]): boolean =>
            end === undefined ? asked === start : asked >= start && asked < end;
          for (const [start, end] of ranges) set.addRange(bytes(start), bytes(end ?? ''));
          expect(set.has(bytes(asked))).toBe(ranges.some(covers));
          for (const [start, end] of others) other.addRange(bytes(start), bytes(end ?? ''));
          set.addAll(other);
          expect(set.has(bytes(asked))).toBe([...ranges, ...others].some(covers));
        },
      ),
      { seed: 10, numRuns: 500 },
    );
  });
});
