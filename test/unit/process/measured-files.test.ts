import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { nodeFiles, VirtualClock } from '../../../src/base/index.ts';
import { Figures } from '../../../src/figures/index.ts';
import { MeasuredFiles } from '../../../src/process/metrics/measured-files.ts';
import { parseGates } from '../../../src/process/flags/gates.ts';
import { gateFamily } from '../../../src/process/metrics/gate-figures.ts';

describe('files on their way', () => {
  let directory = '';
  beforeAll(() => {
    directory = mkdtempSync(join(tmpdir(), 'measured-'));
  });
  afterAll(() => rmSync(directory, { recursive: true, force: true }));

  /** Those that are not zero. */
  const told = (figures: Figures): Record<string, number | bigint> =>
    Object.fromEntries(
      figures
        .families()
        .flatMap(({ name, samples }) =>
          samples
            .filter(({ suffix, value }) => suffix !== '_bucket' && value !== 0)
            .map(({ suffix = '', value }) => [`${name}${suffix}`, value]),
        ),
    );

  it('count what the log writes and syncs, and what snapshots sync, but not what else there is', async () => {
    const figures = new Figures();
    const files = new MeasuredFiles(nodeFiles, new VirtualClock(), figures);
    const log = files.open(join(directory, '0.wal'), 'create');
    expect(log.writeAt(Buffer.from('abc'), 0)).toBe(3);
    expect(await log.writeAtAsync(Buffer.from('de'), 3)).toBe(2);
    log.fdatasync();
    await log.fdatasyncAsync();
    log.fsync();
    log.close();
    const snap = files.open(join(directory, '1.snap'), 'create');
    snap.writeAt(Buffer.from('xyz'), 0);
    snap.fsync();
    snap.close();
    const image = files.open(join(directory, 'tmp0123456789'), 'create');
    await image.fdatasyncAsync();
    image.close();
    const other = files.open(join(directory, 'db'), 'create');
    other.writeAt(Buffer.from('xyz'), 0);
    other.fdatasync();
    other.close();
    expect(readFileSync(join(directory, '0.wal'), 'utf8')).toBe('abcde');
    expect(told(figures)).toEqual({
      etcd_disk_wal_fsync_duration_seconds_count: 3,
      etcd_disk_wal_write_duration_seconds_count: 2,
      etcd_snap_fsync_duration_seconds_count: 1,
      etcd_snap_db_fsync_duration_seconds_count: 1,
      etcd_disk_wal_write_bytes_total: 5,
    });
  });

  it('are otherwise the files that they are', () => {
    const files = new MeasuredFiles(nodeFiles, new VirtualClock(), new Figures());
    const path = join(directory, 'a', 'b.wal');
    files.makeDirectories(join(directory, 'a'));
    const file = files.open(path, 'create');
    file.writeAt(Buffer.from('0123456789'), 0);
    file.truncate(4);
    const into = Buffer.alloc(8);
    expect(file.readAt(into, 1)).toBe(3);
    expect([file.size(), file.path, into.toString('latin1', 0, 3)]).toEqual([4, path, '123']);
    file.close();
    files.chmod(path, 0o640);
    expect(files.stat(path)).toMatchObject({ kind: 'file', size: 4, mode: 0o640 });
    files.rename(path, `${path}.broken`);
    files.syncDirectory(join(directory, 'a'));
    expect(files.list(join(directory, 'a'))).toEqual(['b.wal.broken']);
    files.remove(`${path}.broken`);
    files.removeTree(join(directory, 'a'));
    expect(files.stat(path)).toBeUndefined();
  });
});

describe('feature gates among the figures', () => {
  it('are one or nothing', () => {
    const { samples } = gateFamily(parseGates('InitialCorruptCheck=true'));
    expect(samples).toContainEqual({ labels: { name: 'InitialCorruptCheck', stage: 'ALPHA' }, value: 1 });
    expect(samples).toContainEqual({ labels: { name: 'CompactHashCheck', stage: 'ALPHA' }, value: 0 });
    expect(samples).toContainEqual({ labels: { name: 'FastLeaseKeepAlive', stage: 'BETA' }, value: 1 });
  });
});
