import { describe, expect, it } from 'vitest';
import { InternalRaftRequest } from '../../../src/wire/disk.ts';
import { requestText } from '../../../src/wire/request-text.ts';
import { PutRequest, RangeRequest, TxnRequest } from '../../../src/wire/gen/rpc/kv.ts';

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);

describe('a request as logs show it', () => {
  it.each([
    ['keys, and what differs from zero', RangeRequest.fromPartial({ key: bytes('a'), limit: 3n }), 'key:"a" limit:3'],
    ['switches', RangeRequest.fromPartial({ key: bytes('a'), keys_only: true }), 'key:"a" keys_only:true'],
    ['keys that are no text', PutRequest.fromPartial({ key: Uint8Array.of(0, 0xff) }), String.raw`key:"\x00\xff"`],
    ['nothing', RangeRequest.fromPartial({}), ''],
  ])('shows %s', (_what, request, text) => {
    expect(requestText(request).replace(/ ?value_size:0/, '')).toBe(text);
  });

  it('shows of values their size alone, at any depth', () => {
    const put = { key: bytes('k'), value: bytes('hidden'), lease: 7n };
    expect(requestText(PutRequest.fromPartial(put))).toBe('key:"k" value_size:6 lease:7');
    const txn = TxnRequest.fromPartial({
      compare: [{ target: 3, key: bytes('k'), value: bytes('hidden') }],
      success: [{ request_put: put }, { request_range: { key: bytes('r') } }],
    });
    const text = requestText(txn);
    expect(text).toBe(
      'compare:{target:3 key:"k" value_size:6} ' +
        'success:{request_put:{key:"k" value_size:6 lease:7}} success:{request_range:{key:"r"}}',
    );
  });

  it('shows neither passwords nor tokens', () => {
    const secret = 'correct horse';
    for (const request of [
      { auth_user_add: { name: 'ann', password: secret, hashedPassword: secret } },
      { auth_user_change_password: { name: 'ann', password: secret, hashedPassword: secret } },
      { authenticate: { name: 'ann', password: secret, simple_token: secret } },
    ]) {
      const text = requestText(InternalRaftRequest.fromPartial(request));
      expect(text).toContain('name:"ann"');
      expect(text).not.toContain('horse');
    }
  });
});
