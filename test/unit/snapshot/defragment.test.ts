import { describe, expect, it } from 'vitest';
import type { LogEvent } from '../../../src/base/index.ts';
import { updateFile } from '../../../src/bbolt/index.ts';
import { defragment, type DefragmentOptions } from '../../../src/snapshot/index.ts';
import { MemoryFiles } from '../../support/memory-files.ts';
import { contentOf, databaseBytes, sampleContent } from './sample-snapshot.ts';

const DATABASE = '/data/member/snap/db';

/** A data directory whose database has free pages. */
function directory(): MemoryFiles {
  const files = new MemoryFiles();
  files.put(DATABASE, databaseBytes());
  const filler = Buffer.alloc(20_000, 7);
  updateFile(DATABASE, (root) => root.createBucket('filler').put('k', filler), files);
  updateFile(DATABASE, (root) => root.deleteBucket('filler'), files);
  return files;
}

function run(files: MemoryFiles, more: Partial<DefragmentOptions> = {}): { done: Promise<void>; told: LogEvent[] } {
  const told: LogEvent[] = [];
  const lock: DefragmentOptions['lock'] = async () => ({ held: true, release: () => files.calls.push('release') });
  return {
    told,
    done: defragment({ dataDir: '/data', lockTimeoutMs: 1, files, lock, log: (e) => told.push(e), ...more }),
  };
}

describe('defragmenting a data directory', () => {
  it('keeps what is there in fewer pages, and tells by how much', async () => {
    const files = directory();
    const before = files.bytes(DATABASE).length;
    const { done, told } = run(files);
    await done;
    expect(files.calls.at(-1)).toBe('release');
    const after = files.bytes(DATABASE).length;
    expect(after).toBeLessThan(before);
    expect(contentOf(files, DATABASE)).toEqual(sampleContent());
    expect(told.map(({ message }) => message)).toEqual(['defragmenting', 'finished defragmenting directory']);
    expect(told[0]?.fields).toMatchObject({ path: DATABASE, 'current-db-size-bytes': before });
    expect(told[1]?.fields).toMatchObject({
      path: DATABASE,
      'current-db-size-bytes': after,
      'current-db-size-bytes-diff': after - before,
    });
  });

  it('leaves all as it was, whatever call fails', async () => {
    const calls = directory().calls.length;
    const whole = directory();
    await run(whole).done;
    const most = whole.calls.length - calls;
    let failures = 0;
    for (let at = 0; at < most; at++) {
      const files = directory();
      const before = contentOf(files, DATABASE);
      const first = files.calls.length;
      files.fault = (_operation, _path, call) => (call === first + at ? 'ENOSPC' : undefined);
      const failed = await run(files).done.then(
        () => false,
        () => true,
      );
      if (failed) failures++;
      files.fault = () => undefined;
      expect(contentOf(files, DATABASE), `call ${at}`).toEqual(before);
    }
    expect(failures).toBeGreaterThan(10);
  });

  it('stops at the signal', async () => {
    const files = directory();
    const signal = AbortSignal.abort(new Error('interrupted'));
    await expect(run(files, { signal }).done).rejects.toThrow('interrupted');
    expect(files.calls.at(-1)).toBe('release');
    expect(files.list('/data/member/snap')).toEqual(['db']);
  });

  it('refuses what is no database, and a directory without one', async () => {
    const files = directory();
    files.put(DATABASE, Buffer.from('no database'));
    await expect(run(files).done).rejects.toMatchObject({ name: 'SnapshotError', fault: 'invalid' });
    await expect(run(files, { dataDir: '/other' }).done).rejects.toThrow('stat /other/member/snap/db: no such file');
  });

  it('goes no further without the lock', async () => {
    const files = directory();
    await expect(run(files, { lock: () => Promise.reject(new Error('locked')) }).done).rejects.toThrow('locked');
  });
});
