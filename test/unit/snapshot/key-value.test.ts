import { assert, bigInt, property, string, uint8Array } from 'fast-check';
import { describe, expect, it } from 'vitest';
import { KeyValue } from '../../../src/wire/gen/rpc/mvcc.ts';
import { KeyValueReader } from '../../../src/snapshot/key-value.ts';
import { RevisionKey, revisionLimit } from '../../../src/snapshot/revision-key.ts';
import { encodeKeyValue, lengthField, numberField, revisionBytes, varint } from './history.ts';

const int64 = bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n });

function read(bytes: Uint8Array): object {
  const reader = new KeyValueReader();
  // Not at the start of its memory, and with other bytes behind it.
  reader.read(Buffer.concat([Buffer.from('abc'), bytes, Buffer.from([0x0a, 0xff])]), 3, 3 + bytes.length);
  const { createRevision, modRevision, version, lease } = reader;
  const key = Buffer.from(reader.key).toString();
  return {
    key,
    created: createRevision,
    main: modRevision,
    version,
    value: Buffer.from(reader.value).toString(),
    lease,
  };
}

describe('reading mvccpb.KeyValue', () => {
  it('gives back every field', () => {
    assert(
      property(string(), int64, int64, int64, string(), int64, (key, created, main, version, value, lease) => {
        const fields = { key, created, main, version, value, lease };
        expect(read(encodeKeyValue(fields))).toEqual(fields);
      }),
    );
  });

  it('reads as the generated codec does, or refuses', () => {
    assert(
      property(uint8Array({ maxLength: 60 }), (bytes) => {
        let mine: object | undefined;
        try {
          mine = read(bytes);
        } catch {
          return;
        }
        const { key, create_revision, mod_revision, version, value, lease } = KeyValue.decode(bytes);
        const [keyText, valueText] = [Buffer.from(key).toString(), Buffer.from(value).toString()];
        const theirs = { key: keyText, created: create_revision, main: mod_revision, version, value: valueText, lease };
        expect(mine).toEqual(theirs);
      }),
      { numRuns: 2000 },
    );
  });

  it('takes fields in any order, the last of each, and passes over others', () => {
    const bytes = Buffer.concat([
      numberField(6, 5n),
      lengthField(5, Buffer.from('first')),
      lengthField(1, Buffer.from('k')),
      lengthField(9, Buffer.from('other')),
      numberField(12, 99n),
      Buffer.from([(7 << 3) | 1, 1, 2, 3, 4, 5, 6, 7, 8]),
      Buffer.from([(8 << 3) | 5, 1, 2, 3, 4]),
      lengthField(5, Buffer.from('last')),
      numberField(4, 3n),
    ]);
    expect(read(bytes)).toEqual({ key: 'k', created: 0n, main: 0n, version: 3n, value: 'last', lease: 5n });
  });

  it.each<[string, number[] | Buffer, string]>([
    ['a length beyond the end', [0x0a, 5, 1, 2], 'unexpected end of the message'],
    ['a length beyond 2^32', [0x0a, 0x80, 0x80, 0x80, 0x80, 0x80, 1], 'unexpected end of the message'],
    ['a number without end', [0x10, 0x80, 0x80], 'unexpected end of the message'],
    ['a tag without a field', [0x10], 'unexpected end of the message'],
    ['a number of eleven bytes', [0x10, ...Array<number>(10).fill(0x80), 0], 'a number longer than 64 bits'],
    ['a number of 65 bits', [0x10, ...Array<number>(9).fill(0xff), 2], 'a number longer than 64 bits'],
    ['field 0', [0x02, 0], 'an illegal field number'],
    ['a group', [0x0b], 'field 1 has wire type 3'],
    ['a fixed number cut short', [0x39, 1, 2, 3], 'unexpected end of the message'],
    ['a tag beyond 32 bits', varint(2n ** 40n), 'an illegal field number'],
  ])('refuses %s', (_, bytes, message) => {
    expect(() => read(Buffer.from(bytes))).toThrow(message);
  });

  it.each([
    [1n, true, true],
    [2n, false, true],
    [0n, false, false],
    [-1n, false, false],
    [2n ** 32n + 1n, false, true],
  ])('tells of the version %i whether it is the first (%s) and one at all (%s)', (version, isFirst, isOne) => {
    const reader = new KeyValueReader();
    const bytes = encodeKeyValue({ key: 'k', created: 2n ** 40n + 7n, version, lease: 2n ** 33n });
    reader.read(bytes, 0, bytes.length);
    expect([reader.isFirstVersion, reader.hasVersion]).toEqual([isFirst, isOne]);
    expect(reader.hasLease).toBe(true);
    expect(reader.isCreatedAt(256, 7)).toBe(true);
    expect(reader.isCreatedAt(0, 7)).toBe(false);
  });
});

describe('a revision', () => {
  it('is read and compared with others', () => {
    const main = bigInt({ min: 0n, max: 2n ** 63n - 1n });
    assert(
      property(main, main, main, (a, sub, b) => {
        const key = new RevisionKey();
        for (const tombstone of [false, true]) {
          const bytes = revisionBytes({ main: a, sub, tombstone });
          expect(key.read(Buffer.concat([Buffer.from('x'), bytes]), 1, 1 + bytes.length)).toBeUndefined();
          expect([key.main, key.sub, key.isTombstone]).toEqual([a, sub, tombstone]);
          expect(key.isAfter(revisionLimit(b))).toBe(a > b);
          expect(key.isAt(revisionLimit(b))).toBe(a === b);
          expect(key.isAt(revisionLimit(a))).toBe(true);
          expect(key.isAfter(revisionLimit(-1n))).toBe(true);
        }
      }),
    );
  });

  it.each([
    ['', 'invalid revision length: 0'],
    ['00'.repeat(16), 'invalid revision length: 16'],
    ['00'.repeat(19), 'invalid revision length: 19'],
    ['00'.repeat(17), "invalid separator in bucket key: '\\x00'"],
    [`${'00'.repeat(8)}41${'00'.repeat(8)}`, "invalid separator in bucket key: 'A'"],
    [`ff${'00'.repeat(7)}5f${'00'.repeat(8)}`, 'negative revision: main=-72057594037927936 sub=0'],
    [`${'00'.repeat(8)}5f${'ff'.repeat(8)}`, 'negative revision: main=0 sub=-1'],
  ])('is not %s', (hex, problem) => {
    const bytes = Buffer.from(hex, 'hex');
    expect(new RevisionKey().read(bytes, 0, bytes.length)).toBe(problem);
  });

  it('with another mark than a tombstone is none', () => {
    const bytes = revisionBytes({ main: 1n, sub: 0n, tombstone: true }).fill('x', 17);
    const key = new RevisionKey();
    expect(key.read(bytes, 0, 18)).toBeUndefined();
    expect(key.isTombstone).toBe(false);
  });
});
