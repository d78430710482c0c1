import { array, assert, constantFrom, integer, oneof, property, record, type Arbitrary } from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Database, openDatabase, updateFile, type WriteBucket } from '../../../src/bbolt/index.ts';
import { MemoryFiles } from '../../support/memory-files.ts';
import {
  anyKey,
  anyOptions,
  anyTree,
  anyValue,
  databaseOf,
  fileWith,
  PATH,
  problemsOf,
  readTree,
  type Tree,
} from './trees.ts';

type Change =
  | { readonly kind: 'put'; readonly bucket: string; readonly key: string; readonly value: string }
  | { readonly kind: 'delete'; readonly bucket: string; readonly key: string }
  | { readonly kind: 'deleteEvery'; readonly bucket: string; readonly step: number }
  | { readonly kind: 'dropBucket'; readonly bucket: string }
  | { readonly kind: 'nest'; readonly bucket: string; readonly key: string; readonly value: string };

const bytes = (hex: string): Buffer => Buffer.from(hex, 'hex');

const change: Arbitrary<Change> = oneof(
  record({ kind: constantFrom('put' as const), bucket: anyKey, key: anyKey, value: anyValue }),
  record({ kind: constantFrom('delete' as const), bucket: anyKey, key: anyKey }),
  record({ kind: constantFrom('deleteEvery' as const), bucket: anyKey, step: integer({ min: 1, max: 3 }) }),
  record({ kind: constantFrom('dropBucket' as const), bucket: anyKey }),
  record({ kind: constantFrom('nest' as const), bucket: anyKey, key: anyKey, value: anyValue }),
);

/** Half of the time a change is to a bucket, and a key, that is there. */
function aimed(given: Change, tree: Tree, salt: number): Change {
  const buckets = Object.keys(tree);
  const bucket = salt % 2 === 0 && buckets.length > 0 ? (buckets[salt % buckets.length] ?? '') : given.bucket;
  const within = tree[bucket];
  if (given.kind !== 'delete' || typeof within !== 'object') return { ...given, bucket };
  const keys = Object.keys(within);
  return { ...given, bucket, key: keys[salt % keys.length] ?? given.key };
}

function applyToModel(tree: Record<string, string | Tree>, given: Change): void {
  const known = tree[given.bucket];
  const bucket: Record<string, string | Tree> = typeof known === 'object' ? { ...known } : {};
  if (given.kind === 'dropBucket') delete tree[given.bucket];
  else if (given.kind === 'put' && typeof bucket[given.key] !== 'object') bucket[given.key] = given.value;
  else if (given.kind === 'nest' && typeof bucket[given.key] !== 'string') {
    const within = bucket[given.key];
    bucket[given.key] = { ...(typeof within === 'object' ? within : {}), ff: given.value };
  } else if (given.kind === 'delete' && typeof bucket[given.key] === 'string') delete bucket[given.key];
  else if (given.kind === 'deleteEvery') {
    const keys = Object.keys(bucket).sort();
    for (let i = 0; i < keys.length; i += given.step) if (typeof bucket[keys[i]!] === 'string') delete bucket[keys[i]!];
  }
  if (given.kind !== 'dropBucket') tree[given.bucket] = bucket;
}

function applyToFile(root: WriteBucket, given: Change, before: Tree): void {
  if (given.kind === 'dropBucket') {
    if (given.bucket in before) root.deleteBucket(bytes(given.bucket));
    return;
  }
  const bucket = root.bucketOrCreate(bytes(given.bucket));
  const within = before[given.bucket];
  const keys = typeof within === 'object' ? within : {};
  if (given.kind === 'deleteEvery') {
    const sorted = Object.keys(keys).sort();
    for (let i = 0; i < sorted.length; i += given.step) {
      if (typeof keys[sorted[i]!] === 'string') expect(bucket.delete(bytes(sorted[i]!))).toBe(true);
    }
    return;
  }
  const known = keys[given.key];
  if (given.kind === 'put' && typeof known !== 'object') bucket.put(bytes(given.key), bytes(given.value));
  if (given.kind === 'delete' && typeof known !== 'object') {
    expect(bucket.delete(bytes(given.key))).toBe(known !== undefined);
  }
  if (given.kind === 'nest' && typeof known !== 'string') {
    bucket.bucketOrCreate(bytes(given.key)).put(Buffer.of(0xff), bytes(given.value));
  }
}

const tree: Tree = {
  '6b6579': Object.fromEntries(
    Array.from({ length: 200 }, (_, i) => [i.toString(16).padStart(4, '0'), 'ab'.repeat(60)]),
  ),
  '6d657461': { '01': 'aa' },
};

const rewrite = (root: WriteBucket): void => {
  root.deleteBucket('meta');
  root.createBucket('meta').put('x', Buffer.from('new'));
  root.bucket('key')!.put(bytes('00c8'), Buffer.alloc(200, 1));
  root.bucket('key')!.delete(bytes('0000'));
};

const states = (): { before: Tree; after: Tree } => {
  const files = fileWith(tree);
  const before = readTree(databaseOf(files).root);
  updateFile(PATH, rewrite, files);
  return { before, after: readTree(databaseOf(files).root) };
};

const failing = (root: WriteBucket): void => {
  root.deleteBucket('key');
  throw new Error('changed my mind');
};

