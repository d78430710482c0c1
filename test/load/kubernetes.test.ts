/**
 * Three processes as Kubernetes' API servers use them: creation where nothing
 * is, guarded changes, lists in pages at one revision, watches with bookmarks,
 * events on leases, compaction every two seconds. KUBERNETES_SECONDS says how
 * long; a few by default, five minutes by hand.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { maintenance } from '../../src/wire/services/maintenance.ts';
import { watch } from '../../src/wire/services/watch.ts';
import { OwnCluster } from '../support/own-cluster.ts';
import { Random } from '../support/random.ts';
import { ApiServer, isCompacted, isUnavailable } from './kubernetes/apiserver.ts';
import { Controller, Replacements, RESOURCES } from './kubernetes/controllers.ts';
import { History, type ListClaim } from './kubernetes/history.ts';
import { Reflector } from './kubernetes/reflector.ts';

const DEFAULT_SECONDS = 6;
const seconds = Number(process.env.KUBERNETES_SECONDS ?? DEFAULT_SECONDS);
const CONTROLLERS = 9;
const COMPACT_EVERY_MS = 2_000;
const LIST_EVERY_MS = 200;

describe("Kubernetes' way of access", () => {
  let cluster: OwnCluster | undefined;
  beforeAll(async () => {
    cluster = await OwnCluster.started({ size: 3, flags: ['--watch-progress-notify-interval=500ms'] });
  }, 120_000);
  afterAll(() => cluster?.end());

  it(
    `has all its guarantees for ${seconds} s`,
    async () => {
      const { places } = cluster!;
      const channels = places.map((place) => cluster!.channel(place));
      const channelAt = (at: number) => channels[at % channels.length]!;
      const endMs = performance.now() + seconds * 1000;
      const isOver = (): boolean => performance.now() > endMs;

      const history = new History(1n);
      const all = channelAt(0).open(watch.watch);
      await all.write({ create_request: { key: Buffer.of(0), range_end: Buffer.of(0), start_revision: 2n } });
      const listening = (async () => {
        for await (const { events } of all) history.tell(events);
      })().catch(() => undefined);

      const replacements = new Replacements();
      const controllers = Array.from(
        { length: CONTROLLERS },
        (_, at) => new Controller(`c${at}`, new ApiServer(channelAt(at)), new Random(at), replacements),
      );
      const prefixes = [...RESOURCES, 'events'].map((resource) => `/registry/${resource}/`);
      const reflectors = prefixes.flatMap((prefix, row) =>
        channels.map(
          (channel, at) => new Reflector(prefix, new ApiServer(channel), channel, new Random(100 + 10 * row + at)),
        ),
      );
      const lists: ListClaim[] = [];
      const tooLate = { lists: 0, compactions: 0 };
      const listing = channels.map(async (channel, at) => {
        const random = new Random(1000 + at);
        while (!isOver()) {
          try {
            lists.push(await new ApiServer(channel).list(random.pick(prefixes)));
          } catch (error) {
            if (!isCompacted(error) && !isUnavailable(error)) throw error;
            if (isCompacted(error)) tooLate.lists += 1;
          }
          await sleep(LIST_EVERY_MS);
        }
      });
      const compacting = channels.map(async (channel) => {
        const seen = { version: 0n, revision: 0n };
        while (!isOver()) {
          await sleep(COMPACT_EVERY_MS);
          try {
            if (await new ApiServer(channel).compact(seen)) tooLate.compactions += 1;
          } catch (error) {
            if (!isUnavailable(error)) throw error;
          }
        }
      });
      const reflecting = reflectors.map((reflector) => reflector.run(isOver));
      await Promise.all([...controllers.map((each) => each.run(isOver)), ...listing, ...compacting]);

      // The events' leases run out, and everyone hears of it.
      const api = new ApiServer(channelAt(0));
      while ((await api.list('/registry/events/')).items.length > 0) await sleep(100);
      const { revision } = await api.list('/registry/');
      while (history.revision < revision) await sleep(20);
      all.cancel();
      for (const reflector of reflectors) while (reflector.revision < revision) await sleep(20);
      const copies = reflectors.map(({ items }) => items.join());
      const hashes = await Promise.all(channels.map((channel) => channel.unary(maintenance.hashKV, { revision })));
      for (const channel of channels) channel.close();
      await Promise.all([listening, ...reflecting]);

      const deeds = controllers.reduce(
        (sum, each) => {
          for (const [what, count] of Object.entries(each.deeds)) sum[what] = (sum[what] ?? 0) + count;
          return sum;
        },
        {} as Record<string, number>,
      );
      const sum = (what: 'bookmarks' | 'resumptions' | 'relists'): number =>
        reflectors.reduce((total, each) => total + each[what], 0);
      const figures = {
        ...deeds,
        revision,
        lists: lists.length,
        listsTooLate: tooLate.lists,
        compactions: tooLate.compactions,
        bookmarks: sum('bookmarks'),
        resumptions: sum('resumptions'),
        relists: sum('relists'),
      };
      if (seconds > DEFAULT_SECONDS) console.log(figures);
      expect([
        ...history.faults,
        ...replacements.faults,
        ...reflectors.flatMap(({ faults }) => faults),
        ...history.refute([...lists, ...reflectors.flatMap((each) => each.lists)]),
      ]).toEqual([]);
      const expected = prefixes.flatMap((prefix) => channels.map(() => history.outcome(prefix).join()));
      expect(copies).toEqual(expected);
      expect(new Set(hashes.map(({ hash }) => hash)).size).toBe(1);
      expect(figures).toMatchObject({ revision: expect.any(BigInt) });
      for (const what of ['creates', 'updates', 'deletes', 'events', 'lists', 'bookmarks', 'compactions'] as const) {
        expect.soft(Number(figures[what as keyof typeof figures]), what).toBeGreaterThan(0);
      }
    },
    seconds * 1000 + 90_000,
  );
});
