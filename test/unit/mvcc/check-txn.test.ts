import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { checkTxn, txnHasPut, txnIsReadonly, txnIsSerializable, txnIsWrite } from '../../../src/mvcc/index.ts';
import { refuse } from '../../../src/wire/etcd-error.ts';
import type { RequestOp, TxnRequest } from '../../../src/wire/index.ts';
import { ALL, compare, opDel, opPut, opRange, opTxn, txn } from './harness.ts';

describe('limits', () => {
  const ranges = (n: number): RequestOp[] => Array.from({ length: n }, () => opRange('a'));
  /** So many transactions in each other, each with one operation. */
  const nested = (depth: number, innermost: RequestOp[]): TxnRequest =>
    depth === 0 ? txn(innermost) : txn([{ request_txn: nested(depth - 1, innermost) }]);

  it.each([
    ['operations of a branch', (n: number) => txn(ranges(n))],
    ['operations of the other', (n: number) => txn([], ranges(n))],
    [
      'compares',
      (n: number) =>
        txn(
          [],
          [],
          Array.from({ length: n }, () => compare({ key: 'a' })),
        ),
    ],
    ['those of a nested one and what it stands among', (n: number) => txn([opTxn(ranges(n - 10)), ...ranges(9)])],
    ['nested ones in each other', (n: number) => nested(n - 5, ranges(5))],
    ['and in the failure branch', (n: number) => txn([], [opTxn([], ranges(n - 1))])],
  ])('[inv 17] takes 128 %s and no more', (_, request) => {
    expect(() => checkTxn(request(128))).not.toThrow();
    expect(() => checkTxn(request(129))).toThrow(refuse.tooManyOps());
    expect(() => checkTxn(request(20), 19)).toThrow(refuse.tooManyOps());
  });

  it.each([
    ['a compare without key', txn([], [], [compare({ key: '' })]), refuse.emptyKey()],
    ['a range without key', txn([opRange('')]), refuse.emptyKey()],
    ['a put without key', txn([], [opPut('')]), refuse.emptyKey()],
    ['a delete without key', txn([opTxn([opDel('')])]), refuse.emptyKey()],
    ['an operation that is none', txn([{}]), refuse.keyNotFound()],
    ['a value beside one to keep', txn([opPut('a', 'v', { ignore_value: true })]), refuse.valueProvided()],
    ['a lease beside one to keep', txn([opPut('a', '', { ignore_lease: true, lease: 1n })]), refuse.leaseProvided()],
    ['an unknown order', txn([opRange('a', '', { sort_order: 7 as never })]), refuse.invalidSortOption()],
  ])('refuses %s', (_, request, error) => {
    expect(() => checkTxn(request)).toThrow(error);
  });
});

describe('overlaps', () => {
  const P = opPut;
  const D = opDel;
  it.each<[string, RequestOp[], boolean]>([
    ['two puts of a key', [P('a'), P('a')], false],
    ['puts of two keys', [P('a'), P('b')], true],
    ['a put and a delete', [P('a'), D('a')], false],
    ['a delete and a put', [D('a'), P('a')], false],
    ['a put within a deleted range', [D('a', 'c'), P('b')], false],
    ['a put at its end', [D('a', 'c'), P('c')], true],
    ['two deletes', [D('a'), D('a', 'c')], true],
    ['a put after two ranges that touch', [D('a', 'b'), D('b', 'd'), P('c')], false],
    ['a put between two ranges', [D('a', 'b'), D('c', 'd'), P('b')], true],
    ['a put beside a nested one', [P('a'), opTxn([P('a')])], false],
    ['a put beside a nested delete', [P('a'), opTxn([D('a')])], false],
    ['a delete beside a nested put', [D('a', 'c'), opTxn([], [P('b')])], false],
    ['the branches of one nested', [opTxn([P('a')], [P('a')])], true],
    ['one branch twice', [opTxn([P('a'), P('a')])], false],
    ['two nested', [opTxn([P('a')]), opTxn([P('a')])], false],
    ['two nested, other branches', [opTxn([P('a')], [P('b')]), opTxn([P('b')])], false],
    ['a nested delete, then a nested put', [opTxn([D('a')]), opTxn([P('a')])], false],
    ['a nested put, then a nested delete: let through, as in etcd', [opTxn([P('a')]), opTxn([D('a')])], true],
    ['deep down', [opTxn([opTxn([P('a')])]), P('a')], false],
    ['a delete to the last key, which etcd takes for its first', [D('a', '\0'), P('b')], true],
    ['and that one', [D('a', '\0'), P('a')], false],
    ['ranges read', [opRange(...ALL), P('a')], true],
  ])('[inv 17] %s', (_, ops, isFine) => {
    for (const request of [txn(ops), txn([], ops)]) {
      if (isFine) expect(() => checkTxn(request)).not.toThrow();
      else expect(() => checkTxn(request)).toThrow(refuse.duplicateKey());
    }
  });

  it('[inv 17] of one level are just those that share a key', () => {
    const key = fc.constantFrom('a', 'b', 'c', 'd');
    const op = fc.oneof(
      key.map((k) => ({ op: P(k), puts: [k], deletes: [] as string[] })),
      fc.tuple(key, fc.constantFrom('', 'b', 'c', 'e')).map(([k, end]) => ({
        op: D(k, end),
        puts: [],
        deletes: ['a', 'b', 'c', 'd'].filter((each) => (k < end ? each >= k && each < end : each === k)),
      })),
    );
    fc.assert(
      fc.property(fc.array(op, { maxLength: 5 }), (ops) => {
        const puts = ops.flatMap((each) => each.puts);
        const deletes = new Set(ops.flatMap((each) => each.deletes));
        const isFine = new Set(puts).size === puts.length && !puts.some((each) => deletes.has(each));
        const check = (): void => checkTxn(txn(ops.map((each) => each.op)));
        if (isFine) expect(check).not.toThrow();
        else expect(check).toThrow(refuse.duplicateKey());
      }),
      { seed: 1, numRuns: 500 },
    );
  });
});

describe('kinds', () => {
  const serializable = opRange('a', '', { serializable: true });
  it.each<[string, TxnRequest, object]>([
    ['nothing', txn([]), { readonly: true, serializable: true, write: false, put: false }],
    ['ranges', txn([serializable], [opRange('a')]), { readonly: true, serializable: false, write: false, put: false }],
    ['local ranges', txn([serializable]), { readonly: true, serializable: true, write: false, put: false }],
    ['a put', txn([], [opPut('a')]), { readonly: false, serializable: false, write: true, put: true }],
    ['a delete', txn([opDel('a')]), { readonly: false, serializable: false, write: true, put: false }],
    [
      'a nested range',
      txn([opTxn([serializable])]),
      { readonly: false, serializable: false, write: false, put: false },
    ],
    [
      'a nested put',
      txn([opTxn([opTxn([], [opPut('a')])])]),
      { readonly: false, serializable: false, write: true, put: true },
    ],
  ])('are told apart: %s', (_, request, kind) => {
    expect({
      readonly: txnIsReadonly(request),
      serializable: txnIsSerializable(request),
      write: txnIsWrite(request),
      put: txnHasPut(request),
    }).toEqual(kind);
  });
});
