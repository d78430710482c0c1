import { describe, expect, it } from 'vitest';
import { openSource, type SourceOptions } from '../../../src/snapshot/index.ts';
import { MemoryFiles } from '../../support/memory-files.ts';
import { databaseBytes, withDigest } from './sample-snapshot.ts';

const database = databaseBytes();

/** Files, and who asked for which lock. */
function setUp(): { files: MemoryFiles; locked: string[]; options: SourceOptions } {
  const files = new MemoryFiles();
  files.put('/data/member/snap/db', database);
  files.put('/db', database);
  files.put('/snap.db', withDigest(database));
  files.makeDirectories('/tmp');
  const locked: string[] = [];
  const lock: SourceOptions['lock'] = async (path, timeoutMs) => {
    locked.push(`${path} ${timeoutMs}`);
    return { held: true, release: () => void locked.push(`${path} released`) };
  };
  return { files, locked, options: { files, lock, lockTimeoutMs: 7, temporaryDirectory: '/tmp' } };
}

describe('a database to read', () => {
  it.each([
    ['/data', '/data/member/snap/db'],
    ['/db', '/db'],
  ])('%s is %s, locked until released', async (given, path) => {
    const { options, locked } = setUp();
    const source = await openSource(given, options);
    expect(source.path).toBe(path);
    expect(locked).toEqual([`${path} 7`]);
    source.release();
    expect(locked).toEqual([`${path} 7`, `${path} released`]);
  });

  it('that ends in a digest is no member’s, and not locked', async () => {
    const { options, locked } = setUp();
    (await openSource('/snap.db', options)).release();
    expect(locked).toEqual([]);
  });

  it.each([
    ['/nofile', 'stat /nofile: no such file or directory'],
    ['/tmp', 'stat /tmp/member/snap/db: no such file or directory'],
  ])('%s is not there', async (given, message) => {
    await expect(openSource(given, setUp().options)).rejects.toThrow(message);
  });
});

async function* chunks(...parts: (string | Error)[]): AsyncGenerator<Uint8Array> {
  for (const part of parts) {
    if (part instanceof Error) throw part;
    yield Buffer.from(part);
  }
}

describe('a database from a stream', () => {
  it('lies in a private file until released', async () => {
    const { files, options } = setUp();
    const source = await openSource(chunks('ab', '', 'cde'), options);
    expect(Buffer.from(files.bytes(source.path)).toString()).toBe('abcde');
    expect(files.stat(source.path)?.mode).toBe(0o600);
    const [name = ''] = files.list('/tmp');
    expect(files.stat(`/tmp/${name}`)).toMatchObject({ kind: 'directory', mode: 0o700 });
    source.release();
    source.release();
    expect(files.list('/tmp')).toEqual([]);
  });

  it('is gone when the stream breaks', async () => {
    const { files, options } = setUp();
    await expect(openSource(chunks('ab', new Error('broken')), options)).rejects.toThrow('broken');
    expect(files.list('/tmp')).toEqual([]);
  });

  it('is gone when the disk is full', async () => {
    const { files, options } = setUp();
    files.fault = (operation) => (operation === 'write' ? 'ENOSPC' : undefined);
    await expect(openSource(chunks('ab'), options)).rejects.toMatchObject({ code: 'ENOSPC' });
    expect(files.list('/tmp')).toEqual([]);
  });

  it('is given up at the signal, even while nothing comes', async () => {
    const { files, options } = setUp();
    const controller = new AbortController();
    let ended = false;
    const silent: AsyncIterable<Uint8Array> = {
      [Symbol.asyncIterator]: () => ({
        next: () => new Promise(() => setImmediate(() => controller.abort(new Error('interrupted')))),
        return: async () => {
          ended = true;
          return { done: true, value: undefined };
        },
      }),
    };
    await expect(openSource(silent, { ...options, signal: controller.signal })).rejects.toThrow('interrupted');
    expect(ended).toBe(true);
    expect(files.list('/tmp')).toEqual([]);
  });

  it('is not even begun after the signal', async () => {
    const { files, options } = setUp();
    const signal = AbortSignal.abort(new Error('interrupted'));
    await expect(openSource(chunks('ab'), { ...options, signal })).rejects.toThrow('interrupted');
    expect(files.list('/tmp')).toEqual([]);
  });
});
