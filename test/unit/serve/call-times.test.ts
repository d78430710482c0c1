import { EventEmitter, once } from 'node:events';
import { describe, expect, it } from 'vitest';
import { VirtualClock } from '../../../src/base/index.ts';
import { CallTimes } from '../../../src/serve/metrics/call-times.ts';
import { kv } from '../../../src/wire/services/kv.ts';
import { bytes, serving } from './harness.ts';
import { TinyMember } from './tiny-member.ts';

describe('how long calls take', () => {
  it('is counted when they end, however they do', async () => {
    const clock = new VirtualClock();
    const times = new CallTimes(clock);
    times.serve('/a/B', { grpc_method: 'B' });
    const answer = new EventEmitter();
    const good = once(answer, 'good');
    const bad = once(answer, 'never');
    times.take('/a/B', good);
    times.take('/a/B', bad);
    clock.advance(20);
    answer.emit('good');
    await good;
    clock.advance(2_980);
    answer.emit('error', new Error('refused'));
    await bad.catch(() => undefined);
    const { name, samples } = times.family();
    expect(name).toBe('grpc_server_handling_seconds');
    const below = (le: string) => samples.find(({ labels }) => labels?.['le'] === le)?.value;
    expect(['0.01', '0.025', '2.5', '5', '+Inf'].map(below)).toEqual([0, 1, 1, 2, 2]);
    expect(samples.find(({ suffix }) => suffix === '_sum')?.value).toBeCloseTo(3.02);
  });

  it('says nothing of methods that are not served', () => {
    const times = new CallTimes(new VirtualClock());
    times.take('/made/Up', Promise.resolve());
    expect(times.family().samples).toEqual([]);
  });

  it.each([
    [true, 1],
    [false, undefined],
  ])('is told at /metrics where that is wanted: %s', async (callTimes, count) => {
    const { served, channel } = await serving(new TinyMember().asMember(), {
      listeners: [{ address: { kind: 'tcp', host: '127.0.0.1', port: 0 } }],
      callTimes,
    });
    await channel().unary(kv.range, { key: bytes('a') });
    const [address] = served.addresses;
    const response = await fetch(`http://127.0.0.1:${address?.kind === 'tcp' ? address.port : 0}/metrics`);
    const text = await response.text();
    const line = /^grpc_server_handling_seconds_count\{grpc_method="Range",[^}]*grpc_type="unary"\} (\d+)$/m.exec(text);
    expect(line === null ? undefined : Number(line[1])).toBe(count);
  });
});
