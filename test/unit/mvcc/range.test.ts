import { beforeEach, describe, expect, it } from 'vitest';
import { checkRange } from '../../../src/mvcc/index.ts';
import { refuse } from '../../../src/wire/etcd-error.ts';
import { ALL, del, FakeLeases, openWorld, put, range, read, shownAll, text, type World } from './harness.ts';

const [NONE, ASCEND, DESCEND] = [0, 1, 2] as const;
const [KEY, VERSION, CREATE, MOD, VALUE] = [0, 1, 2, 3, 4] as const;
const LEASE = 9n;

let world: World;

beforeEach(() => {
  const leases = new FakeLeases();
  leases.grant(LEASE);
  world = openWorld({}, undefined, leases);
  const { store } = world;
  // Created in one order, changed in another, with values in a third.
  store.put(put('c', '2')); // 2
  store.put(put('a', '3', { lease: LEASE })); // 3
  store.put(put('b', '1')); // 4
  store.put(put('c', '2')); // 5
  store.put(put('b', '1')); // 6
  store.put(put('b', '1')); // 7
});

const keysOf = (fields: Parameters<typeof range>[2]): string =>
  world.store
    .range(range(...ALL, fields))
    .kvs.map(({ key }) => text(key))
    .join('');

describe('order', () => {
  it.each([
    [KEY, 'abc', 'cba'],
    [VERSION, 'acb', 'bca'],
    [CREATE, 'cab', 'bac'],
    [MOD, 'acb', 'bca'],
    [VALUE, 'bca', 'acb'],
  ])('sorts by target %i', (sort_target, ascending, descending) => {
    expect(keysOf({ sort_target, sort_order: ASCEND })).toBe(ascending);
    expect(keysOf({ sort_target, sort_order: DESCEND })).toBe(descending);
    // A target alone ascends.
    expect(keysOf({ sort_target, sort_order: NONE })).toBe(ascending);
  });

  it('sorts by key when only an order is given', () => {
    expect(keysOf({ sort_order: DESCEND })).toBe('cba');
    expect(keysOf({ sort_order: ASCEND })).toBe('abc');
  });

  it('cuts after it has sorted', () => {
    expect(keysOf({ sort_target: MOD, sort_order: DESCEND, limit: 1n })).toBe('b');
    expect(keysOf({ sort_order: DESCEND, limit: 2n })).toBe('cb');
  });

  it('cuts before it sorts by a target without order, as etcd does', () => {
    world.store.put(put('d', '0'));
    expect(keysOf({ sort_target: VALUE, limit: 2n })).toBe('bc');
    expect(keysOf({ sort_target: VALUE, limit: 2n, sort_order: ASCEND })).toBe('db');
    expect(keysOf({ sort_target: VALUE, limit: 2n, min_mod_revision: 1n })).toBe('db');
  });

  it.each([
    ['order', { sort_order: 3 as never }],
    ['order below all', { sort_order: -1 as never }],
    ['target', { sort_target: 5 as never }],
  ])('refuses an unknown %s', (_, fields) => {
    expect(() => checkRange(range('a', '', fields))).toThrow(refuse.invalidSortOption());
  });
});

describe('limit and count', () => {
  it.each([
    [0n, 3, false],
    [1n, 1, true],
    [2n, 2, true],
    [3n, 3, false],
    [4n, 3, false],
    [-1n, 3, false],
    [0x7fff_ffff_ffff_ffffn, 3, false],
  ])('of %i gives %i pairs, and whether there are more', (limit, found, more) => {
    const response = world.store.range(range(...ALL, { limit }));
    expect(response.kvs).toHaveLength(found);
    expect(response.more).toBe(more);
    expect(response.count).toBe(3n);
  });

  it('counts all keys in the range, whatever filters leave', () => {
    const response = world.store.range(range(...ALL, { min_mod_revision: 7n, limit: 1n }));
    expect(shownAll(response.kvs)).toEqual(['b=1 4/7 v3']);
    expect(response).toMatchObject({ count: 3n, more: false });
  });

  it('counts alone', () => {
    const response = world.store.range(range('a', 'c', { count_only: true, limit: 1n }));
    expect(response).toMatchObject({ kvs: [], count: 2n, more: false });
    expect(world.store.range(range('a', '', { count_only: true })).count).toBe(1n);
    expect(world.store.range(range('x', '', { count_only: true })).count).toBe(0n);
  });
});

