import { describe, expect, it } from 'vitest';
import { transactions } from '../../../../../src/cli/commands/make-mirror/updates.ts';
import type { Event } from '../../../../../src/wire/index.ts';

const bytes = (text: string): Uint8Array => new Uint8Array(Buffer.from(text));

/** `5+a` is a put of a at revision 5, `5-a` its deletion. */
function event(text: string): Event {
  const [, revision = '0', sign, key = ''] = /^(\d+)([+-])(\w+)$/.exec(text) ?? [];
  const kv = { key: bytes(key), value: bytes(sign === '+' ? `v${revision}` : ''), mod_revision: BigInt(revision) };
  return {
    type: sign === '+' ? 0 : 1,
    kv: { ...kv, create_revision: 1n, version: 1n, lease: 77n },
    prev_kv: undefined,
  };
}

/** The transactions in the same notation, without revisions. */
const shown = (words: string, maxOps: number): string =>
  transactions(words === '' ? [] : words.split(' ').map(event), (key) => key, maxOps)
    .map((ops) =>
      ops
        .map(({ request_put: put, request_delete_range: del }) =>
          put ? `+${Buffer.from(put.key!).toString()}` : `-${Buffer.from(del!.key!).toString()}`,
        )
        .join(' '),
    )
    .join(' | ');

const rename = (key: Uint8Array): Uint8Array => new Uint8Array([0x70, ...key]);

describe('transactions', () => {
  it.each([
    ['', 128, ''],
    ['5+a', 128, '+a'],
    ['5+a 6+b 7-a', 128, '+a | +b | -a'],
    ['5+a 5+b 5-c', 128, '+a +b -c'],
    ['5+a 5+b 6+a 6+b', 128, '+a +b | +a +b'],
    ['5+a 5+b 5+c 5+d 5+e', 2, '+a +b | +c +d | +e'],
    ['5+a 5+b 6+c 6+d 6+e', 2, '+a +b | +c +d | +e'],
    ['5+a 5+b', 1, '+a | +b'],
    ['5+a 5+b 5+c', 0, '+a +b +c'],
  ])('repeat %s with at most %i changes each as %s', (events, maxOps, expected) => {
    expect(shown(events, maxOps)).toBe(expected);
  });

  it('rename keys and carry values, but neither leases nor versions', () => {
    expect(transactions([event('5+a'), event('5-b')], rename, 128)).toEqual([
      [{ request_put: { key: bytes('pa'), value: bytes('v5') } }, { request_delete_range: { key: bytes('pb') } }],
    ]);
  });
});
