import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { Deadline } from '../../../src/base/index.ts';
import { keepAlive, type KeepAliveSource, type KeepAliveStream } from '../../../src/client/lease-keepalive.ts';
import { keepAliveOnce } from '../../../src/client/lease-keepalive-once.ts';
import { GrpcError, StatusCode } from '../../../src/grpc/index.ts';
import type { LeaseKeepAliveResponse } from '../../../src/wire/index.ts';

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] });
});
afterEach(() => {
  vi.useRealTimers();
});

const unavailable = new GrpcError(StatusCode.Unavailable, 'cut');
const never = new Promise<never>(() => undefined);

/** What a stream answers to one renewal: a TTL, an error, `hang`, or `end`. */
type Answer = bigint | GrpcError | 'hang' | 'end';

/** A Lease service: `answers` is asked for each renewal, with the number of the stream. */
class FakeLeases {
  readonly sentAt: number[] = [];
  streams = 0;
  canceled = 0;
  readonly recoveries: (GrpcError | undefined)[] = [];
  openError: GrpcError | undefined;
  readonly #answers: (stream: number) => Answer;

  constructor(answers: (stream: number) => Answer) {
    this.#answers = answers;
  }

  get source(): KeepAliveSource {
    return {
      open: async ({ deadline = Deadline.never }) => {
        if (this.openError) throw this.openError;
        return this.#open(deadline);
      },
      recovery: {
        progressed: () => undefined,
        after: async (error, { deadline, signal }) => {
          this.recoveries.push(error);
          if (error?.code === StatusCode.PermissionDenied || error?.code === StatusCode.NotFound) throw error;
          if (signal?.aborted) throw new GrpcError(StatusCode.Canceled, 'context canceled');
          if (deadline?.hasPassed) throw new GrpcError(StatusCode.DeadlineExceeded, 'context deadline exceeded');
          await new Promise((resolve) => setTimeout(resolve, 10));
        },
      },
      fail: async (error) => error,
    };
  }

  /** The deadline is the stream's, as gRPC has it. */
  #open(deadline: Deadline): KeepAliveStream {
    this.streams += 1;
    const number = this.streams;
    const ids: bigint[] = [];
    const next = async (): Promise<IteratorResult<LeaseKeepAliveResponse, undefined>> => {
      if (deadline.hasPassed) throw new GrpcError(StatusCode.DeadlineExceeded, 'the deadline of the stream');
      const answer = this.#answers(number);
      if (answer instanceof Error) throw answer;
      if (answer === 'hang') return never;
      if (answer === 'end') return { done: true, value: undefined };
      return { done: false, value: { header: undefined, ID: ids.shift()!, TTL: answer } };
    };
    return {
      write: async ({ ID }) => {
        this.sentAt.push(Math.round(performance.now()) - start);
        ids.push(ID!);
      },
      cancel: () => {
        this.canceled += 1;
      },
      [Symbol.asyncIterator]: () => ({ next }),
    };
  }
}

let start = 0;

/** Reads to the end in the background. */
function follow(leases: FakeLeases, bounds: Parameters<typeof keepAlive>[2] = {}) {
  start = Math.round(performance.now());
  const state: { ttls: bigint[]; end?: unknown } = { ttls: [] };
  const read = async (): Promise<void> => {
    for await (const { ID, TTL } of keepAlive(7n, leases.source, bounds)) {
      expect(ID).toBe(7n);
      state.ttls.push(TTL);
    }
  };
  read().then(
    () => {
      state.end = 'ended';
    },
    (error: unknown) => {
      state.end = error;
    },
  );
  return state;
}

const times = (answers: Answer[], rest: Answer) => () => answers.shift() ?? rest;