describe('filters', () => {
  it.each([
    [{ min_mod_revision: 5n }, 'bc'],
    [{ max_mod_revision: 5n }, 'ac'],
    [{ min_mod_revision: 4n, max_mod_revision: 6n }, 'c'],
    [{ min_create_revision: 3n }, 'ab'],
    [{ max_create_revision: 3n }, 'ac'],
    [{ min_create_revision: 3n, max_create_revision: 3n }, 'a'],
    [{ min_mod_revision: 100n }, ''],
    [{ max_mod_revision: 5n, limit: 1n }, 'a'],
  ])('%o leave %s', (fields, keys) => {
    expect(keysOf(fields)).toBe(keys);
  });
});

describe('keys only', () => {
  it('leaves values and leases out', () => {
    expect(read(world.store, ...ALL, { keys_only: true })).toEqual(['a= 3/3 v1', 'b= 4/7 v3', 'c= 2/5 v2']);
    expect(read(world.store, 'a', '')).toEqual(['a=3 3/3 v1 lease 9']);
  });

  it('sorts by the values it leaves out', () => {
    const fields = { keys_only: true, sort_target: VALUE, sort_order: ASCEND };
    expect(read(world.store, ...ALL, fields)).toEqual(['b= 4/7 v3', 'c= 2/5 v2', 'a= 3/3 v1 lease 9']);
    expect(read(world.store, 'a', '')).toEqual(['a=3 3/3 v1 lease 9']);
  });
});

describe('ranges', () => {
  it.each([
    ['a', '', 'a'],
    ['x', '', ''],
    ['a', 'c', 'ab'],
    ['a', 'a', ''],
    ['c', 'a', ''],
    ['b', '\0', 'bc'],
    ['\0', '\0', 'abc'],
    ['aa', 'bb', 'b'],
  ])('from %j to %j', (from, to, keys) => {
    expect(
      world.store
        .range(range(from, to))
        .kvs.map(({ key }) => text(key))
        .join(''),
    ).toBe(keys);
  });
});

describe('revisions', () => {
  it('[inv 19] reads every revision as it was', () => {
    world.store.deleteRange(del('a'));
    world.store.put(put('a', 'again'));
    expect(read(world.store, ...ALL, { revision: 1n })).toEqual([]);
    expect(read(world.store, ...ALL, { revision: 4n })).toEqual(['a=3 3/3 v1 lease 9', 'b=1 4/4 v1', 'c=2 2/2 v1']);
    expect(read(world.store, 'a', '', { revision: 7n })).toEqual(['a=3 3/3 v1 lease 9']);
    expect(read(world.store, 'a', '', { revision: 8n })).toEqual([]);
    expect(read(world.store, 'a', '', { revision: 9n })).toEqual(['a=again 9/9 v1']);
    expect(read(world.store, 'a', '', { revision: -5n })).toEqual(['a=again 9/9 v1']);
  });

  it('[inv 19] refuses what is to come and what was compacted, and says the current revision with the rest', () => {
    const { store } = world;
    expect(() => store.range(range('a', '', { revision: 8n }))).toThrow(refuse.futureRevision());
    expect(store.range(range('a', '', { revision: 3n })).header?.revision).toBe(7n);
    store.compact(5n);
    expect(() => store.range(range('a', '', { revision: 4n }))).toThrow(refuse.compacted());
    expect(() => store.range(range('a', '', { revision: 1n, count_only: true }))).toThrow(refuse.compacted());
    expect(read(store, ...ALL, { revision: 5n })).toEqual(['a=3 3/3 v1 lease 9', 'b=1 4/4 v1', 'c=2 2/5 v2']);
  });
});

it('takes no request without a key', () => {
  expect(() => checkRange(range(''))).toThrow(refuse.emptyKey());
  expect(() => checkRange(range('a'))).not.toThrow();
});
