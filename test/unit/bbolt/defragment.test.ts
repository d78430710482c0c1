import { describe, expect, it } from 'vitest';
import { defragmentFile, runSteps, updateFile } from '../../../src/bbolt/index.ts';
import { MemoryFiles } from '../../support/memory-files.ts';
import { databaseOf, fileWith, PATH, problemsOf, readTree, type Tree } from './trees.ts';

const tree: Tree = {
  '6b6579': Object.fromEntries(
    Array.from({ length: 500 }, (_, i) => [i.toString(16).padStart(4, '0'), 'ab'.repeat(90)]),
  ),
  '6d657461': { '01': 'aa', '02': { '03': { '04': 'bb' } } },
};

/** A file of which most pages are free. */
function fragmented(): MemoryFiles {
  const files = fileWith(tree);
  updateFile(
    PATH,
    (root) => {
      for (let i = 0; i < 500; i++)
        if (i % 10 !== 0) root.bucket('key')!.delete(Buffer.from(i.toString(16).padStart(4, '0'), 'hex'));
    },
    files,
  );
  return files;
}

describe('defragmenting a file', () => {
  it('keeps every key, bucket and sequence, and gives back the room', async () => {
    const files = fragmented();
    const before = databaseOf(files);
    const expected = readTree(before.root);
    const sizes = await defragmentFile(PATH, {}, files);
    const after = databaseOf(files);
    expect(readTree(after.root)).toEqual(expected);
    expect(problemsOf(after)).toEqual([]);
    expect(sizes).toEqual({ before: before.size, after: after.size });
    expect(after.size).toBeLessThan(before.size / 3);
    const nested = (database: typeof after) => database.bucket('meta')?.bucket(Buffer.of(2))?.header.sequence;
    expect(nested(after)).toBe(nested(before));
    expect(files.list('/')).toEqual(['db']);
  });

  it('keeps the page size', async () => {
    const files = fileWith(tree, { pageSize: 16384 });
    await defragmentFile(PATH, {}, files);
    expect(databaseOf(files).meta.pageSize).toBe(16384);
  });

  it('leaves the file as it was if any call fails, and nothing beside it', async () => {
    const whole = fragmented();
    const original = whole.bytes(PATH);
    const from = whole.calls.length;
    await defragmentFile(PATH, {}, whole);
    const total = whole.calls.length - from;
    for (let at = 0; at < total; at++) {
      const files = new MemoryFiles();
      files.put(PATH, original);
      const start = files.calls.length;
      let failed = '';
      files.fault = (operation, _path, call) => {
        if (call === start + at) failed = operation;
        return call === start + at ? 'ENOSPC' : undefined;
      };
      await expect(defragmentFile(PATH, {}, files)).rejects.toThrow('no space left on device');
      // Once the new file has its place there is no way back.
      if (files.calls.some((call) => call.startsWith('rename')) && failed !== 'rename') continue;
      expect(Buffer.compare(files.bytes(PATH), original)).toBe(0);
      expect(files.list('/')).toEqual(['db']);
    }
  });

  it('can be stopped, and then leaves nothing', async () => {
    const files = fragmented();
    const bytes = files.bytes(PATH);
    const signal = AbortSignal.abort(new Error('stopped'));
    await expect(defragmentFile(PATH, { signal }, files)).rejects.toThrow('stopped');
    expect(files.bytes(PATH)).toEqual(bytes);
    expect(files.list('/')).toEqual(['db']);
  });
});

describe('runSteps', () => {
  it('returns what the steps return, and lets others have their turn', async () => {
    let turns = 0;
    let others = 0;
    const timer = setInterval(() => others++, 1);
    await expect(runSteps(busy(100), { onTurn: () => turns++ })).resolves.toBe('done');
    clearInterval(timer);
    expect(turns).toBeGreaterThan(0);
    expect(others).toBeGreaterThan(0);
  });

  it('stops in between, and lets the steps clean up', async () => {
    const controller = new AbortController();
    let cleaned = false;
    function* endless(): Generator<void, never> {
      try {
        for (;;) yield;
      } finally {
        cleaned = true;
      }
    }
    const run = runSteps(endless(), { signal: controller.signal, onTurn: () => controller.abort(new Error('enough')) });
    await expect(run).rejects.toThrow('enough');
    expect(cleaned).toBe(true);
  });

  it('hands on what a step throws', async () => {
    await expect(runSteps(failing())).rejects.toThrow('broken');
  });
});

function* busy(ms: number): Generator<void, string> {
  for (const until = performance.now() + ms; performance.now() < until; ) yield;
  return 'done';
}

function* failing(): Generator<void, never> {
  yield;
  throw new Error('broken');
}
