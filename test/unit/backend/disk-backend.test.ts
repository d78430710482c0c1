import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { DiskBackend, type DiskBackendOptions, type LogPosition, readDatabase } from '../../../src/backend/index.ts';
import { VirtualClock } from '../../../src/base/index.ts';
import { MemoryFiles } from '../../support/memory-files.ts';

const PATH = '/snap/db';
const bytes = (text: string): Uint8Array => Buffer.from(text);

let clock: VirtualClock;
let files: MemoryFiles;
let locks: string[];
let failures: string[];
let backend: DiskBackend;

const positionOf = (records: Iterable<readonly [Uint8Array, Uint8Array]>): LogPosition => {
  for (const [key, value] of records) {
    if (Buffer.from(key).toString() === 'at') return { index: BigInt(Buffer.from(value).toString()), term: 1n };
  }
  return { index: 0n, term: 0n };
};

function open(on = files): DiskBackend {
  const options: DiskBackendOptions = {
    files: on,
    clock,
    lock: (path) => {
      locks.push(`lock ${path.replace(/[0-9a-f]{10}$/, '*')}`);
      return () => locks.push(`unlock ${path.replace(/[0-9a-f]{10}$/, '*')}`);
    },
    positionRecords: ({ index }) => [[bytes('at'), bytes(String(index))]],
    failed: (error) => failures.push(String(error)),
  };
  return new DiskBackend(PATH, (buckets) => positionOf(buckets.records('meta')), options);
}

/** Time passes, and what it sets off comes to its end. */
async function pass(ms: number): Promise<void> {
  clock.advance(ms);
  await new Promise((resolve) => setImmediate(resolve));
}

/** Lets the backend's syncs wait until each is let go, in order. */
function holdSyncs(): (() => void)[] {
  const held: (() => void)[] = [];
  const open = files.open.bind(files);
  files.open = (path, mode) => {
    const file = open(path, mode);
    const sync = file.fdatasyncAsync.bind(file);
    file.fdatasyncAsync = async () => {
      await new Promise<void>((resolve) => held.push(resolve));
      return sync();
    };
    return file;
  };
  return held;
}

const putAt = (index: number, key: string, value = '1'): void => {
  backend.put('key', bytes(key), bytes(value));
  backend.applied({ index: BigInt(index), term: 1n });
};

/** What the file holds: the position, and the keys of a bucket. */
function found(on = files): string {
  const reader = readDatabase(on.open(PATH, 'read'));
  const keys = [...reader.records('key')].map(([key, value]) =>
    [key, value].map((part) => Buffer.from(part).toString()).join('='),
  );
  return `${positionOf(reader.records('meta')).index}: ${keys.join(' ')}`;
}

beforeEach(() => {
  clock = new VirtualClock();
  files = new MemoryFiles();
  files.makeDirectories('/snap');
  files.syncDirectory('/');
  [locks, failures] = [[], []];
  DiskBackend.create(files, PATH);
  backend = open();
});

afterEach(() => backend.abandon());

