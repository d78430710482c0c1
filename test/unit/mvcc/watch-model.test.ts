import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Event, WatchResponse } from '../../../src/wire/index.ts';
import { del, FakeStream, openWorld, opDel, opPut, put, text, txn, type World } from './harness.ts';
import { type Change, inRange, Model, type Pair, pairOf } from './model.ts';

const SEED = 20_261_125;

const key = fc.constantFrom('a', 'b', 'c', 'd');
const end = fc.constantFrom('', '', 'c', '\0');

interface Watch {
  readonly key: string;
  readonly end: string;
  readonly startRevision: bigint;
  readonly filter: '' | 'puts' | 'deletes';
  readonly prevKv: boolean;
  readonly fragment: boolean;
  readonly stream: number;
}

const aWatch: fc.Arbitrary<Watch> = fc
  .record({
    key,
    end,
    startRevision: fc.oneof(fc.constant(0n), fc.bigInt(1n, 40n)),
    filter: fc.constantFrom('', '', 'puts', 'deletes'),
    prevKv: fc.boolean(),
    fragment: fc.boolean(),
    stream: fc.nat(2),
  })
  .filter(({ key, end }) => end === '' || end === '\0' || key < end);

type Step =
  | { readonly watch: Watch }
  | { readonly put: string; readonly value: string }
  | { readonly delete: string; readonly end: string }
  | { readonly txn: readonly string[]; readonly doomed: string }
  | { readonly compact: number }
  | { readonly advance: number }
  | { readonly capacity: number; readonly stream: number }
  | { readonly progress: number }
  | { readonly restore: true };

const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 3, arbitrary: aWatch.map((watch) => ({ watch })) },
  { weight: 6, arbitrary: fc.record({ put: key, value: fc.constantFrom('1', 'v'.repeat(300)) }) },
  { weight: 2, arbitrary: fc.record({ delete: key, end }) },
  { weight: 3, arbitrary: fc.record({ txn: fc.uniqueArray(key, { minLength: 1 }), doomed: key }) },
  { weight: 1, arbitrary: fc.nat(10).map((compact) => ({ compact })) },
  { weight: 3, arbitrary: fc.nat(20).map((advance) => ({ advance })) },
  { weight: 2, arbitrary: fc.record({ capacity: fc.nat(4), stream: fc.nat(2) }) },
  { weight: 1, arbitrary: fc.nat(2).map((progress) => ({ progress })) },
  { weight: 1, arbitrary: fc.constant({ restore: true as const }) },
);

/** An event as the model has it. */
const expectedEvent = (change: Change, prevKv: boolean): object => ({
  isDelete: change.isDelete,
  key: change.key,
  revision: change.revision,
  now: change.now,
  // The model knows what compaction may have taken: then nothing is fine too.
  before: prevKv && !(change.now && change.now.create === change.revision) ? change.before : undefined,
});

const shownEvent = ({ type, kv, prev_kv: before }: Event): { before: Pair | undefined; [field: string]: unknown } => ({
  isDelete: type === 1,
  key: text(kv!.key),
  revision: kv!.mod_revision,
  now: type === 1 ? undefined : pairOf(kv!),
  before: before && pairOf(before),
});

class Run {
  readonly world: World = openWorld({ compactionBatchLimit: 2 });
  readonly model = new Model();
  readonly streams = [0, 1, 2].map(() => new FakeStream(this.world.store, { maxResponseBytes: 700 }));
  /** Watchers by stream and id, with the revision they begin at. */
  readonly watches: { watch: Watch; id: bigint; from: bigint }[] = [];
  #next = [0n, 0n, 0n];

  step(step: Step): void {
    const { world, model } = this;
    const { store } = world;
    if ('watch' in step) this.#watch(step.watch);
    else if ('put' in step) {
      store.put(put(step.put, step.value));
      model.put(put(step.put, step.value));
    } else if ('delete' in step) {
      store.deleteRange(del(step.delete, step.end));
      model.deleteRange(del(step.delete, step.end));
    } else if ('txn' in step) {
      const request = txn([
        ...step.txn.map((key) => opPut(key, 'txn')),
        ...(step.txn.includes(step.doomed) ? [] : [opDel(step.doomed)]),
      ]);
      store.txn(request);
      model.txn(request);
    } else if ('compact' in step) {
      const revision = model.revision - BigInt(step.compact);
      if (revision <= model.compacted || revision < 1n) return;
      store.compact(revision);
      model.compact(revision);
    } else if ('advance' in step) world.clock.advance(step.advance);
    else if ('capacity' in step) this.streams[step.stream]!.open(step.capacity);
    else if ('progress' in step) this.streams[step.progress]!.requestProgress();
    else store.restore(world.disk.copy());
  }

