import { describe, expect, it } from 'vitest';
import {
  ALL,
  bytes,
  del,
  openWorld,
  opDel,
  opPut,
  opRange,
  put,
  range,
  read,
  shown,
  shownAll,
  txn,
} from './harness.ts';

describe('revisions', () => {
  it('[inv 14] starts at 1 and goes up by one with every request that changes something', () => {
    const { store } = openWorld();
    expect(store.revision).toBe(1n);
    expect(store.compactRevision).toBe(-1n);
    store.put(put('a', '1'));
    expect(store.revision).toBe(2n);
    store.range(range('a'));
    store.deleteRange(del('nothing'));
    store.txn(txn([opRange('a')]));
    store.deleteKeys([bytes('nothing')]);
    expect(store.revision).toBe(2n);
    store.txn(txn([opPut('b'), opPut('c'), opPut('d')]));
    expect(store.revision).toBe(3n);
    store.deleteRange(del(...ALL));
    expect(store.revision).toBe(4n);
    store.put(put('a', '1'));
    store.deleteKeys([bytes('a'), bytes('x')]);
    expect(store.revision).toBe(6n);
  });

  it('[inv 15] counts versions from the key’s creation on, and a delete begins anew', () => {
    const { store } = openWorld();
    store.put(put('a', '1'));
    store.put(put('a', '2'));
    store.put(put('b', '1'));
    store.put(put('a', '3'));
    expect(read(store)).toEqual(['a=3 2/5 v3', 'b=1 4/4 v1']);
    store.deleteRange(del('a'));
    store.put(put('a', '4'));
    expect(read(store)).toEqual(['a=4 7/7 v1', 'b=1 4/4 v1']);
  });

  it('[inv 16] gives all changes of a transaction one revision', () => {
    const { store, disk } = openWorld();
    store.txn(txn([opPut('a', '1'), opPut('b', '2'), opDel('a1', 'b'), opPut('c', '3'), opPut('d', '4')]));
    expect(read(store)).toEqual(['a=1 2/2 v1', 'b=2 2/2 v1', 'c=3 2/2 v1', 'd=4 2/2 v1']);
    expect(disk.records('key').map(([key]) => Buffer.from(key).toString('hex'))).toEqual([
      '00000000000000025f0000000000000000',
      '00000000000000025f0000000000000001',
      '00000000000000025f0000000000000002',
      '00000000000000025f0000000000000003',
    ]);
  });
});

describe('put', () => {
  it('gives the previous pair when asked', () => {
    const { store } = openWorld();
    expect(store.put(put('a', '1', { prev_kv: true })).prev_kv).toBeUndefined();
    const response = store.put(put('a', '2', { prev_kv: true }));
    expect(shown(response.prev_kv)).toBe('a=1 2/2 v1');
    expect(response.header).toEqual({ cluster_id: 0n, member_id: 0n, revision: 3n, raft_term: 0n });
    expect(store.put(put('a', '2')).prev_kv).toBeUndefined();
  });
});

describe('delete', () => {
  it('deletes what there is and tells', () => {
    const { store } = openWorld();
    for (const key of ['a', 'b', 'c', 'd']) store.put(put(key, key));
    const response = store.deleteRange(del('b', 'd', { prev_kv: true }));
    expect(response.deleted).toBe(2n);
    expect(shownAll(response.prev_kvs)).toEqual(['b=b 3/3 v1', 'c=c 4/4 v1']);
    expect(response.header?.revision).toBe(6n);
    expect(read(store)).toEqual(['a=a 2/2 v1', 'd=d 5/5 v1']);
    expect(store.keyCount).toBe(2);
  });
});