describe('renewing', () => {
  it('happens at once and then every third of the TTL', async () => {
    const leases = new FakeLeases(() => 9n);
    const state = follow(leases);
    await vi.advanceTimersByTimeAsync(9500);
    expect(leases.sentAt).toEqual([0, 3000, 6000, 9000]);
    expect(state.ttls).toEqual([9n, 9n, 9n, 9n]);
    expect(leases.streams).toBe(1);
  });

  it('ends when the server says that the lease is gone', async () => {
    const leases = new FakeLeases(times([9n], 0n));
    const state = follow(leases);
    await vi.advanceTimersByTimeAsync(3001);
    expect(state).toEqual({ ttls: [9n], end: 'ended' });
    expect(leases.canceled).toBe(1);
    expect(vi.getTimerCount()).toBe(0);
  });

  it('goes on over a new stream when one is lost or ended', async () => {
    const leases = new FakeLeases(times([9n, unavailable, 9n, 9n, 9n, 9n, 'end', 9n], 0n));
    const state = follow(leases);
    await vi.advanceTimersByTimeAsync(30_000);
    expect(state).toEqual({ ttls: [9n, 9n, 9n, 9n, 9n, 9n], end: 'ended' });
    expect(leases.recoveries).toEqual([unavailable, undefined]);
    expect([leases.streams, leases.canceled]).toEqual([3, 3]);
  });

  it('does not let a server that hangs cost the lease', async () => {
    const leases = new FakeLeases(times([9n, 'hang'], 9n));
    const state = follow(leases);
    await vi.advanceTimersByTimeAsync(3000 + 3000 + 100);
    expect(leases.streams).toBe(2);
    expect(leases.recoveries).toMatchObject([{ details: 'the server did not answer in time' }]);
    expect(state.ttls).toEqual([9n, 9n]);
  });

  it('ends when the lease has run out without an answer', async () => {
    const leases = new FakeLeases(times([9n], unavailable));
    const state = follow(leases);
    await vi.advanceTimersByTimeAsync(8900);
    expect(state).toEqual({ ttls: [9n] });
    await vi.advanceTimersByTimeAsync(200);
    expect(state).toEqual({ ttls: [9n], end: 'ended' });
  });

  it('fails for good when the server refuses', async () => {
    const denied = new GrpcError(StatusCode.PermissionDenied, 'etcdserver: permission denied');
    const state = follow(new FakeLeases(times([9n], denied)));
    await vi.advanceTimersByTimeAsync(3001);
    expect(state).toEqual({ ttls: [9n], end: denied });
  });

  it('fails when no endpoint is found in time', async () => {
    const leases = new FakeLeases(() => 9n);
    leases.openError = new GrpcError(StatusCode.DeadlineExceeded, 'context deadline exceeded');
    const state = follow(leases, { deadline: Deadline.after(1000) });
    await vi.advanceTimersByTimeAsync(1);
    expect(state.end).toBe(leases.openError);
  });
});

describe('the reader', () => {
  it('ends it with the signal', async () => {
    const controller = new AbortController();
    const leases = new FakeLeases(() => 9n);
    const state = follow(leases, { signal: controller.signal });
    await vi.advanceTimersByTimeAsync(100);
    controller.abort();
    await vi.advanceTimersByTimeAsync(1);
    expect(state).toEqual({ ttls: [9n], end: 'ended' });
    expect(leases.canceled).toBe(1);
    expect(vi.getTimerCount()).toBe(0);
  });

  it('ends it by leaving', async () => {
    const leases = new FakeLeases(() => 9n);
    for await (const answer of keepAlive(7n, leases.source, {})) {
      expect(answer.TTL).toBe(9n);
      break;
    }
    await vi.advanceTimersByTimeAsync(20_000);
    expect([leases.sentAt.length, leases.canceled]).toEqual([1, 1]);
  });

  it('does not hold renewals up, and is not flooded afterwards', async () => {
    const leases = new FakeLeases(() => 3n);
    const controller = new AbortController();
    const answers = keepAlive(7n, leases.source, { signal: controller.signal });
    await answers.next();
    await vi.advanceTimersByTimeAsync(100_000);
    expect(leases.sentAt.length).toBeGreaterThan(90);
    let waiting = 0;
    const drain = (async () => {
      for await (const answer of answers) waiting += answer.TTL === 3n ? 1 : 0;
    })();
    await vi.advanceTimersByTimeAsync(1);
    expect(waiting).toBe(16);
    controller.abort();
    await vi.advanceTimersByTimeAsync(1);
    await drain;
  });
});

const once = async (leases: FakeLeases) => {
  const outcome = keepAliveOnce(7n, leases.source, {}).catch((error: unknown) => error);
  await vi.advanceTimersByTimeAsync(100);
  return outcome;
};

describe('renewing once', () => {
  it('gives the answer and lets the stream go', async () => {
    const leases = new FakeLeases(() => 9n);
    expect(await once(leases)).toEqual({ header: undefined, ID: 7n, TTL: 9n });
    expect([leases.streams, leases.sentAt.length]).toEqual([1, 1]);
  });

  it('tries again when the stream is lost, or ends without an answer', async () => {
    const leases = new FakeLeases(times([unavailable, 'end'], 9n));
    expect(await once(leases)).toMatchObject({ TTL: 9n });
    expect(leases.streams).toBe(3);
  });

  it('fails when the lease is gone', async () => {
    expect(await once(new FakeLeases(() => 0n))).toMatchObject({
      code: StatusCode.NotFound,
      details: 'etcdserver: requested lease not found',
    });
  });
});
