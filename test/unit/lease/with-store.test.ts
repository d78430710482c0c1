import { describe, expect, it } from 'vitest';
import { Lessor } from '../../../src/lease/index.ts';
import { Store } from '../../../src/mvcc/index.ts';
import { get, put } from '../auth/requests.ts';
import { lessorWorld, texts, type World } from './lessor-world.ts';

/** A lessor with the keys that are attached to its leases. */
function withStore(world: World = lessorWorld()) {
  const { clock, buckets } = world;
  const lessor = Lessor.open(buckets, { journal: buckets, clock, minTtlSeconds: 2n });
  const store = Store.open(buckets, { journal: buckets, leases: lessor, clock });
  return { world, lessor, store };
}

const keys = (store: Store): string[] => texts(store.range(get('\0', '\0')).kvs.map(({ key }) => key));

describe('leases with the keys of a store', () => {
  it('take all their keys with them in one revision, and no others [inv 35]', () => {
    const { lessor, store } = withStore();
    for (const id of [1n, 2n]) lessor.grant(id, 60n);
    for (const key of ['c', 'a', 'b']) store.put(put(key, { lease: 1n }));
    store.put(put('other', { lease: 2n }));
    store.put(put('free'));
    const before = store.revision;
    store.deleteKeys(lessor.revoke(1n));
    expect(store.revision).toBe(before + 1n);
    expect(keys(store)).toEqual(['free', 'other']);
  });

  it('without keys change nothing when they go', () => {
    const { lessor, store } = withStore();
    lessor.grant(1n, 60n);
    const before = store.revision;
    store.deleteKeys(lessor.revoke(1n));
    expect(store.revision).toBe(before);
  });

  it('lose a key that is deleted, put without a lease or under another', () => {
    const { lessor, store } = withStore();
    for (const id of [1n, 2n]) lessor.grant(id, 60n);
    for (const key of ['a', 'b', 'c', 'd']) store.put(put(key, { lease: 1n }));
    store.put(put('a'));
    store.put(put('b', { lease: 2n }));
    store.deleteRange({ key: Buffer.from('c'), range_end: Buffer.of(), prev_kv: false });
    expect(texts(lessor.keysOf(1n))).toEqual(['d']);
    expect(texts(lessor.keysOf(2n))).toEqual(['b']);
    store.deleteKeys(lessor.revoke(1n));
    expect(keys(store)).toEqual(['a', 'b']);
  });

  it('have the same keys after a restart', () => {
    const { world, lessor, store } = withStore();
    for (const id of [1n, 2n]) lessor.grant(id, 60n);
    for (const key of ['a', 'b', 'c']) store.put(put(key, { lease: 1n }));
    store.put(put('b', { lease: 2n }));
    store.put(put('c'));
    store.close();
    const again = withStore(world);
    expect(texts(again.lessor.keysOf(1n))).toEqual(['a']);
    expect(texts(again.lessor.keysOf(2n))).toEqual(['b']);
    again.store.deleteKeys(again.lessor.revoke(2n));
    expect(keys(again.store)).toEqual(['a', 'c']);
  });
});
