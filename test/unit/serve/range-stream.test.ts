import { describe, expect, it } from 'vitest';
import { StatusCode } from '../../../src/grpc/index.ts';
import { refuse } from '../../../src/wire/etcd-error.ts';
import type { RangeRequest } from '../../../src/wire/index.ts';
import { kv } from '../../../src/wire/services/kv.ts';
import { drain } from '../grpc/methods.ts';
import { fakeMember, header } from './fake-member.ts';
import { bytes, collect, serving, textOf } from './harness.ts';
import { TinyMember } from './tiny-member.ts';

describe('a streamed range', () => {
  async function ask(count: number, request: Partial<RangeRequest>, valueBytes = 5) {
    const member = new TinyMember();
    for (let index = 0; index < count; index += 1) {
      member.revision += 1n;
      member.put(bytes(`k${String(index).padStart(5, '0')}`), Buffer.alloc(valueBytes), 0n);
    }
    const asked: RangeRequest[] = [];
    const api = member.asMember({
      kv: {
        range: async (wanted) => {
          asked.push(wanted);
          return { header: header(member.revision), ...member.range(wanted) };
        },
      },
    });
    const { channel } = await serving(api, { maxRequestBytes: 10_000 });
    const all = { key: bytes('k'), range_end: bytes('l'), ...request };
    const { received, error } = await drain(collect(channel(), kv.rangeStream, all));
    return { chunks: received.map(({ range_response: chunk }) => chunk!), error, asked };
  }

  it.each([0, 1, 9, 10, 11, 29, 30, 31, 1000])('of %i keys', async (count) => {
    const { chunks, asked } = await ask(count, {});
    const keys = chunks.flatMap(({ kvs }) => kvs.map(({ key }) => textOf(key)));
    expect(keys).toEqual(Array.from({ length: count }, (_, index) => `k${String(index).padStart(5, '0')}`));
    const last = chunks.pop();
    expect(last).toMatchObject({ header: header(BigInt(count) + 1n), more: false, count: BigInt(count) });
    for (const chunk of chunks) expect(chunk).toMatchObject({ header: undefined, more: false, count: 0n });
    // Consensus is asked for once; what follows is pinned to its revision.
    expect(asked.map(({ serializable }) => serializable)).toEqual(asked.map((_, index) => index > 0));
    expect(asked.map(({ revision }) => revision)).toEqual(
      asked.map((_, index) => (index > 0 ? BigInt(count) + 1n : 0n)),
    );
  });

  it('grows its chunks while they are small, and shrinks them when they are large', async () => {
    const small = await ask(500, {}, 1);
    expect(small.asked.map(({ limit }) => limit).slice(0, 5)).toEqual([10n, 20n, 40n, 80n, 160n]);
    const large = await ask(30, {}, 5000);
    expect(large.asked.map(({ limit }) => limit).slice(0, 4)).toEqual([10n, 5n, 2n, 2n]);
    const huge = await ask(4, { limit: 3n }, 50_000);
    expect(huge.asked.map(({ limit }) => limit)).toEqual([3n]);
  });

  it.each([
    [1n, [1n]],
    [10n, [10n]],
    [11n, [10n, 1n]],
    [35n, [10n, 20n, 5n]],
  ])('of at most %i', async (limit, limits) => {
    const { chunks, asked } = await ask(100, { limit });
    expect(asked.map((request) => request.limit)).toEqual(limits);
    expect(chunks.flatMap(({ kvs }) => kvs).length).toBe(Number(limit));
    expect(chunks.at(-1)).toMatchObject({ more: true, count: 100n });
  });

  it('that only counts has one chunk', async () => {
    const { chunks, asked } = await ask(100, { count_only: true });
    expect(chunks).toMatchObject([{ header: header(101n), kvs: [], more: false, count: 100n }]);
    expect(asked.length).toBe(1);
  });

  it('keeps the revision that was asked for', async () => {
    const { asked } = await ask(30, { revision: 7n });
    expect(asked.map(({ revision }) => revision)).toEqual([7n, 7n]);
  });

  it.each([
    ['custom sort orders', { sort_order: 2 as const }],
    ['custom sort orders', { sort_order: 1 as const, sort_target: 1 as const }],
    ['revision filters', { min_mod_revision: 1n }],
    ['revision filters', { max_create_revision: 1n }],
  ])('has no %s', async (what, request) => {
    const { error, asked } = await ask(1, request);
    expect(error).toMatchObject({ code: StatusCode.Unimplemented, details: `RangeStream does not support ${what}` });
    expect(asked).toEqual([]);
  });

  it('fails where a range fails', async () => {
    const range = () => Promise.reject(refuse.compacted());
    const { channel } = await serving(fakeMember({ kv: { range } }).member);
    const { error } = await drain(collect(channel(), kv.rangeStream, { key: bytes('k') }));
    expect(error).toMatchObject({ code: StatusCode.OutOfRange, details: refuse.compacted().message });
  });
});
