import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseJson, TextError } from '../../../src/base/index.ts';
import { messageFromJson, messageToJson } from '../../../src/wire/json.ts';
import { RangeRequest, TxnRequest } from '../../../src/wire/gen/rpc/kv.ts';

const read = (type: string, text: string): Record<string, unknown> =>
  messageFromJson(`etcdserverpb.${type}`, parseJson(text));

describe('a message as JSON', () => {
  it('comes back as it was', () => {
    const int64 = fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n });
    const request = fc.record({
      key: fc.uint8Array(),
      range_end: fc.uint8Array(),
      limit: int64,
      revision: int64,
      sort_order: fc.constantFrom(0, 1, 2),
      sort_target: fc.constantFrom(0, 1, 2, 3, 4),
      serializable: fc.boolean(),
      keys_only: fc.boolean(),
    });
    fc.assert(
      fc.property(request, (fields) => {
        const message = RangeRequest.fromPartial(fields);
        const text = messageToJson('etcdserverpb.RangeRequest', message);
        const again = RangeRequest.fromPartial(read('RangeRequest', text));
        expect(RangeRequest.encode(again).finish()).toEqual(RangeRequest.encode(message).finish());
      }),
    );
  });

  it("is written as etcd's gateway writes it", () => {
    const header = { cluster_id: 14841639068965178418n, member_id: 1n, revision: 2n, raft_term: 2n };
    const kv = {
      key: Buffer.from('foo'),
      create_revision: 2n,
      mod_revision: 2n,
      version: 1n,
      value: Buffer.from('bar'),
      lease: 0n,
    };
    expect(messageToJson('etcdserverpb.RangeResponse', { header, kvs: [kv], more: false, count: 1n })).toBe(
      '{"header":{"cluster_id":"14841639068965178418","member_id":"1","revision":"2","raft_term":"2"},"kvs":[{"key":"Zm9v","create_revision":"2","mod_revision":"2","version":"1","value":"YmFy"}],"count":"1"}',
    );
    expect(
      messageToJson('etcdserverpb.AlarmResponse', { header: undefined, alarms: [{ memberID: 5n, alarm: 1 }] }),
    ).toBe('{"alarms":[{"memberID":"5","alarm":"NOSPACE"}]}');
    // What is one of several is written though it is zero, for it says which.
    expect(messageToJson('etcdserverpb.Compare', { result: 0, target: 0, key: Buffer.from('a'), version: 0n })).toBe(
      '{"key":"YQ==","version":"0"}',
    );
  });

  it('is read in every spelling', () => {
    const expected = { key: new Uint8Array(Buffer.from('foo')), limit: 5n, sort_order: 2, keys_only: true };
    for (const text of [
      '{"key":"Zm9v","limit":"5","sort_order":"DESCEND","keys_only":true}',
      '{"key":"Zm9v","limit":5,"sortOrder":2,"keysOnly":true}',
      '{"keysOnly":true,"unknown":{"a":[1]},"key":"Zm9v","range_end":null,"limit":5,"sortOrder":"DESCEND"}',
    ]) {
      expect(read('RangeRequest', text)).toEqual(expected);
    }
    expect(read('RangeRequest', '{"key":"Zm9v","sort_order":"UP"}')).toEqual({ key: expected.key });
  });

  it('holds messages within messages', () => {
    const text =
      '{"compare":[{"key":"Zm9v","target":"VERSION","version":0}],"success":[{"requestRange":{"key":"Zm9v"}}],"failure":[{"request_put":{"key":"YQ=="}}]}';
    expect(TxnRequest.fromPartial(read('TxnRequest', text))).toMatchObject({
      compare: [{ target: 0, version: 0n }],
      success: [{ request_range: { key: new Uint8Array(Buffer.from('foo')) } }],
      failure: [{ request_put: {} }],
    });
  });

  it.each([
    ['RangeRequest', '{"key":5}', 'invalid value for bytes field key: 5'],
    ['RangeRequest', '{"key":"*"}', 'invalid value for bytes field key: "*"'],
    ['RangeRequest', '{"limit":"9223372036854775808"}', 'invalid value for int64 field limit: "9223372036854775808"'],
    ['RangeRequest', '{"limit":1.5}', 'invalid value for int64 field limit: 1.5'],
    ['RangeRequest', '{"serializable":"yes"}', 'invalid value for bool field serializable: "yes"'],
    ['RangeRequest', '{"sort_order":true}', 'invalid value for enum field sort_order: true'],
    ['RangeRequest', '{"key":["Zm9v"]}', 'invalid value for bytes field key: ['],
    ['RangeRequest', '{"range_end":"YQ==","rangeEnd":"Yg=="}', 'duplicate field "range_end"'],
    ['TxnRequest', '{"compare":{}}', 'unexpected token {'],
    ['TxnRequest', '{"success":[5]}', 'unexpected token 5'],
    [
      'TxnRequest',
      '{"success":[{"request_range":{"key":"YQ=="},"request_put":{"key":"YQ=="}}]}',
      'error parsing "request_put", request_range is already set',
    ],
    ['Compare', '{"version":"1","value":"YQ=="}', 'error parsing "value", version is already set'],
    ['RangeRequest', '[]', 'unexpected token ['],
    ['RangeRequest', 'null', 'unexpected token null'],
  ])('is refused where it does not fit: %s %s', (type, text, message) => {
    expect(() => read(type, text)).toThrow(new TextError(message));
  });
});
