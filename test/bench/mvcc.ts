/**
 * Measures the key space alone: memory per key, puts, ranges, events to many
 * watchers. Run: node --expose-gc --import tsx test/bench/mvcc.ts [keys] [watchers]
 */
import { systemClock } from '../../src/base/index.ts';
import { NO_JOURNAL, NO_RECORDS } from '../../src/backend/index.ts';
import { Store } from '../../src/mvcc/index.ts';
import { PutRequest, RangeRequest } from '../../src/wire/gen/rpc/kv.ts';
import { WatchCreateRequest } from '../../src/wire/gen/rpc/watch.ts';

const keys = Number(process.argv[2] ?? 1_000_000);
const watchers = Number(process.argv[3] ?? 10_000);

const leases = { exists: () => false, attach: () => undefined, detach: () => undefined };
const open = (): Store => Store.open(NO_RECORDS, { journal: NO_JOURNAL, leases, clock: systemClock });
const keyOf = (i: number): Uint8Array => Buffer.from(`/registry/pods/${String(i).padStart(9, '0')}`);
const put = (key: Uint8Array, value: Uint8Array): PutRequest => PutRequest.fromPartial({ key, value });

/** 0..n-1 in an order that is none. */
function shuffled(n: number): Uint32Array {
  const order = Uint32Array.from({ length: n }, (_, i) => i);
  let seed = 12_345;
  for (let i = n - 1; i > 0; i--) {
    seed = (Math.imul(seed, 1_103_515_245) + 12_345) >>> 0;
    const j = seed % (i + 1);
    const swapped = order[i]!;
    order[i] = order[j]!;
    order[j] = swapped;
  }
  return order;
}

/** Bytes in use once nothing is left to collect; array buffers are given back a little after their owners. */
async function memory(): Promise<number> {
  for (let i = 0; i < 4; i++) {
    globalThis.gc?.();
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  const { heapUsed, arrayBuffers } = process.memoryUsage();
  return heapUsed + arrayBuffers;
}

/** In seconds of this process alone: others may use the machine as well. */
function timed<T>(work: () => T): { result: T; seconds: number } {
  const start = process.cpuUsage();
  const result = work();
  const { user, system } = process.cpuUsage(start);
  return { result, seconds: (user + system) / 1e6 };
}

const say = (label: string, value: string): void => console.log(`${label.padEnd(48)} ${value}`);
const rate = (n: number, seconds: number): string =>
  `${Math.round(n / seconds).toLocaleString('en')}/s, ${((seconds / n) * 1e6).toFixed(2)} us each`;

async function measureKeys(n: number, label: string, order: Uint32Array): Promise<Store> {
  const value = Buffer.alloc(100, 'v');
  const before = await memory();
  const store = open();
  const first = timed(() => {
    for (const i of order) store.put(put(keyOf(i), value));
  });
  const perKey = ((await memory()) - before) / n;
  say(`${n} keys of 24, values of 100 bytes, ${label}`, `${perKey.toFixed(0)} bytes/key`);
  say('  puts of new keys', rate(n, first.seconds));
  return store;
}

function measureStore(store: Store, n: number, order: Uint32Array): void {
  const value = Buffer.alloc(100, 'w');
  const some = Math.min(n, 200_000);
  const over = timed(() => {
    for (let i = 0; i < some; i++) store.put(put(keyOf(order[i]!), value));
  });
  say('  puts of old keys, any order', rate(some, over.seconds));
  const gets = timed(() => {
    for (let i = 0; i < some; i++) store.range(RangeRequest.fromPartial({ key: keyOf(order[i]!) }));
  });
  say('  gets, any order', rate(some, gets.seconds));
  const all = { key: Buffer.from('/'), range_end: Buffer.from('0') };
  for (const [label, fields] of [
    ['range of all', {}],
    ['range of all, keys only', { keys_only: true }],
    ['count of all', { count_only: true }],
    ['range of all, sorted by mod descending', { sort_order: 2, sort_target: 3 } as const],
  ] as const) {
    const { result, seconds } = timed(() => store.range(RangeRequest.fromPartial({ ...all, ...fields })));
    say(`  ${label}`, `${seconds.toFixed(2)} s, ${rate(Number(result.count), seconds)}`);
  }
  const pages = timed(() => {
    for (let i = 0; i < 1000; i++) {
      store.range(RangeRequest.fromPartial({ key: keyOf(order[i]!), range_end: keyOf(order[i]! + 100), limit: 100n }));
    }
  });
  say('  1000 ranges of 100 keys', rate(100_000, pages.seconds));
  const hash = timed(() => store.hashKv(0n));
  say('  hash of all', `${hash.seconds.toFixed(2)} s`);
}

function measureWatch(n: number, onePrefix: boolean): void {
  const store = open();
  let events = 0;
  for (let i = 0; i < n; i++) {
    const session = store.openWatch({
      sink: { isReady: () => true, send: (response) => (events += response.events.length), end: () => undefined },
      header: () => ({ cluster_id: 1n, member_id: 2n, revision: 0n, raft_term: 3n }),
      mayWatch: () => undefined,
      progressIntervalMs: 600_000,
      maxResponseBytes: 2_000_000,
    });
    const range = onePrefix ? { key: Buffer.from('/'), range_end: Buffer.from('0') } : { key: keyOf(i) };
    session.request({ create_request: WatchCreateRequest.fromPartial(range) });
  }
  const value = Buffer.alloc(100, 'v');
  const puts = onePrefix ? Math.max(20, Math.floor(2_000_000 / n)) : 200_000;
  const { seconds } = timed(() => {
    for (let i = 0; i < puts; i++) store.put(put(keyOf(i % n), value));
  });
  say(`${n} watchers, ${onePrefix ? 'all on one prefix' : 'each on its own key'}`, `events ${rate(events, seconds)}`);
  store.close();
}

for (const n of [keys / 10, keys]) {
  const order = shuffled(n);
  measureStore(await measureKeys(n, 'in order', order.toSorted()), n, order);
  await measureKeys(n, 'any order', order);
}
for (const n of [watchers / 10, watchers]) {
  measureWatch(n, false);
  measureWatch(n, true);
}
