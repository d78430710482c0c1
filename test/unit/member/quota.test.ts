import { describe, expect, it } from 'vitest';
import { Quota, txnCost } from '../../../src/member/quota.ts';
import { put } from './support.ts';

describe('[inv 40] what a request costs', () => {
  const op = { request_put: put('k', 'x'.repeat(100)) };
  it('is that of the dearer branch, nested transactions included', () => {
    const inner = { compare: [], success: [op, op], failure: [] };
    expect(txnCost({ compare: [], success: [op], failure: [{ request_txn: inner }] })).toBe(2 * (256 + 1 + 100));
  });

  it.each([
    [100, 99, 1, false],
    [100, 98, 1, true],
    [100, 1000, 0, true],
    [-1, 1e12, 1, true],
    [0, 2 * 1024 ** 3, 1, false],
    [0, 1024, 1, true],
  ])('fits a quota of %i at a size of %i: %i: %s', (quota, size, cost, fits) => {
    expect(new Quota(quota, () => size).hasRoomFor(cost)).toBe(fits);
  });
});
