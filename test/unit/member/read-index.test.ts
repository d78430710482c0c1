import { describe, expect, it } from 'vitest';
import { Figures } from '../../../src/figures/index.ts';
import { VirtualClock } from '../../../src/base/index.ts';
import { ReadIndex } from '../../../src/member/read-index.ts';
import { settle } from './support.ts';

describe('[inv 23] reading linearizably', () => {
  const world = () => {
    const clock = new VirtualClock();
    const asked: Uint8Array[] = [];
    let applied = 0n;
    let id = 0n;
    const waiting: { index: bigint; done: () => void }[] = [];
    const reads = new ReadIndex({
      figures: new Figures(),
      clock,
      timeoutMs: 7000,
      nextId: () => (id += 1n),
      ask: (context) => void asked.push(context),
      untilApplied: (index) =>
        index <= applied ? Promise.resolve() : new Promise((done) => void waiting.push({ index, done })),
    });
    const apply = (index: bigint): void => {
      applied = index;
      for (const waiter of waiting) if (waiter.index <= index) waiter.done();
    };
    const answer = (context: Uint8Array | undefined, index: bigint): void =>
      reads.answered(context ? [{ index, context }] : []);
    const states: string[] = [];
    const read = (name: string): void =>
      void reads.catchUp().then(
        () => states.push(name),
        (error: Error) => states.push(`${name}: ${error.message}`),
      );
    return { clock, asked, reads, apply, answer, read, states };
  };

  it('asks once for all who came before, and anew for who came later', async () => {
    const { asked, read, answer, apply, states } = world();
    read('a');
    read('b');
    await settle(2);
    expect(asked).toHaveLength(1);
    read('c');
    await settle(2);
    expect(asked).toHaveLength(1);
    answer(asked[0], 5n);
    await settle(2);
    expect(states).toEqual([]);
    apply(5n);
    await settle(2);
    expect(states).toEqual(['a', 'b']);
    expect(asked).toHaveLength(2);
    answer(asked[0], 9n);
    await settle(2);
    expect(states).toEqual(['a', 'b']);
    answer(asked[1], 5n);
    await settle(2);
    expect(states).toEqual(['a', 'b', 'c']);
  });

  it('asks again after a while and when a leader begins, under another id each time', async () => {
    const { asked, read, reads, clock, answer, states } = world();
    read('a');
    await settle(2);
    clock.advance(1000);
    reads.firstCommitInTerm();
    expect(new Set(asked.map((context) => Buffer.from(context).toString('hex'))).size).toBe(4);
    answer(asked[1], 0n);
    await settle(2);
    expect(states).toEqual(['a']);
  });

  it('gives up when the leader changes, when it takes too long, and when the member stops', async () => {
    const { asked, read, reads, clock, answer, states } = world();
    read('a');
    await settle(2);
    reads.leaderChanged();
    answer(asked[0], 0n);
    await settle(2);
    read('b');
    await settle(2);
    clock.advance(7000);
    await settle(2);
    read('c');
    await settle(2);
    reads.close(new Error('stopped'));
    await settle(2);
    expect(states).toEqual(['a: etcdserver: leader changed', 'b: etcdserver: request timed out', 'c: stopped']);
  });
});
