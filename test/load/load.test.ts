/**
 * One process with many clients, slow clients and rude clients. LOAD_SCALE=10
 * makes it 1,000 connections with 10,000 watchers, and as much more of the rest.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Deadline } from '../../src/base/index.ts';
import { GrpcError, StatusCode } from '../../src/grpc/index.ts';
import { kv } from '../../src/wire/services/kv.ts';
import { Gateway } from '../support/gateway.ts';
import { OwnCluster } from '../support/own-cluster.ts';
import { until } from '../support/until.ts';
import { Crowd } from './clients/crowd.ts';
import { RudeClient, RUDENESSES } from './clients/rude.ts';
import { SlowReader } from './clients/slow-reader.ts';

const scale = Number(process.env.LOAD_SCALE ?? 1);
const CONNECTIONS = 100 * scale;
const WATCHERS_EACH = 10;
const SLOW_READERS = 10 * scale;
const EVENTS = 1_000 * scale;
const EVENT_BYTES = 8 * 1024;
/**
 * Events that wait for one stream: 128 responses, as many as etcd's channel takes, some of which hold as many events as
 * fit into a response.
 */
const MOST_WAITING = 600;
const MIB = 2 ** 20;
const TOLD_OFF_MS = 10_000;
/** Of a process without clients, and some more. */
const MOST_DESCRIPTORS = 35;
const FOUND_OUT_MS = 60_000;
const LIMIT_MS = 60_000 + 60_000 * scale;

let cluster: OwnCluster;
let gateway: Gateway;
beforeAll(async () => {
  cluster = await OwnCluster.started({ size: 1 });
  gateway = new Gateway(cluster.endpoints[0] ?? '');
}, LIMIT_MS);
afterAll(async () => {
  gateway?.close();
  await cluster?.end();
});

const tell = (figures: object): void => {
  if (scale > 1) console.log(figures);
};
const memoryMib = async (): Promise<number> =>
  Math.round((await gateway.metric('process_resident_memory_bytes')) / MIB);
const within = (): { deadline: Deadline } => ({ deadline: Deadline.after(30_000) });
const put = (value: Buffer, key = 'key') => ({ key: Buffer.from(key), value });

describe('many clients', () => {
  it(
    `of ${CONNECTIONS} connections with ${CONNECTIONS * WATCHERS_EACH} watchers each hear of their own`,
    async () => {
      const beforeMib = await memoryMib();
      const sinceMs = performance.now();
      const crowd = await Crowd.gather(cluster, CONNECTIONS, WATCHERS_EACH);
      const gatheredMs = Math.round(performance.now() - sinceMs);
      const channel = cluster.channel(cluster.places[0]!);
      try {
        expect(await gateway.metric('etcd_debugging_mvcc_watcher_total')).toBe(CONNECTIONS * WATCHERS_EACH);
        expect(await gateway.metric('etcd_debugging_mvcc_watch_stream_total')).toBe(CONNECTIONS);
        const heldMib = await memoryMib();
        const firstMs = Math.round(await crowd.changeAll(channel, '1'));
        const secondMs = Math.round(await crowd.changeAll(channel, '2'));
        expect(crowd.whoseHearingIsNot(['1', '2'])).toEqual([]);
        tell({ connections: CONNECTIONS, watchers: crowd.watchers, gatheredMs, firstMs, secondMs, beforeMib, heldMib });
      } finally {
        crowd.leave();
        channel.close();
      }
      await until(async () => (await gateway.metric('etcd_debugging_mvcc_watcher_total')) === 0);
    },
    LIMIT_MS,
  );
});

describe('slow clients', () => {
  it(
    `hold back ${EVENTS} events of ${EVENT_BYTES / 1024} KiB for each of ${SLOW_READERS}, and cost no memory for it`,
    async () => {
      const place = cluster.places[0]!;
      const readers = await Promise.all(
        Array.from({ length: SLOW_READERS }, () => SlowReader.of(cluster.channel(place), 'slow')),
      );
      const channel = cluster.channel(place);
      const beforeMib = await memoryMib();
      const value = Buffer.alloc(EVENT_BYTES, 'v');
      const revisions: bigint[] = [];
      for (let at = 0; at < EVENTS; at += 50) {
        const batch = Array.from({ length: 50 }, () => channel.unary(kv.put, put(value, 'slow'), within()));
        for (const { header } of await Promise.all(batch)) revisions.push(header?.revision ?? 0n);
      }
      revisions.sort((a, b) => (a < b ? -1 : 1));
      const waiting = await gateway.metric('etcd_debugging_mvcc_pending_events_total');
      const afterMib = await memoryMib();
      expect(waiting).toBeLessThanOrEqual(SLOW_READERS * MOST_WAITING);
      // What the events take once, as the history has them, and some more; not once for each reader.
      const historyMib = (EVENTS * EVENT_BYTES) / MIB;
      expect(afterMib - beforeMib).toBeLessThan(4 * historyMib + 150);
      const heard = await Promise.all(readers.map((reader) => reader.read(EVENTS)));
      expect(heard.filter((all) => all.join() !== revisions.join())).toEqual([]);
      tell({
        slowReaders: SLOW_READERS,
        events: EVENTS,
        historyMib,
        ifHeldForEachMib: historyMib * SLOW_READERS,
        waiting,
        beforeMib,
        afterMib,
        afterReadingMib: await memoryMib(),
      });
      for (const reader of readers) reader.leave();
      channel.close();
    },
    LIMIT_MS,
  );
});

describe('rude clients', () => {
  it.each(RUDENESSES)(
    'cost only their own connection: $name',
    async (rudeness) => {
      const place = cluster.places[0]!;
      const good = cluster.channel(place);
      const listener = await SlowReader.of(cluster.channel(place), 'polite');
      const rude = await Promise.all(Array.from({ length: scale * 5 }, () => RudeClient.of(place.client, rudeness)));
      try {
        const { header } = await good.unary(kv.put, put(Buffer.from('v'), 'polite'), within());
        expect(await listener.read(1)).toEqual([header?.revision]);
        if (rudeness.isToldOff) {
          expect(await Promise.all(rude.map((each) => each.isToldOff(TOLD_OFF_MS)))).not.toContain(false);
        }
      } finally {
        for (const each of rude) each.leave();
      }
      const again = await good.unary(kv.put, put(Buffer.from('w'), 'polite'), within());
      expect(await listener.read(1)).toEqual([again.header?.revision]);
      expect(cluster.process(place).hasEnded).toBe(false);
      listener.leave();
      good.close();
    },
    LIMIT_MS,
  );

  it('have a message that is too large refused, and go on', async () => {
    const channel = cluster.channel(cluster.places[0]!);
    const outcome = channel.unary(kv.put, put(Buffer.alloc(3 * MIB)), within());
    await expect(outcome).rejects.toThrow(GrpcError);
    await expect(outcome).rejects.toMatchObject({ code: StatusCode.ResourceExhausted });
    const { header } = await channel.unary(kv.put, put(Buffer.from('small')), within());
    expect(header?.revision).toBeGreaterThan(1n);
    channel.close();
  });

  it(
    'leave no descriptor behind',
    async () => {
      // The server hears no more of a connection that a broken frame has ended, and finds it out by a ping.
      const giveUpMs = performance.now() + FOUND_OUT_MS;
      while ((await gateway.metric('process_open_fds')) > MOST_DESCRIPTORS && performance.now() < giveUpMs)
        await sleep(100);
      expect(await gateway.metric('process_open_fds')).toBeLessThanOrEqual(MOST_DESCRIPTORS);
    },
    LIMIT_MS,
  );
});
