import { array, assert, boolean, integer, property, tuple } from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Updater, type WriteBucket } from '../../../src/bbolt/index.ts';
import { FreePages } from '../../../src/bbolt/free-pages.ts';
import type { MemoryFiles } from '../../support/memory-files.ts';
import { databaseOf, fileWith, PATH, problemsOf, readTree, type Tree } from './trees.ts';

/** A put of so many bytes, or a deletion, of one of a few keys. */
type Change = readonly [key: number, size: number, isPut: boolean];

const anyChange = tuple(integer({ min: 0, max: 400 }), integer({ min: 0, max: 9000 }), boolean());
const anyRounds = array(array(anyChange, { maxLength: 60 }), { minLength: 1, maxLength: 8 });

const keyOf = (key: number): Buffer => Buffer.from(key.toString(16).padStart(4, '0'), 'hex');

function make(root: WriteBucket, changes: readonly Change[]): void {
  const bucket = root.bucketOrCreate('k');
  for (const [key, size, isPut] of changes) {
    if (isPut) bucket.put(keyOf(key), Buffer.alloc(size, key));
    else bucket.delete(keyOf(key));
  }
}

function makeInModel(model: Map<string, string>, changes: readonly Change[]): void {
  for (const [key, size, isPut] of changes) {
    const name = keyOf(key).toString('hex');
    if (isPut) model.set(name, Buffer.alloc(size, key).toString('hex'));
    else model.delete(name);
  }
}

const content = (files: MemoryFiles): Tree => {
  const tree = readTree(databaseOf(files).root)['6b'];
  return typeof tree === 'object' ? tree : {};
};

const inOrder = (model: ReadonlyMap<string, string>): Tree =>
  Object.fromEntries([...model].sort(([a], [b]) => (a < b ? -1 : 1)));

describe('an updater', () => {
  it('leaves after every update what a model says, in a file that passes the check', () => {
    assert(
      property(anyRounds, (rounds) => {
        const files = fileWith({ '6b': {} }, { freelist: 'absent' });
        const updater = Updater.open(files.open(PATH, 'update'));
        const model = new Map<string, string>();
        for (const changes of rounds) {
          updater.update((root) => make(root, changes));
          makeInModel(model, changes);
          expect(problemsOf(databaseOf(files))).toEqual([]);
          expect(content(files)).toEqual(inOrder(model));
        }
        // What it knows to be free is what one that opens the file finds.
        expect(updater.inUseBytes).toBe(Updater.open(files.open(PATH, 'update')).inUseBytes);
      }),
      { numRuns: 60 },
    );
  });

  it.each([
    ['update', async (updater: Updater, changes: readonly Change[]) => updater.update((root) => make(root, changes))],
    [
      'updateAsync',
      (updater: Updater, changes: readonly Change[]) => updater.updateAsync((root) => make(root, changes)),
    ],
  ] as const)(
    'has the state before or after %s, wherever the power fails, pages used again or not',
    async (_, update) => {
      const rounds = [0, 1, 2, 3].map((round) =>
        Array.from({ length: 40 }, (_, i): Change => [i * 3 + round, 150 + 40 * round, (i + round) % 3 > 0]),
      );
      const begin = (): { files: MemoryFiles; updater: Updater } => {
        const files = fileWith({ '6b': {} }, { freelist: 'absent' });
        const updater = Updater.open(files.open(PATH, 'update'));
        for (const changes of rounds.slice(0, 3)) updater.update((root) => make(root, changes));
        return { files, updater };
      };
      const last = rounds[3] ?? [];
      const sample = begin();
      const before = content(sample.files);
      const from = sample.files.calls.length;
      await update(sample.updater, last);
      const calls = sample.files.calls.length - from;
      const after = content(sample.files);
      const found = new Set<string>();
      for (let at = 0; at < calls; at++) {
        for (let variant = 0; variant < 6; variant++) {
          const { files, updater } = begin();
          const start = files.calls.length;
          files.fault = (_operation, _path, call) => (call === start + at ? 'EIO' : undefined);
          await expect(update(updater, last)).rejects.toThrow();
          let random = at * 7919 + variant * 104_729 + 1;
          const crashed = files.crash(() => (random = (random * 48_271) % 2_147_483_647) % 2 === 0);
          expect(problemsOf(databaseOf(crashed))).toEqual([]);
          const state = content(crashed);
          const isNew = JSON.stringify(state) === JSON.stringify(after);
          if (!isNew) expect(state).toEqual(before);
          found.add(isNew ? 'after' : 'before');
        }
      }
      expect(found).toEqual(new Set(['before', 'after']));
    },
  );

  it('uses pages again, so that a file does not grow with what was changed', () => {
    const files = fileWith({ '6b': {} }, { freelist: 'absent' });
    const updater = Updater.open(files.open(PATH, 'update'));
    const changes = Array.from({ length: 200 }, (_, i): Change => [i, 500, true]);
    for (let round = 0; round < 5; round++) updater.update((root) => make(root, changes));
    const { sizeBytes } = updater;
    for (let round = 0; round < 30; round++) updater.update((root) => make(root, changes));
    expect(updater.sizeBytes).toBe(sizeBytes);
    expect(updater.inUseBytes).toBeLessThan(sizeBytes);
  });

  it('writes no more once it was stopped', async () => {
    const files = fileWith({ '6b': {} }, { freelist: 'absent' });
    const updater = Updater.open(files.open(PATH, 'update'));
    const update = updater.updateAsync((root) => make(root, [[1, 1, true]]));
    updater.stop();
    await expect(update).rejects.toThrow('the database was closed');
    expect(() => updater.update((root) => make(root, [[1, 1, true]]))).toThrow('the database was closed');
    expect(content(files)).toEqual({});
  });

  it('does no more after a failure of the file', () => {
    const files = fileWith({ '6b': {} }, { freelist: 'absent' });
    const updater = Updater.open(files.open(PATH, 'update'));
    files.fault = (operation) => (operation === 'sync' ? 'EIO' : undefined);
    expect(() => updater.update((root) => make(root, [[1, 1, true]]))).toThrow('db');
    files.fault = () => undefined;
    expect(() => updater.update((root) => make(root, [[1, 1, true]]))).toThrow('db');
    expect(content(files)).toEqual({});
  });

  it('refuses a file that is damaged', () => {
    const files = fileWith({
      '6b': Object.fromEntries(Array.from({ length: 300 }, (_, i) => [keyOf(i).toString('hex'), 'aa'.repeat(50)])),
    });
    const bytes = files.bytes(PATH);
    bytes.fill(0xff, 3 * 4096, 4 * 4096);
    files.put(PATH, bytes);
    expect(() => Updater.open(files.open(PATH, 'update'))).toThrow('corrupt database');
  });
});

describe('free pages', () => {
  it.each([
    [[5, 3, 4, 9], 1, 3],
    [[5, 3, 4, 9], 2, 3],
    [[5, 3, 4, 9], 3, 3],
    [[9, 8, 3, 5], 2, 8],
    [[1, 3, 5], 2, undefined],
    [[], 1, undefined],
  ])('of %j gives %i in a row from %j', (ids, count, first) => {
    const free = new FreePages(ids);
    expect(free.take(count)).toBe(first);
    expect(free.size).toBe(first === undefined ? ids.length : ids.length - count);
  });
});
