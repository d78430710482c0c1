import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Watcher } from '../../../../src/client/watch/index.ts';
import type { Init, WatchResponse } from '../../../../src/wire/index.ts';
import { CUT, event, FakeWatchServer, header } from '../support/watch-server.ts';

const key = new TextEncoder().encode('k');

/** A history: how many events each revision from FIRST on has, how the server packs them, and where its streams are cut. */
interface World {
  readonly sizes: readonly number[];
  /** Revisions per response. */
  readonly batch: number;
  /** Events per fragment. */
  readonly fragment: number;
  /** A progress notice after every so many responses; 0 for none. */
  readonly progressEvery: number;
  /** Messages (the created notice included) that each stream sends before it is cut; none for later streams. */
  readonly cuts: readonly number[];
  /** Revisions before the one asked for that the server sends again. */
  readonly overlap: number;
}

const FIRST = 2n;

function lastOf(world: World): bigint {
  return FIRST + BigInt(world.sizes.length) - 1n;
}

/** Everything that a stream sends for a watch from `start` on. */
function* messages(world: World, start: bigint): Generator<Init<WatchResponse>> {
  const current = lastOf(world);
  yield { header: header(current), created: true };
  const from = start - BigInt(world.overlap) < FIRST ? FIRST : start - BigInt(world.overlap);
  const wanted: bigint[] = [];
  for (let revision = from; revision <= current; revision++) wanted.push(revision);
  for (let at = 0, sent = 1; at < wanted.length; at += world.batch, sent++) {
    const batch = wanted.slice(at, at + world.batch);
    const events = batch.flatMap((revision) =>
      Array.from({ length: world.sizes[Number(revision - FIRST)]! }, (_, index) => event(revision, index)),
    );
    for (let cut = 0; cut < events.length; cut += world.fragment) {
      yield {
        header: header(current),
        events: events.slice(cut, cut + world.fragment),
        fragment: cut + world.fragment < events.length,
      };
    }
    const delivered = batch.at(-1)!;
    if (world.progressEvery > 0 && sent % world.progressEvery === 0) yield { header: header(delivered) };
  }
}

async function follow(world: World) {
  const script = (number: number) =>
    function* (request: { readonly start_revision?: bigint }) {
      let left = world.cuts[number] ?? Number.POSITIVE_INFINITY;
      for (const message of messages(world, request.start_revision!)) {
        if (left-- <= 0) break;
        yield message;
      }
      yield CUT;
    };
  const server = new FakeWatchServer(...Array.from({ length: world.cuts.length + 1 }, (_, number) => script(number)));
  const seen: string[] = [];
  const atoms: bigint[][] = [];
  for await (const update of new Watcher({ key, startRevision: FIRST }, server.source, {}).updates()) {
    for (const { kv } of update.events) seen.push(`${kv!.mod_revision}/${new TextDecoder().decode(kv!.key)}`);
    atoms.push([...new Set(update.events.map(({ kv }) => kv!.mod_revision))]);
    if (update.events.at(-1)?.kv?.mod_revision === lastOf(world)) break;
  }
  return { seen, atoms };
}

function expected(world: World): string[] {
  return world.sizes.flatMap((size, index) =>
    Array.from({ length: size }, (_, at) => `${FIRST + BigInt(index)}/k${at}`),
  );
}

/** Nothing skipped, repeated or reordered; no revision in two updates. */
async function check(world: World): Promise<void> {
  const { seen, atoms } = await follow(world);
  expect(seen).toEqual(expected(world));
  expect(atoms.flat()).toEqual([...new Set(atoms.flat())]);
}

describe('a watch over streams that are cut', () => {
  const plain: World = { sizes: [1, 3, 2, 1, 4], batch: 2, fragment: 2, progressEvery: 1, cuts: [], overlap: 0 };
  const all = [...messages(plain, FIRST)].length;

  it.each(Array.from({ length: all + 1 }, (_, cut) => cut))(
    'misses nothing when the first is cut after %d messages',
    (cut) => check({ ...plain, cuts: [cut] }),
  );

  it.each(Array.from({ length: all + 1 }, (_, cut) => cut))(
    'nor when every one is cut after %d messages, where it gets on at all',
    (cut) => check({ ...plain, cuts: Array.from({ length: 12 }, () => cut) }),
  );

  it('misses nothing whatever the history, the packing and the cuts', async () => {
    const world: fc.Arbitrary<World> = fc.record({
      sizes: fc.array(fc.integer({ min: 1, max: 5 }), { minLength: 1, maxLength: 12 }),
      batch: fc.integer({ min: 1, max: 4 }),
      fragment: fc.integer({ min: 1, max: 6 }),
      progressEvery: fc.integer({ min: 0, max: 3 }),
      cuts: fc.array(fc.integer({ min: 0, max: 20 }), { maxLength: 10 }),
      overlap: fc.integer({ min: 0, max: 2 }),
    });
    await fc.assert(fc.asyncProperty(world, check), { numRuns: 300 });
  });
});
