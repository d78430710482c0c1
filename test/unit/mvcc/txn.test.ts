import { describe, expect, it } from 'vitest';
import { refuse } from '../../../src/wire/etcd-error.ts';
import type { ResponseOp } from '../../../src/wire/index.ts';
import {
  ALL,
  compare,
  FakeLeases,
  opDel,
  openWorld,
  opPut,
  opRange,
  opTxn,
  put,
  read,
  shown,
  shownAll,
  txn,
} from './harness.ts';

/** What the operations answered, a line each. */
function answers(responses: readonly ResponseOp[]): string[] {
  return responses.flatMap((op) => {
    if (op.response_put) return [`put @${op.response_put.header?.revision} was ${shown(op.response_put.prev_kv)}`];
    if (op.response_delete_range)
      return [`deleted ${op.response_delete_range.deleted} @${op.response_delete_range.header?.revision}`];
    if (op.response_range)
      return [`range @${op.response_range.header?.revision}: ${shownAll(op.response_range.kvs).join(', ')}`];
    if (op.response_txn) return [`txn ${op.response_txn.succeeded}`, ...answers(op.response_txn.responses)];
    return ['nothing'];
  });
}

describe('operations', () => {
  it('[inv 16] see what stands before them, all in one revision', () => {
    const { store } = openWorld();
    store.put(put('a', '1'));
    const response = store.txn(
      txn([
        opRange('a'),
        opPut('b', '2', { prev_kv: true }),
        opRange(...ALL),
        opDel('a'),
        opRange(...ALL),
        opTxn([opPut('c', '3')]),
        opRange('c'),
      ]),
    );
    expect(response.succeeded).toBe(true);
    expect(response.header?.revision).toBe(3n);
    expect(answers(response.responses)).toEqual([
      'range @2: a=1 2/2 v1',
      'put @3 was -',
      'range @3: a=1 2/2 v1, b=2 3/3 v1',
      'deleted 1 @3',
      'range @3: b=2 3/3 v1',
      'txn true',
      'put @3 was -',
      'range @3: c=3 3/3 v1',
    ]);
  });

  it('says the revision of one that changed nothing', () => {
    const { store } = openWorld();
    store.put(put('a', '1'));
    const response = store.txn(txn([opDel('x'), opRange('a')]));
    expect(response.header?.revision).toBe(2n);
    expect(answers(response.responses)).toEqual(['deleted 0 @2', 'range @2: a=1 2/2 v1']);
  });

  it('reads earlier revisions too', () => {
    const { store } = openWorld();
    store.put(put('a', '1'));
    store.put(put('a', '2'));
    const response = store.txn(
      txn([opPut('a', '3'), opRange('a', '', { revision: 2n }), opRange('a', '', { revision: 3n })]),
    );
    expect(answers(response.responses)).toEqual(['put @4 was -', 'range @4: a=1 2/2 v1', 'range @4: a=2 2/3 v2']);
  });

  it('leaves nested ones without a revision of their own', () => {
    const { store } = openWorld();
    const response = store.txn(txn([opTxn([opPut('a')])]));
    expect(response.responses[0]?.response_txn?.header?.revision).toBe(0n);
  });

  it('answers an empty one', () => {
    const { store } = openWorld();
    expect(store.txn(txn([]))).toMatchObject({ succeeded: true, responses: [], header: { revision: 1n } });
  });
});

describe('what can not be', () => {
  const lease = 5n;
  it.each([
    ['an unknown lease', opPut('x', '', { lease: 6n }), refuse.leaseNotFound()],
    ['a value to keep that is not there', opPut('x', '', { ignore_value: true }), refuse.keyNotFound()],
    ['a lease to keep that is not there', opPut('x', '', { ignore_lease: true }), refuse.keyNotFound()],
    ['a revision to come', opRange('a', '', { revision: 5n }), refuse.futureRevision()],
    ['a compacted revision', opRange('a', '', { revision: 2n }), refuse.compacted()],
    ['a negative revision, after a compaction', opRange('a', '', { revision: -1n }), refuse.compacted()],
  ])('[inv 16] changes nothing at all: %s', (_, wrong, error) => {
    const leases = new FakeLeases();
    leases.grant(lease);
    const world = openWorld({}, undefined, leases);
    const { store } = world;
    store.put(put('a', '1'));
    store.put(put('a', '2'));
    store.put(put('a', '3', { lease }));
    store.compact(3n);
    const before = { state: read(store), records: world.disk.records('key').length, leases: leases.of(lease) };
    for (const ops of [
      [opPut('a', '4'), wrong],
      [opDel('a'), opTxn([opPut('b'), opTxn([wrong])])],
    ]) {
      expect(() => store.txn(txn(ops))).toThrow(error);
    }
    expect(store.txn(txn([], [wrong])).succeeded).toBe(true);
    expect(() =>
      store.txn(txn([], [opPut('a', '4'), wrong], [compare({ key: 'a', target: 0, version: 99n })])),
    ).toThrow(error);
    expect(store.revision).toBe(4n);
    expect({ state: read(store), records: world.disk.records('key').length, leases: leases.of(lease) }).toEqual(before);
  });
});

