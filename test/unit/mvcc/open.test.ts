import { describe, expect, it } from 'vitest';
import { NO_JOURNAL } from '../../../src/backend/index.ts';
import { VirtualClock } from '../../../src/base/index.ts';
import { Store } from '../../../src/mvcc/index.ts';
import { KeyValue } from '../../../src/wire/gen/rpc/mvcc.ts';
import { bytes, FakeDisk, FakeLeases, del, openWorld, put, range, read, shownAll } from './harness.ts';

const revisionKey = (main: bigint, sub: bigint, mark = ''): Uint8Array => {
  const key = new Uint8Array(17 + mark.length);
  const view = new DataView(key.buffer);
  view.setBigInt64(0, main);
  key[8] = 0x5f;
  view.setBigInt64(9, sub);
  key.set(bytes(mark), 17);
  return key;
};

const message = (key: string, fields: Partial<KeyValue> = {}): Uint8Array =>
  KeyValue.encode(KeyValue.fromPartial({ key: bytes(key), ...fields })).finish();

function diskOf(...records: [Uint8Array, Uint8Array][]): FakeDisk {
  const disk = new FakeDisk();
  for (const [key, value] of records) disk.put('key', key, value);
  return disk;
}

describe('opening', () => {
  it('attaches keys to the leases that they have now', () => {
    const leases = new FakeLeases();
    for (const id of [1n, 2n]) leases.grant(id);
    const { store, disk } = openWorld({}, undefined, leases);
    store.put(put('a', '', { lease: 1n }));
    store.put(put('a', '', { lease: 2n }));
    store.put(put('b', '', { lease: 1n }));
    store.put(put('c', '', { lease: 1n }));
    store.put(put('c', ''));
    store.put(put('d', '', { lease: 2n }));
    store.deleteRange(del('d'));
    expect([leases.of(1n), leases.of(2n)]).toEqual([['b'], ['a']]);
    const anew = new FakeLeases();
    anew.grant(2n);
    // One that is gone though keys still name it is passed over.
    const reopened = openWorld({}, disk.copy(), anew);
    expect([anew.of(1n), anew.of(2n)]).toEqual([[], ['a']]);
    expect(() => reopened.store.deleteRange(del('b'))).not.toThrow();
  });

  it('takes a lone tombstone, whose key may be made again', () => {
    const { store } = openWorld({}, diskOf([revisionKey(5n, 0n, 't'), message('a')]));
    expect(store.revision).toBe(5n);
    expect(store.keyCount).toBe(0);
    store.put(put('a', '1'));
    expect(read(store)).toEqual(['a=1 6/6 v1']);
  });

  it('takes the empty record with which etcdutl raises the revision', () => {
    const bumped = 0x1000_0000_0000_0000n;
    const world = openWorld(
      {},
      diskOf(
        [revisionKey(2n, 0n), message('a', { create_revision: 2n, mod_revision: 2n, version: 1n })],
        [revisionKey(bumped, 0n), new Uint8Array()],
      ),
    );
    const { store } = world;
    expect(store.revision).toBe(bumped);
    store.put(put('a', '1'));
    expect(read(store)).toEqual([`a=1 2/${bumped + 1n} v2`]);
    expect(shownAll(store.range(range('a', '', { revision: bumped - 1n })).kvs)).toEqual(['a= 2/2 v1']);
    store.compact(bumped);
    world.clock.advance(100);
    expect(store.hashKv(0n).hash).toBe(openWorld({}, world.disk.copy()).store.hashKv(0n).hash);
  });

  it('reads fields in any order and passes over those it does not know', () => {
    const odd = Uint8Array.of(
      0x20,
      3,
      0x0a,
      1,
      0x61,
      0x3a,
      2,
      9,
      9,
      0x18,
      4,
      0x2a,
      1,
      0x76,
      0x10,
      2,
      0x41,
      1,
      2,
      3,
      4,
      5,
      6,
      7,
      8,
      0x4d,
      1,
      2,
      3,
      4,
    );
    const { store } = openWorld({}, diskOf([revisionKey(4n, 0n), odd]));
    expect(read(store)).toEqual(['a=v 2/4 v3']);
    expect([...store.capture().get('key')!][0]?.[1]).toEqual(odd);
  });

  it.each<[string, [Uint8Array, Uint8Array][], string]>([
    ['a revision that is too short', [[new Uint8Array(16), message('a')]], 'bucket key: a revision of 16 bytes'],
    ['one that is too long', [[revisionKey(2n, 0n, 'tt'), message('a')]], 'bucket key: a revision of 19 bytes'],
    ['one without separator', [[new Uint8Array(17), message('a')]], 'bucket key: a revision without separator'],
    ['a negative one', [[revisionKey(-2n, 0n), message('a')]], 'bucket key: a negative revision -2.0'],
    [
      'too many changes in one',
      [[revisionKey(2n, 1n << 40n), message('a')]],
      'bucket key: 1099511627776 changes in one revision',
    ],
    [
      'a message cut short',
      [[revisionKey(2n, 0n), message('abc').subarray(0, 3)]],
      'bucket key: revision 2.0 is no key-value pair: a field that is longer than its message',
    ],
    [
      'a number cut short',
      [[revisionKey(2n, 0n), Uint8Array.of(0x10, 0x80)]],
      'bucket key: revision 2.0 is no key-value pair: a number that does not end',
    ],
    [
      'a number too long',
      [[revisionKey(2n, 0n), Uint8Array.of(0x10, ...Array(10).fill(0xff), 1)]],
      'bucket key: revision 2.0 is no key-value pair: a number longer than 64 bits',
    ],
    [
      'an illegal field',
      [[revisionKey(2n, 0n), Uint8Array.of(0x03)]],
      'bucket key: revision 2.0 is no key-value pair: an illegal field number',
    ],
    [
      'a group',
      [[revisionKey(2n, 0n), Uint8Array.of(0x0b)]],
      'bucket key: revision 2.0 is no key-value pair: a field of wire type 3',
    ],
    [
      'a tag too large',
      [[revisionKey(2n, 0n), Uint8Array.of(0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 1)]],
      'bucket key: revision 2.0 is no key-value pair: a length or tag that is too large',
    ],
  ])('refuses %s, and says where', (_, records, text) => {
    expect(() => openWorld({}, diskOf(...records))).toThrow(text);
  });

  it('refuses records out of order', () => {
    const records = [revisionKey(3n, 0n), revisionKey(2n, 5n)].map((key): [Uint8Array, Uint8Array] => [
      key,
      message('a'),
    ]);
    const deps = { journal: NO_JOURNAL, leases: new FakeLeases(), clock: new VirtualClock() };
    const buckets = { records: (bucket: string) => (bucket === 'key' ? records : []) };
    expect(() => Store.open(buckets, deps)).toThrow('bucket key: revision 2.5 after 3.0');
  });
});
