/**
 * Measures leases alone: memory per lease, grants, renewals, the turn of a new
 * leader, expiry. Run: node --expose-gc --import tsx test/bench/lease.ts [leases]
 */
import { NO_JOURNAL, NO_RECORDS } from '../../src/backend/index.ts';
import { VirtualClock } from '../../src/base/index.ts';
import { Lessor } from '../../src/lease/index.ts';

const most = Number(process.argv[2] ?? 100_000);
const say = (label: string, value: string): void => console.log(`${label.padEnd(48)} ${value}`);

/** Microseconds of this process alone, for each of n. */
function timed(n: number, work: () => void): string {
  const start = process.cpuUsage();
  work();
  const { user, system } = process.cpuUsage(start);
  return `${((user + system) / n).toFixed(2)} us each`;
}

async function memory(): Promise<number> {
  for (let turn = 0; turn < 4; turn += 1) {
    globalThis.gc?.();
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  return process.memoryUsage().heapUsed;
}

async function measure(count: number): Promise<void> {
  const name = count.toLocaleString('en');
  const clock = new VirtualClock();
  const before = await memory();
  const lessor = Lessor.open(NO_RECORDS, { journal: NO_JOURNAL, clock, minTtlSeconds: 2n });
  lessor.promote(0);
  say(
    `${name} leases: grant`,
    timed(count, () => grantAll(lessor, count)),
  );
  say(`${name} leases: memory`, `${Math.round((await memory()) - before) / count} bytes each`);
  say(
    `${name} leases: a new leader takes over`,
    timed(count, () => takeOver(lessor)),
  );
  say(
    `${name} leases: all expire`,
    timed(count, () => {
      let left = count;
      while (left > 0) {
        clock.advance(500);
        for (const id of lessor.takeExpired(1_000)) {
          lessor.revoke(id);
          left -= 1;
        }
      }
    }),
  );
  lessor.close();
}

function grantAll(lessor: Lessor, count: number): void {
  for (let id = 1n; id <= BigInt(count); id += 1n) lessor.grant(id, 60n + (id % 60n));
}

function takeOver(lessor: Lessor): void {
  lessor.demote();
  lessor.promote(1_000);
}

// The first run warms the compiler up and is not told.
await measure(1_000);
await measure(most / 10);
await measure(most);