describe('compares', () => {
  const [EQUAL, GREATER, LESS, NOT_EQUAL] = [0, 1, 2, 3];
  const [VERSION, CREATE, MOD, VALUE, LEASE] = [0, 1, 2, 3, 4];
  const world = openWorld({}, undefined, withLease(7n));
  world.store.put(put('a', 'm')); // 2
  world.store.put(put('a', 'm')); // 3
  world.store.put(put('b', 'z', { lease: 7n })); // 4

  it.each([
    ['equal', EQUAL, [false, true, false]],
    ['greater', GREATER, [true, false, false]],
    ['less', LESS, [false, false, true]],
    ['not equal', NOT_EQUAL, [true, false, true]],
  ])('%s to less, the same and more than there is', (_, result, expected) => {
    const held = (fields: object): boolean =>
      world.store.txn(txn([], [], [compare({ result, key: 'a', ...fields })])).succeeded;
    expect([1n, 2n, 3n].map((version) => held({ target: VERSION, version }))).toEqual(expected);
    expect([1n, 2n, 3n].map((create_revision) => held({ target: CREATE, create_revision }))).toEqual(expected);
    expect([2n, 3n, 4n].map((mod_revision) => held({ target: MOD, mod_revision }))).toEqual(expected);
    expect(['l', 'm', 'ma'].map((value) => held({ target: VALUE, value }))).toEqual(expected);
    expect([6n, 7n, 8n].map((lease) => held({ target: LEASE, lease, key: 'b' }))).toEqual(expected);
  });

  it.each([
    ['a key that is not there has version 0', { key: 'x', target: VERSION, version: 0n }, true],
    ['and was never created', { key: 'x', target: CREATE, create_revision: 0n }, true],
    ['and has no lease', { key: 'x', target: LEASE, lease: 0n }, true],
    ['but no value, not even an empty one', { key: 'x', target: VALUE, value: '' }, false],
    ['nor one that differs', { key: 'x', target: VALUE, value: 'v', result: NOT_EQUAL }, false],
    ['a value left out is empty', { key: 'a', target: VALUE, result: GREATER }, true],
    [
      'all keys of a range must hold',
      { key: 'a', range_end: 'c', target: VERSION, version: 0n, result: GREATER },
      true,
    ],
    [
      'and one that does not is enough',
      { key: 'a', range_end: 'c', target: VERSION, version: 1n, result: GREATER },
      false,
    ],
    ['a range to the last key', { key: 'a', range_end: '\0', target: MOD, mod_revision: 3n, result: LESS }, false],
    ['a range without keys is compared as nothing', { key: 'x', range_end: 'z', target: VERSION, version: 0n }, true],
    ['a range that ends before it begins', { key: 'z', range_end: 'a', target: VALUE, value: '' }, false],
  ])('%s', (_, fields, expected) => {
    expect(world.store.txn(txn([], [], [compare(fields)])).succeeded).toBe(expected);
  });

  it('run the failure branch unless all hold', () => {
    const { store } = openWorld();
    const holds = compare({ key: 'a', target: VERSION, version: 0n });
    const fails = compare({ key: 'a', target: VERSION, version: 1n });
    const response = store.txn(txn([opPut('a', 'success')], [opPut('a', 'failure')], [holds, fails]));
    expect(response.succeeded).toBe(false);
    expect(read(store)).toEqual(['a=failure 2/2 v1']);
  });

  it('of nested transactions are about the state before the outermost', () => {
    const { store } = openWorld();
    const isNew = compare({ key: 'a', target: VERSION, version: 0n });
    store.txn(txn([opPut('a', '1'), opTxn([opPut('b', 'was new')], [opPut('b', 'was there')], [isNew])]));
    expect(read(store)).toEqual(['a=1 2/2 v1', 'b=was new 2/2 v1']);
  });
});

function withLease(id: bigint): FakeLeases {
  const leases = new FakeLeases();
  leases.grant(id);
  return leases;
}
