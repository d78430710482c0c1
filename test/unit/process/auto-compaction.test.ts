import { describe, expect, it } from 'vitest';
import { type LogEvent, VirtualClock } from '../../../src/base/index.ts';
import { startCompactor } from '../../../src/process/auto-compaction.ts';
import { refuse } from '../../../src/wire/etcd-error.ts';

class Bench {
  readonly clock = new VirtualClock();
  readonly compacted: bigint[] = [];
  readonly events: LogEvent[] = [];
  revision = 1n;
  isLeader = true;
  fails: Error | undefined;

  start(retention: Parameters<typeof startCompactor>[0]): () => void {
    return startCompactor(retention, {
      clock: this.clock,
      log: (event) => this.events.push(event),
      revision: () => this.revision,
      isLeader: () => this.isLeader,
      compact: async (revision) => {
        if (this.fails !== undefined) throw this.fails;
        this.compacted.push(revision);
      },
    });
  }

  /** Time passes, and a revision is written in each part of it. */
  async pass(parts: number, partMs: number): Promise<void> {
    for (let part = 0; part < parts; part += 1) {
      this.clock.advance(partMs);
      await new Promise((resolve) => setImmediate(resolve));
      this.revision += 1n;
    }
  }
}

const MINUTE_MS = 60_000;

describe('automatic compaction by time', () => {
  it('keeps the history of the period', async () => {
    const bench = new Bench();
    bench.start({ ms: 10 * MINUTE_MS });
    await bench.pass(9, MINUTE_MS);
    expect(bench.compacted).toEqual([]);
    await bench.pass(1, MINUTE_MS);
    expect(bench.compacted).toEqual([1n]);
    await bench.pass(10, MINUTE_MS);
    // As etcd notes revisions, before it waits: that of eleven minutes ago.
    expect(bench.compacted).toEqual([1n, 9n]);
  });

  it('works each hour where the period is longer', async () => {
    const bench = new Bench();
    bench.start({ ms: 120 * MINUTE_MS });
    await bench.pass(20, 6 * MINUTE_MS);
    expect(bench.compacted).toEqual([1n]);
    await bench.pass(10, 6 * MINUTE_MS);
    expect(bench.compacted).toHaveLength(2);
  });

  it('does nothing where nothing was written, on a follower, or once it was ended', async () => {
    const still = new Bench();
    const stop = still.start({ ms: 10 * MINUTE_MS });
    await still.pass(10, MINUTE_MS);
    stop();
    await still.pass(30, MINUTE_MS);
    expect(still.compacted).toEqual([1n]);

    const follower = new Bench();
    follower.isLeader = false;
    follower.start({ ms: 10 * MINUTE_MS });
    await follower.pass(30, MINUTE_MS);
    expect(follower.compacted).toEqual([]);
  });

  it('tries again after a failure, and takes what others compacted for done', async () => {
    const bench = new Bench();
    bench.start({ ms: 10 * MINUTE_MS });
    bench.fails = refuse.noLeader();
    await bench.pass(11, MINUTE_MS);
    expect(bench.events.filter(({ level }) => level === 'warn')).toHaveLength(2);
    bench.fails = refuse.compacted();
    await bench.pass(1, MINUTE_MS);
    expect(bench.events.at(-1)?.message).toBe('completed auto periodic compaction');
  });
});

describe('automatic compaction by revisions', () => {
  it('keeps so many', async () => {
    const bench = new Bench();
    bench.start({ revisions: 100n });
    await bench.pass(1, 5 * MINUTE_MS);
    expect(bench.compacted).toEqual([]);
    bench.revision = 250n;
    await bench.pass(1, 5 * MINUTE_MS);
    expect(bench.compacted).toEqual([150n]);
    bench.revision = 250n;
    await bench.pass(1, 5 * MINUTE_MS);
    expect(bench.compacted).toEqual([150n]);
  });
});
