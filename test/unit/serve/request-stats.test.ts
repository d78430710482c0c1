import { describe, expect, it } from 'vitest';
import { type LogEvent, VirtualClock } from '../../../src/base/index.ts';
import { RequestStats } from '../../../src/serve/request-stats.ts';
import {
  DeleteRangeRequest,
  DeleteRangeResponse,
  PutRequest,
  PutResponse,
  RangeRequest,
  RangeResponse,
  TxnRequest,
  TxnResponse,
} from '../../../src/wire/gen/rpc/kv.ts';
import type { WireMethod } from '../../../src/wire/method.ts';
import { cluster } from '../../../src/wire/services/cluster.ts';
import { kv } from '../../../src/wire/services/kv.ts';

const key = new TextEncoder().encode('k');
const value = new TextEncoder().encode('hidden');

/** What is logged of a request that takes so long, where more than 300 ms is slow. */
function told<Req, Res>(
  method: WireMethod<Req, Res>,
  outcome: { tookMs: number; request: Req; response: Res | undefined },
): LogEvent[] {
  const clock = new VirtualClock(Date.UTC(2021, 0, 2));
  const events: LogEvent[] = [];
  const stats = new RequestStats({ clock, log: (event) => void events.push(event), slowMs: 300 });
  const done = stats.begin();
  clock.advance(outcome.tookMs);
  done(method, '192.0.2.1:5000', outcome.request, outcome.response);
  return events;
}

const range = { request: RangeRequest.fromPartial({ key }), response: RangeResponse.fromPartial({ count: 4n }) };

describe('slow requests of clients', () => {
  it('are told of when they took longer than they may', () => {
    expect(told(kv.range, { tookMs: 299, ...range })).toEqual([]);
    expect(told(kv.range, { tookMs: 300, ...range })).toEqual([]);
    expect(told(kv.range, { tookMs: 301.5, ...range })).toEqual([
      {
        level: 'warn',
        message: 'request stats',
        fields: {
          'start time': '2021-01-02T00:00:00.000Z',
          'time spent': '301.5ms',
          remote: '192.0.2.1:5000',
          'response type': '/etcdserverpb.KV/Range',
          'request count': 0,
          'request size': 3,
          'response count': 4n,
          'response size': 2,
          'request content': 'key:"k"',
        },
      },
    ]);
  });

  it('are counted as etcd counts them, without their values', () => {
    const put = told(kv.put, {
      tookMs: 400,
      request: PutRequest.fromPartial({ key, value }),
      response: PutResponse.fromPartial({}),
    });
    expect(put[0]?.fields).toMatchObject({
      'request count': 1,
      'response count': 0n,
      'request content': 'key:"k" value_size:6',
    });
    const deletion = told(kv.deleteRange, {
      tookMs: 400,
      request: DeleteRangeRequest.fromPartial({ key }),
      response: DeleteRangeResponse.fromPartial({ deleted: 9n }),
    });
    expect(deletion[0]?.fields).toMatchObject({ 'request count': 0, 'response count': 9n });
  });

  it.each([
    [true, 2],
    [false, 1],
  ])('count the operations of the branch that a transaction took (%s)', (succeeded, count) => {
    const operation = { request_put: { key, value } };
    const request = TxnRequest.fromPartial({ success: [operation, operation], failure: [operation] });
    const [event] = told(kv.txn, { tookMs: 400, request, response: TxnResponse.fromPartial({ succeeded }) });
    expect(event?.fields).toMatchObject({ 'request count': count });
    expect(JSON.stringify(event?.fields['request content'])).not.toContain('hidden');
  });

  it('show nothing of what other services are asked, nor of answers that never came', () => {
    const request = { linearizable: true };
    const [other] = told(cluster.memberList, { tookMs: 400, request, response: undefined });
    expect(other?.fields).toMatchObject({ 'request count': -1, 'response size': -1, 'request content': '' });
    const [failed] = told(kv.range, { tookMs: 400, request: range.request, response: undefined });
    expect(failed?.fields).toMatchObject({ 'response count': 0n, 'response size': 0, 'request content': 'key:"k"' });
  });
});
