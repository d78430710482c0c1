import { describe, expect, it } from 'vitest';
import type { LogEvent } from '../../../src/base/index.ts';
import { Figures } from '../../../src/figures/index.ts';
import { SlowRequests } from '../../../src/member/slow-requests.ts';
import { InternalRaftRequest } from '../../../src/wire/disk.ts';
import { refuse } from '../../../src/wire/etcd-error.ts';
import { PutResponse, RangeRequest, RangeResponse, TxnRequest, TxnResponse } from '../../../src/wire/gen/rpc/kv.ts';

const key = new TextEncoder().encode('k');
const value = new TextEncoder().encode('hidden');

function watched() {
  const events: LogEvent[] = [];
  const figures = new Figures();
  const slow = new SlowRequests(figures, (event) => void events.push(event), 100);
  const counted = (): unknown =>
    figures.families().find(({ name }) => name === 'etcd_server_slow_apply_total')?.samples[0]?.value;
  return { events, slow, counted };
}

const put = InternalRaftRequest.fromPartial({ header: { ID: 5n }, put: { key, value } });

describe('requests that take the state long', () => {
  it('are logged and counted when they took longer than they may', () => {
    const { events, slow, counted } = watched();
    slow.applied(100, put, { response: PutResponse.fromPartial({}) });
    expect(events).toEqual([]);
    slow.applied(100.25, put, { response: PutResponse.fromPartial({ header: { revision: 2n } }) });
    expect(events).toEqual([
      {
        level: 'warn',
        message: 'apply request took too long',
        fields: {
          took: '100.25ms',
          'expected-duration': '100ms',
          prefix: '',
          request: 'header:{ID:5} put:{key:"k" value_size:6}',
          response: 'size:4',
        },
      },
    ]);
    expect(counted()).toBe(1);
  });

  it('are logged with what went wrong', () => {
    const { events, slow } = watched();
    slow.applied(200, put, { error: refuse.noSpace() });
    expect(events[0]?.fields).toMatchObject({ response: '', error: 'etcdserver: mvcc: database space exceeded' });
  });

  it('are said to be reads where they are', () => {
    const { events, slow, counted } = watched();
    const found = RangeResponse.fromPartial({ kvs: [{ key, value }, { key }] });
    slow.ranged(99, RangeRequest.fromPartial({ key }), found);
    slow.ranged(101, RangeRequest.fromPartial({ key }), found);
    slow.read(
      101,
      TxnRequest.fromPartial({ success: [{ request_range: { key } }] }),
      TxnResponse.fromPartial({ responses: [{ response_range: found }, { response_range: {} }] }),
    );
    slow.ranged(101, RangeRequest.fromPartial({ key }), undefined, new Error('it was canceled'));
    expect(events.map(({ fields }) => [fields['prefix'], fields['response'], fields['error']])).toEqual([
      ['read-only range ', 'range_response_count:2 size:18', undefined],
      ['read-only txn ', 'responses:<range_response_count:2 range_response_count:0> size:26', undefined],
      ['read-only range ', '', 'it was canceled'],
    ]);
    expect(counted()).toBe(3);
  });
});
