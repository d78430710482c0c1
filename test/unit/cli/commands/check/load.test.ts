import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { type LoadPlan, runLoad, type Supply } from '../../../../../src/cli/commands/check/load.ts';
import { divide } from '../../../../../src/cli/commands/check/share.ts';

const prefix = new Uint8Array(Buffer.from('/p/'));
const plan = (clients: number, supply: Supply): LoadPlan => ({
  prefix,
  keyBytes: 256,
  valueBytes: 1024,
  clients,
  supply,
});

/** Runs a load on a server that takes `serviceMs` for each put; the clock is the tests' own. */
async function run(
  load: LoadPlan,
  serviceMs: number,
  { stopAtMs, failEvery = 0 }: { stopAtMs?: number; failEvery?: number } = {},
) {
  const stop = new AbortController();
  if (stopAtMs !== undefined) setTimeout(() => stop.abort(), stopAtMs);
  const keys: string[] = [];
  const perClient = new Map<number, number>();
  const valueLengths = new Set<number | undefined>();
  let running = 0;
  let most = 0;
  let answered = 0;
  const loading = runLoad(load, {
    put: async ({ key = prefix, value }, client) => {
      keys.push(Buffer.from(key).toString('latin1'));
      valueLengths.add(value?.length);
      perClient.set(client, (perClient.get(client) ?? 0) + 1);
      most = Math.max(most, (running += 1));
      await new Promise((resolve) => setTimeout(resolve, serviceMs));
      running -= 1;
      if (failEvery > 0 && keys.length % failEvery === 0) throw new Error('too many requests');
    },
    answered: () => {
      answered += 1;
    },
    stop: stop.signal,
  });
  const over = new AbortController();
  void loading.finally(() => over.abort());
  while (!over.signal.aborted) await vi.advanceTimersByTimeAsync(100);
  return { result: await loading, keys, most, answered, perClient, valueLengths };
}

describe('runLoad', () => {
  beforeEach(() => void vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] }));
  afterEach(() => void vi.useRealTimers());

  it('makes a number of puts, one at a time for each client', async () => {
    const { result, keys, most, answered } = await run(plan(50, { kind: 'count', total: 1003 }), 10);
    expect(result).toMatchObject({ puts: 1003, slowestMs: 10, elapsedMs: 210 });
    expect([keys.length, most, answered]).toEqual([1003, 50, 1003]);
  });

  it('has keys of their own, of the length asked for, under the prefix', async () => {
    const { keys, valueLengths } = await run(plan(50, { kind: 'count', total: 2000 }), 1);
    expect([...valueLengths]).toEqual([1024]);
    expect(new Set(keys).size).toBe(2000);
    expect(keys.every((key) => key.startsWith('/p/') && key.length === 3 + 256)).toBe(true);
  });

  it('makes puts at a rate, spread over the clients', async () => {
    const { result, perClient } = await run(plan(50, { kind: 'rate', perSecond: 150, forMs: 10_000 }), 20);
    expect(Math.abs(result.puts - 1500)).toBeLessThanOrEqual(1);
    expect(result.slowestMs).toBe(20);
    expect(perClient.size).toBe(50);
    expect([...perClient.values()].every((puts) => puts >= 29)).toBe(true);
  });

  it('is held up by a slow server, and does not make up for it beyond what waits', async () => {
    // 10 clients at 100 ms each can make 100 puts a second, of 1000 that are due.
    const { result, most } = await run(plan(10, { kind: 'rate', perSecond: 1000, forMs: 5000 }), 100);
    expect(most).toBe(10);
    expect(result.puts).toBeGreaterThanOrEqual(490);
    expect(result.puts).toBeLessThanOrEqual(520); // those under way, and as many that wait
  });

  it.each<[string, Supply]>([
    ['rate', { kind: 'rate', perSecond: 1000, forMs: 60_000 }],
    ['count', { kind: 'count', total: 1_000_000 }],
  ])('stops when it is told to, and waits for what is under way (%s)', async (_kind, supply) => {
    const { result, answered, keys } = await run(plan(10, supply), 10, { stopAtMs: 1000 });
    expect(result.elapsedMs).toBeLessThan(1050);
    expect(answered).toBe(keys.length);
    expect(keys.length).toBeLessThanOrEqual(1020);
  });

  it('counts failures apart', async () => {
    const { result, answered } = await run(plan(1, { kind: 'count', total: 10 }), 1, { failEvery: 5 });
    expect(result).toMatchObject({ puts: 8, errors: new Map([['too many requests', 2]]) });
    expect(answered).toBe(10);
  });
});

describe('divide', () => {
  it.each([
    [1, 500],
    [2, 500],
    [3, 500],
    [4, 1000],
    [3, 50],
  ])('into %i parts gives each its share of %i clients, and all of them the whole', (parts, clients) => {
    const counted = divide(plan(clients, { kind: 'count', total: 10_001 }), parts);
    expect(counted.reduce((sum, part) => sum + part.clients, 0)).toBe(clients);
    expect(counted.reduce((sum, { supply }) => sum + (supply.kind === 'count' ? supply.total : 0), 0)).toBe(10_001);
    const paced = divide(plan(clients, { kind: 'rate', perSecond: 8000, forMs: 60_000 }), parts);
    expect(paced.reduce((sum, { supply }) => sum + (supply.kind === 'rate' ? supply.perSecond : 0), 0)).toBeCloseTo(
      8000,
      6,
    );
    expect(paced.every(({ supply }) => supply.kind === 'rate' && supply.forMs === 60_000)).toBe(true);
  });
});