describe('an update', () => {
  it('leaves what a model of it says, in a file that passes the check', () => {
    assert(
      property(
        anyTree,
        anyOptions,
        array(array(change, { maxLength: 8 }), { maxLength: 4 }),
        (tree, options, rounds) => {
          const files = fileWith(tree, options);
          const model: Record<string, string | Tree> = { ...tree };
          let salt = 0;
          for (const round of rounds) {
            updateFile(
              PATH,
              (root) => {
                for (const given of round) {
                  const before = { ...model };
                  const here = aimed(given, before, salt++);
                  applyToModel(model, here);
                  applyToFile(root, here, before);
                }
              },
              files,
            );
            const database = databaseOf(files);
            expect(problemsOf(database)).toEqual([]);
            expect(readTree(database.root)).toEqual(model);
          }
        },
      ),
      { numRuns: 150 },
    );
  });

  it('is whole or not there, wherever the power fails', () => {
    const { before, after } = states();
    expect(after).not.toEqual(before);
    const seen = new Set<boolean>();
    const files = fileWith(tree);
    const calls = files.calls.length;
    updateFile(PATH, rewrite, files);
    const total = files.calls.length - calls;
    for (let at = 0; at < total; at++) {
      for (let variant = 0; variant < 12; variant++) {
        const trial = fileWith(tree);
        const from = trial.calls.length;
        trial.fault = (_operation, _path, call) => (call === from + at ? 'EIO' : undefined);
        expect(() => updateFile(PATH, rewrite, trial)).toThrow();
        let random = at * 7919 + variant * 104729 + 1;
        const database = databaseOf(trial.crash(() => (random = (random * 48271) % 2147483647) % 2 === 0));
        expect(problemsOf(database)).toEqual([]);
        const found = readTree(database.root);
        const isNew = database.meta.txid === 2n;
        seen.add(isNew);
        expect(found).toEqual(isNew ? after : before);
      }
    }
    expect(seen).toEqual(new Set([false, true]));
  });

  it('writes data, then the meta page that is not in use, each made durable', () => {
    const files = fileWith(tree);
    const from = files.calls.length;
    updateFile(PATH, rewrite, files);
    const calls = files.calls.slice(from).map((call) => call.split(' ')[0]);
    expect(calls.filter((call) => call !== 'read' && call !== 'stat')).toEqual([
      'open',
      'truncate',
      'sync',
      'write',
      'sync',
      'write',
      'sync',
      'close',
    ]);
    expect(databaseOf(files).meta.txid).toBe(2n);
  });

  it('changes nothing if nothing was changed, or the change threw', () => {
    const files = fileWith(tree);
    const before = files.bytes(PATH);
    expect(updateFile(PATH, (root) => root.bucket('meta')!.get(bytes('01')), files)).toEqual(bytes('aa'));
    expect(() => updateFile(PATH, failing, files)).toThrow('changed my mind');
    expect(files.bytes(PATH)).toEqual(before);
  });

  it('lists the pages it gave up, where the file keeps such a list', () => {
    const files = fileWith(tree, { freelist: 'written' });
    const { pageCount } = databaseOf(files).meta;
    updateFile(PATH, (root) => root.deleteBucket('key'), files);
    const database = databaseOf(files);
    expect(problemsOf(database)).toEqual([]);
    // All pages of old, but for the two meta pages, are free now; the name and the list are on new ones.
    expect(database.meta.pageCount).toBe(pageCount + 2);
    const bare = fileWith(tree, { freelist: 'absent' });
    updateFile(PATH, (root) => root.deleteBucket('key'), bare);
    expect(databaseOf(bare).meta.freelistPage).toBeUndefined();
    expect(problemsOf(databaseOf(bare))).toEqual([]);
  });

  it('works on a file with room to grow behind its pages', () => {
    const files = fileWith(tree);
    const file = files.open(PATH, 'update');
    file.truncate(file.size() * 4);
    file.close();
    updateFile(PATH, rewrite, files);
    expect(readTree(databaseOf(files).root)).toEqual(states().after);
  });

  it.each<[string, (root: WriteBucket) => unknown, string]>([
    ['a bucket that is there', (root) => root.createBucket('key'), 'bucket already exists'],
    ['a bucket in place of a key', (root) => root.bucket('meta')!.createBucket(bytes('01')), 'incompatible value'],
    ['a bucket without a name', (root) => root.createBucket(''), 'bucket name required'],
    ['no bucket, deleted', (root) => root.deleteBucket('nope'), 'bucket not found'],
    ['a key, deleted as a bucket', (root) => root.bucket('meta')!.deleteBucket(bytes('01')), 'incompatible value'],
    ['a bucket, deleted as a key', (root) => root.delete('key'), 'incompatible value'],
    ['a key in place of a bucket', (root) => root.put('key', Buffer.alloc(1)), 'incompatible value'],
    ['an empty key', (root) => root.bucket('key')!.put('', Buffer.alloc(1)), 'key required'],
  ])('refuses %s', (_, run, message) => {
    expect(() => updateFile(PATH, run, fileWith(tree))).toThrow(message);
  });

  it('forgets a bucket that it made and dropped', () => {
    const files = fileWith(tree);
    updateFile(
      PATH,
      (root) => {
        root.createBucket('new').put('a', Buffer.alloc(5000));
        root.deleteBucket('new');
        expect(root.bucket('new')).toBeUndefined();
        root.bucket('meta')!.put('b', Buffer.alloc(1));
      },
      files,
    );
    expect(Object.keys(readTree(databaseOf(files).root))).toEqual(['6b6579', '6d657461']);
    expect(problemsOf(databaseOf(files))).toEqual([]);
  });

  it('reports a file that is none', () => {
    const files = new MemoryFiles();
    files.put(PATH, Buffer.alloc(100));
    expect(() => updateFile(PATH, () => undefined, files)).toThrow('invalid database');
    expect(files.calls.at(-1)).toBe(`close ${PATH}`);
    expect(() => openDatabase('/none', files)).toThrow('no such file');
    expect(() => new Database(files.open(PATH, 'read'))).toThrow('invalid database');
  });
});
