import { beforeEach, describe, expect, it } from 'vitest';
import { FileError } from '../../../src/base/index.ts';
import { type RestoreOptions, SnapshotError } from '../../../src/snapshot/index.ts';
import { DATA, DATABASE, RestoreBench, SNAPSHOT } from './restore-bench.ts';
import { contentOf, databaseBytes, withDigest } from './sample-snapshot.ts';

let bench: RestoreBench;
beforeEach(() => {
  bench = new RestoreBench();
});

describe('a snapshot that can not be restored', () => {
  const database = databaseBytes();
  const whole = withDigest(database);
  const flipped = Uint8Array.from(whole);
  flipped[5000] = (flipped[5000] ?? 0) ^ 1;

  it.each([
    ['without a digest', database, 'digest-missing', /^snapshot missing hash but --skip-hash-check=false$/],
    ['cut short', whole.subarray(0, 9000), 'digest-missing', /^snapshot missing hash/],
    [
      'cut short by pages',
      whole.subarray(0, 8192 + 32),
      'digest-wrong',
      /^expected sha256 \[[0-9 ]+\], got \[[0-9 ]+\]$/,
    ],
    ['with a bit changed', flipped, 'digest-wrong', /^expected sha256 \[/],
    ['of no bytes', new Uint8Array(0), 'invalid', /^invalid database: the snapshot is empty$/],
    ['of no database', withDigest(new Uint8Array(8192).fill(9)), 'invalid', /^\/in\/snap.db: invalid database/],
    [
      'of another program',
      withDigest(databaseBytes({ data: {} })),
      'invalid',
      /not a snapshot of etcd: it has no bucket "key"$/,
    ],
    [
      'of keys that are no revisions',
      withDigest(databaseBytes({ key: { x: '' }, meta: {} })),
      'invalid',
      /bucket "key" holds a key that is no revision$/,
    ],
  ])('%s is refused, and leaves nothing', async (_, bytes, fault, message) => {
    bench.files.put(SNAPSHOT, bytes);
    const failure = bench.restore();
    await expect(failure).rejects.toThrow(message);
    await expect(failure).rejects.toMatchObject({ name: 'SnapshotError', fault });
    expect(bench.made()).toEqual([]);
  });

  it('is refused for a broken page, if there is no digest to go by', async () => {
    const torn = withDigest(database);
    // The page after the metas says that it is another.
    torn[2 * 4096] = 0x77;
    bench.files.put(SNAPSHOT, torn);
    const failure = bench.restore({ skipHashCheck: true });
    await expect(failure).rejects.toThrow(/^snapshot file integrity check failed\. \d+ errors found\.\npage 2: /);
    expect(bench.made()).toEqual([]);
  });

  it('is told by its name', async () => {
    await expect(bench.restore({ source: '/in/missing' })).rejects.toThrow('open /in/missing: no such file');
    expect(bench.made()).toEqual([]);
  });

  it.each([
    ['without a digest', database],
    ['with a wrong one', Buffer.concat([database, Buffer.alloc(32)])],
  ])('%s is restored when the check is skipped', async (_, bytes) => {
    bench.files.put(SNAPSHOT, bytes);
    await bench.restore({ skipHashCheck: true });
    expect(Object.keys(contentOf(bench.files, DATABASE).key ?? {})).toHaveLength(4);
  });
});

describe('a data directory that is there', () => {
  it.each([
    ['has a file', () => bench.files.put(`${DATA}/x`, new Uint8Array(1))],
    ['has a member', () => bench.files.makeDirectories(`${DATA}/member`)],
    ['is a file', () => bench.files.put(DATA, new Uint8Array(1))],
  ])('and %s is left alone', async (_, prepare) => {
    prepare();
    const before = bench.made();
    await expect(bench.restore()).rejects.toMatchObject({
      fault: 'exists',
      message: 'data-dir "/out/data" not empty or could not be read',
    });
    expect(bench.made()).toEqual(before);
  });
});

describe('a configuration that can not be', () => {
  it.each([
    [{ initialAdvertisePeerUrls: ['abc'] }, 'URL scheme must be http, https, unix, or unixs: abc'],
    [{ initialCluster: 'b=x' }, 'URL scheme must be http, https, unix, or unixs: x'],
    [{ name: 'nope' }, `couldn't find local name "nope" in the initial cluster configuration`],
    [{ initialCluster: '' }, `couldn't find local name "b" in the initial cluster configuration`],
  ])('is refused before anything is read: %j', async (more, message) => {
    await expect(bench.restore(more)).rejects.toMatchObject({ message });
    expect(bench.files.calls.filter((call) => call.startsWith('open'))).toEqual([]);
    expect(bench.events).toEqual([]);
  });
});

describe('a failure at any call', () => {
  it.each([
    ['ENOSPC', undefined],
    ['EIO', undefined],
    ['EACCES', '/logs/wal'],
  ])('with %s (log in %s) is told and leaves nothing behind', async (code, walDir) => {
    const more: Partial<RestoreOptions> = walDir === undefined ? {} : { walDir };
    const first = bench.files.calls.length;
    await bench.restore(more);
    const calls = bench.files.calls.length - first;
    expect(calls).toBeGreaterThan(50);
    for (let at = 0; at < calls; at++) {
      const { files } = (bench = new RestoreBench());
      let failed = '';
      // Once a disk is full or broken it stays so, but what is there can be removed.
      files.fault = (operation, path, call) => {
        if (operation === 'remove' || call < first + at) return undefined;
        failed ||= `${operation} ${path}`;
        return code;
      };
      const outcome: unknown = await bench.restore(more).catch((error: unknown) => error);
      files.fault = () => undefined;
      expect(outcome, failed).toSatisfy((error) => error instanceof FileError || error instanceof SnapshotError);
      expect(bench.made(), failed).toEqual([]);
    }
  });

  it('that fails once in the background is not forgotten', async () => {
    bench.files.put(SNAPSHOT, withDigest(databaseBytes(undefined, 20 * 1024 * 1024)));
    let failed = false;
    bench.files.fault = (operation, path) => {
      if (failed || operation !== 'sync' || !path.endsWith('/db')) return undefined;
      failed = true;
      return 'EIO';
    };
    await expect(bench.restore()).rejects.toThrow('input/output error');
    expect(bench.made()).toEqual([]);
  });

  it('does not hide behind one of the cleaning up', async () => {
    let isFull = false;
    bench.files.fault = (operation, path) => {
      if (isFull && operation === 'remove') return 'EACCES';
      isFull ||= operation === 'write' && path.endsWith('.wal');
      return isFull ? 'ENOSPC' : undefined;
    };
    await expect(bench.restore()).rejects.toThrow('no space left on device');
    expect(bench.events.at(-1)).toMatchObject({ level: 'warn', message: 'failed to remove what was made' });
  });
});

describe('a signal', () => {
  it('stops the copy and leaves nothing behind', async () => {
    bench.files.put(SNAPSHOT, withDigest(databaseBytes(undefined, 5_000_000)));
    const controller = new AbortController();
    const reason = new Error('interrupted');
    const onProgress = ({ doneBytes }: { doneBytes: number }) => {
      if (doneBytes > 2_000_000) controller.abort(reason);
    };
    await expect(bench.restore({ onProgress, signal: controller.signal })).rejects.toBe(reason);
    expect(bench.made()).toEqual([]);
  });
});

describe('short reads and writes', () => {
  it('are carried on', async () => {
    bench.files.fault = (operation, _path, call) => (operation === 'write' && call % 2 === 0 ? 'short' : undefined);
    await bench.restore();
    expect(Object.keys(contentOf(bench.files, DATABASE).key ?? {})).toHaveLength(4);
  });
});