describe('[inv 44] a database on disk', () => {
  it('takes what entries changed together with their position, after a while', async () => {
    backend.put('key', bytes('a'), bytes('1'));
    backend.applied({ index: 7n, term: 1n });
    await pass(99);
    expect(found()).toBe('0: ');
    await pass(1);
    expect(found()).toBe('7: a=1');
    expect(backend.position).toEqual({ index: 7n, term: 1n });
  });

  it('takes a position that came with no change, too', async () => {
    backend.applied({ index: 9n, term: 1n });
    await pass(100);
    expect(found()).toBe('9: ');
  });

  it('is written earlier when many changes have gathered, at the end of an entry', async () => {
    for (let i = 0; i < 10_000; i++) backend.put('key', bytes(String(i).padStart(5, '0')), bytes('x'));
    expect(found()).toBe('0: ');
    backend.applied({ index: 3n, term: 1n });
    await pass(0);
    expect(found()).toContain('3: 00000=x');
  });

  it('holds the last of several changes of a key', async () => {
    backend.put('key', bytes('a'), bytes('1'));
    backend.put('key', bytes('b'), bytes('1'));
    backend.delete('key', bytes('a'));
    backend.put('key', bytes('b'), bytes('2'));
    backend.delete('key', bytes('never there'));
    backend.applied({ index: 1n, term: 1n });
    await backend.commit();
    expect(found()).toBe('1: b=2');
  });

  it('is as of some entry, wherever the power fails', async () => {
    const states = ['0: ', ...[1, 2, 3, 4].map((n) => `${n}: a=${n} b=${n}`)];
    const from = files.calls.length;
    const total = 60;
    for (let at = 0; at < total; at += 3) {
      const trial = new MemoryFiles();
      trial.makeDirectories('/snap');
      trial.syncDirectory('/');
      DiskBackend.create(trial, PATH);
      const tried = open(trial);
      const start = trial.calls.length;
      trial.fault = (operation, _path, call) => (call >= start + at && operation !== 'close' ? 'EIO' : undefined);
      for (const n of [1, 2, 3, 4]) {
        for (const key of ['a', 'b']) tried.put('key', bytes(key), bytes(String(n)));
        tried.applied({ index: BigInt(n), term: 1n });
        await tried.commit().catch(() => undefined);
      }
      await tried.abandon();
      let random = at * 7919 + 1;
      const crashed = trial.crash(() => (random = (random * 48_271) % 2_147_483_647) % 2 === 0);
      expect(states).toContain(found(crashed));
    }
    expect(files.calls.length).toBe(from);
  });

  it('says that it failed, once, and does no more', async () => {
    files.fault = (operation) => (operation === 'write' ? 'ENOSPC' : undefined);
    backend.put('key', bytes('a'), bytes('1'));
    backend.applied({ index: 1n, term: 1n });
    await pass(1000);
    files.fault = () => undefined;
    backend.applied({ index: 2n, term: 1n });
    await pass(1000);
    expect(failures).toHaveLength(1);
    expect(failures[0]).toContain('no space left');
    expect(found()).toBe('0: ');
  });

  it('is locked while it is open', async () => {
    await backend.close();
    expect(locks).toEqual([`lock ${PATH}`, `unlock ${PATH}`]);
  });

  it('is smaller after it was written anew, locked all the time, with what came meanwhile', async () => {
    for (let i = 0; i < 200; i++) backend.put('key', bytes(`k${i}`), Buffer.alloc(5000));
    backend.applied({ index: 1n, term: 1n });
    await backend.commit();
    for (let i = 0; i < 200; i++) backend.delete('key', bytes(`k${i}`));
    backend.applied({ index: 2n, term: 1n });
    const before = backend.sizes();
    const rewritten = backend.defragment();
    backend.put('key', bytes('during'), bytes('x'));
    backend.applied({ index: 3n, term: 1n });
    const committed = backend.commit();
    await rewritten;
    await committed;
    expect(backend.sizes().sizeBytes).toBeLessThan(before.sizeBytes / 10);
    expect(found()).toBe('3: during=x');
    expect(locks).toEqual([`lock ${PATH}`, 'lock /snap/db.tmp.*', `unlock ${PATH}`]);
    expect(files.list('/snap')).toEqual(['db']);
  });

  it('stays as it was when it can not be written anew', async () => {
    backend.put('key', bytes('a'), bytes('1'));
    backend.applied({ index: 1n, term: 1n });
    files.fault = (operation, path) => (operation === 'write' && path.includes('db.tmp') ? 'ENOSPC' : undefined);
    await expect(backend.defragment()).rejects.toThrow('no space left');
    files.fault = () => undefined;
    backend.put('key', bytes('b'), bytes('1'));
    backend.applied({ index: 2n, term: 1n });
    await pass(100);
    expect(found()).toBe('2: a=1 b=1');
    expect(files.list('/snap')).toEqual(['db']);
  });

  it('takes what comes while the disk is waited for with the next commit', async () => {
    await backend.close();
    const held = holdSyncs();
    backend = open();
    putAt(1, 'a');
    const first = backend.commit();
    putAt(2, 'a', '2');
    const second = backend.commit();
    // The pages, and then what refers to them: until then nothing is different.
    held.shift()?.();
    await pass(1000);
    held.shift()?.();
    await first;
    expect(found()).toBe('1: a=1');
    for (let sync = 0; sync < 2; sync++) {
      await pass(0);
      held.shift()?.();
    }
    await second;
    expect(found()).toBe('2: a=2');
    expect(failures).toEqual([]);
  });

  it('keeps its file while the disk is waited for, though it is abandoned, and writes nothing more', async () => {
    await backend.close();
    const held = holdSyncs();
    backend = open();
    putAt(1, 'a');
    const commit = backend.commit();
    const refused = expect(commit).rejects.toThrow('the database was closed');
    locks = [];
    const abandoned = backend.abandon();
    expect(locks).toEqual([]);
    held.shift()?.();
    await refused;
    await abandoned;
    expect(locks).toEqual([`unlock ${PATH}`]);
    expect(found()).toBe('0: ');
    await expect(backend.commit()).rejects.toThrow('the database was closed');
    expect(failures).toEqual([]);
  });

  it('tells who asked for a commit that it failed', async () => {
    files.fault = (operation) => (operation === 'sync' ? 'EIO' : undefined);
    putAt(1, 'a');
    await expect(backend.commit()).rejects.toThrow('input/output error');
    expect(failures).toHaveLength(1);
    expect(locks).toEqual([`lock ${PATH}`, `unlock ${PATH}`]);
  });
});
