import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { Deadline } from '../../../src/base/index.ts';
import { Balancer } from '../../../src/client/balancer.ts';
import { GrpcError, StatusCode } from '../../../src/grpc/index.ts';
import { FakeServer, type Reach, unavailable } from './support/links.ts';

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] });
});
afterEach(() => {
  vi.useRealTimers();
});

function cluster(...reaches: Reach[]) {
  const servers = reaches.map((reach, index) => new FakeServer(`s${index}`, reach));
  const onRoundFailed = vi.fn();
  const onConnected = vi.fn();
  const balancer = new Balancer(
    servers.map(({ node }) => node),
    0,
    { roundFailed: onRoundFailed, connected: onConnected },
  );
  return { servers, balancer, onRoundFailed, onConnected, at: (index: number) => servers[index]! };
}

describe('the choice of an endpoint', () => {
  it('stays with one that is well, without asking others', async () => {
    const { balancer, at } = cluster('up', 'up');
    expect(await balancer.ready({})).toBe(at(0).node);
    expect(await balancer.ready({})).toBe(at(0).node);
    expect([at(0).connects, at(1).connects]).toEqual([1, 0]);
  });

  it('begins where it is told', async () => {
    const servers = [new FakeServer('a'), new FakeServer('b')];
    const balancer = new Balancer(
      servers.map(({ node }) => node),
      1,
    );
    expect(await balancer.ready({})).toBe(servers[1]?.node);
  });

  it('goes on at once when one refuses', async () => {
    const { balancer, at } = cluster('refused', 'refused', 'up');
    expect(await balancer.ready({})).toBe(at(2).node);
    expect(at(0).node.failure).toMatchObject({ code: StatusCode.Unavailable });
    expect(balancer.next).toBe(at(2).node);
  });

  it('tries the next beside one that is silent, and drops the loser', async () => {
    const { balancer, at } = cluster('silent', 'up');
    const ready = balancer.ready({});
    await vi.advanceTimersByTimeAsync(49);
    expect(at(1).connects).toBe(0);
    await vi.advanceTimersByTimeAsync(1);
    expect(await ready).toBe(at(1).node);
    expect([at(0).closes, at(1).closes]).toEqual([1, 0]);
  });

  it('takes the first that connects, be it the first tried', async () => {
    const { balancer, at } = cluster('silent', 'silent');
    const ready = balancer.ready({});
    await vi.advanceTimersByTimeAsync(500);
    expect([at(0).connects, at(1).connects]).toEqual([1, 1]);
    balancer.close();
    await expect(ready).rejects.toMatchObject({ code: StatusCode.Canceled });
  });

  it('turns away from one that failed, and back when that is all there is', async () => {
    const { balancer, at } = cluster('up', 'refused');
    const node = await balancer.ready({});
    balancer.failed(node, unavailable());
    expect(balancer.next).toBe(at(1).node);
    expect(await balancer.ready({})).toBe(at(0).node);
    expect(at(0).node.failure).toBeUndefined();
  });
});

describe('waiting', () => {
  it('tries again and again, telling of every failed round', async () => {
    const { balancer, at, onRoundFailed, onConnected } = cluster('refused', 'refused');
    const ready = balancer.ready({});
    await vi.advanceTimersByTimeAsync(10_000);
    expect(onRoundFailed.mock.calls.length).toBeGreaterThan(8);
    // The wait grows from 25 ms to a second: a dead cluster is not hammered.
    expect(onRoundFailed.mock.calls.length).toBeLessThan(25);
    expect(onConnected).not.toHaveBeenCalled();
    at(1).reach = 'up';
    await vi.advanceTimersByTimeAsync(1100);
    expect(await ready).toBe(at(1).node);
    expect(onConnected).toHaveBeenCalledTimes(1);
  });

  it('ends with the deadline, knowing what each endpoint was waiting for', async () => {
    const { balancer, at } = cluster('refused', 'silent');
    const ready = expect(balancer.ready({ deadline: Deadline.after(300) })).rejects.toMatchObject({
      code: StatusCode.DeadlineExceeded,
      unprocessed: true,
    });
    await vi.advanceTimersByTimeAsync(300);
    await ready;
    expect(at(0).node.failure).toMatchObject({ code: 'ECONNREFUSED' });
    expect(at(1).node.failure).toMatchObject({ code: 'NO_ANSWER' });
  });

  it('ends with the signal, at once if it has fired already', async () => {
    const { balancer, at } = cluster('silent');
    const controller = new AbortController();
    const ready = balancer.ready({ signal: controller.signal });
    controller.abort();
    await expect(ready).rejects.toMatchObject({ code: StatusCode.Canceled });
    await expect(balancer.ready({ signal: controller.signal })).rejects.toMatchObject({ code: StatusCode.Canceled });
    expect(at(0).connects).toBe(1);
  });

  it('stops trying when nobody waits any more', async () => {
    const { balancer, at } = cluster('refused');
    const ready = balancer.ready({ deadline: Deadline.after(100) }).catch(() => undefined);
    await vi.advanceTimersByTimeAsync(100);
    await ready;
    const tries = at(0).connects;
    await vi.advanceTimersByTimeAsync(10_000);
    expect(at(0).connects).toBe(tries);
    expect(vi.getTimerCount()).toBe(0);
  });

  it('that was given up does not disturb the next call', async () => {
    const { balancer, at } = cluster('silent');
    const controller = new AbortController();
    const first = balancer.ready({ signal: controller.signal }).catch(() => undefined);
    controller.abort();
    await first;
    const second = balancer.ready({});
    await vi.advanceTimersByTimeAsync(100);
    expect([at(0).connects, at(0).closes]).toEqual([2, 0]);
    balancer.close();
    await expect(second).rejects.toMatchObject({ code: StatusCode.Canceled });
  });

  it('is shared by calls, each with its own bounds', async () => {
    const { balancer, at } = cluster('refused');
    const patient = balancer.ready({});
    const hurried = expect(balancer.ready({ deadline: Deadline.after(30) })).rejects.toMatchObject({
      code: StatusCode.DeadlineExceeded,
    });
    await vi.advanceTimersByTimeAsync(40);
    await hurried;
    at(0).reach = 'up';
    await vi.advanceTimersByTimeAsync(200);
    expect(await patient).toBe(at(0).node);
  });
});

describe('what is remembered of a failure', () => {
  it('prefers what a server said to a bare deadline', async () => {
    const { balancer, at } = cluster('up');
    const deadline = new GrpcError(StatusCode.DeadlineExceeded, 'context deadline exceeded');
    balancer.failed(at(0).node, deadline);
    expect(at(0).node.failure).toBe(deadline);
    const noLeader = unavailable('etcdserver: no leader');
    balancer.failed(at(0).node, noLeader);
    balancer.failed(at(0).node, deadline);
    expect(at(0).node.failure).toBe(noLeader);
  });
});

it('refuses calls once closed', async () => {
  const { balancer, at } = cluster('up');
  await balancer.ready({});
  balancer.close();
  expect(at(0).closes).toBe(1);
  await expect(balancer.ready({})).rejects.toMatchObject({
    code: StatusCode.Canceled,
    details: 'the client is closed',
  });
});