  /** Lets everything through. */
  finish(): void {
    for (let i = 0; i < 20; i++) {
      for (const stream of this.streams) stream.open();
      this.world.clock.advance(100);
    }
  }

  #watch(watch: Watch): void {
    const { key, end, startRevision, filter, prevKv, fragment, stream } = watch;
    const id = this.#next[stream]!++;
    this.streams[stream]!.watch(key, end, {
      start_revision: startRevision,
      filters: filter === '' ? [] : filter === 'puts' ? [0] : [1],
      prev_kv: prevKv,
      fragment,
    });
    this.watches.push({ watch, id, from: startRevision === 0n ? this.model.revision + 1n : startRevision });
  }

  expected({ watch, from }: Run['watches'][number]): Change[] {
    const { key, end, filter } = watch;
    return this.model.changes.filter(
      (change) =>
        change.revision >= from &&
        inRange(change.key, key, end) &&
        (filter === '' || (filter === 'puts') === change.isDelete),
    );
  }
}

describe('watches against all that happened', () => {
  it('[inv 25] [inv 26] [inv 27] [inv 28] [inv 30] each hears all of it in order, once, whole revisions, or is told what was compacted', () => {
    fc.assert(
      fc.property(fc.array(step, { minLength: 20, maxLength: 80 }), (steps) => {
        const run = new Run();
        for (const each of steps) run.step(each);
        run.finish();
        for (const each of run.watches) check(run, each);
        for (const [index, stream] of run.streams.entries()) checkProgress(run, index, stream.received);
      }),
      { seed: SEED, numRuns: 150 },
    );
  });
});

function check(run: Run, each: Run['watches'][number]): void {
  const responses = run.streams[each.watch.stream]!.received.filter(({ watch_id: id }) => id === each.id);
  const heard = responses.flatMap(({ events }) => events.map(shownEvent));
  const all = run.expected(each);
  const expected = all.slice(0, heard.length).map((change) => expectedEvent(change, each.watch.prevKv));
  for (const [i, event] of heard.entries()) {
    // Only what was compacted meanwhile may be missing.
    const wanted = expected[i];
    if (event.before === undefined && run.model.compacted >= 0n)
      expect(event).toEqual({ ...wanted, before: undefined });
    else expect(event).toEqual(wanted);
  }
  const cancelled = responses.find(({ canceled }) => canceled);
  if (cancelled) {
    expect(responses.at(-1)).toBe(cancelled);
    expect(cancelled.compact_revision).toBeGreaterThan(0n);
    const next = all[heard.length];
    // It had not heard something that came before that revision, or not begun.
    if (next) expect(each.from < cancelled.compact_revision).toBe(true);
  } else {
    expect(heard).toHaveLength(all.length);
  }
  checkWholeRevisions(responses);
}

/** No response begins within the revision that the one before ended with, but for fragments. */
function checkWholeRevisions(responses: readonly WatchResponse[]): void {
  let last = 0n;
  let isFragment = false;
  for (const { events, fragment, header } of responses) {
    const [first, final] = [events[0]?.kv?.mod_revision, events.at(-1)?.kv?.mod_revision];
    if (first === undefined || final === undefined) continue;
    if (!isFragment) expect(first).toBeGreaterThan(last);
    expect(header!.revision).toBeGreaterThanOrEqual(final);
    last = final;
    isFragment = fragment;
  }
  expect(isFragment).toBe(false);
}

/** A notice of progress stands behind all events up to its revision, of every watcher of the stream that goes on. */
function checkProgress(run: Run, index: number, received: readonly WatchResponse[]): void {
  for (const [at, notice] of received.entries()) {
    if (notice.watch_id !== -1n || notice.created) continue;
    for (const each of run.watches.filter(({ watch }) => watch.stream === index)) {
      const [before, after] = [received.slice(0, at), received.slice(at)].map((part) =>
        part.filter(({ watch_id: id }) => id === each.id),
      );
      const isCreated = before!.some(({ created }) => created);
      if (!isCreated) continue;
      for (const { events } of after!)
        for (const { kv } of events) expect(kv!.mod_revision).toBeGreaterThan(notice.header!.revision);
    }
  }
}
