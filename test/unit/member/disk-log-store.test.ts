import { describe, expect, it } from 'vitest';
import { DiskLogStore, fromDisk } from '../../../src/member/consensus/disk-log-store.ts';
import { LogStorage } from '../../../src/member/consensus/log-store.ts';
import { EMPTY_CONF_STATE, type Entry, NO_BYTES } from '../../../src/raft/index.ts';
import { encodeMemberIds, LogWriter, readLog, readSnapshotMarks } from '../../../src/wal/index.ts';
import { MemoryFiles } from '../../support/memory-files.ts';

const WAL = '/wal';
const SNAP = '/snap';

function begin(): { files: MemoryFiles; store: DiskLogStore } {
  const files = new MemoryFiles();
  files.makeDirectories(SNAP);
  const metadata = encodeMemberIds({ memberId: 1n, clusterId: 2n });
  const writer = LogWriter.create(files, WAL, metadata, { segmentBytes: 100_000 });
  return { files, store: new DiskLogStore(files, SNAP, writer, new LogStorage()) };
}

const entry = (index: bigint, term = 1n): Entry => ({
  type: 'EntryNormal',
  term,
  index,
  data: Buffer.from(`e${index}`),
});
const snapshotAt = (index: bigint, term = 1n) => ({
  index,
  term,
  confState: { ...EMPTY_CONF_STATE, voters: [1n] },
  data: NO_BYTES,
});

describe('a log on disk', () => {
  it('shows entries when they are written, and reads back what it wrote', async () => {
    const { files, store } = begin();
    const written = store.append({
      snapshot: undefined,
      entries: [entry(1n), entry(2n)],
      hardState: { term: 1n, vote: 1n, commit: 1n },
    });
    expect(store.storage.lastIndex()).toBe(0n);
    await written;
    expect(store.storage.lastIndex()).toBe(2n);
    await store.append({ snapshot: undefined, entries: [entry(2n, 2n)], hardState: undefined });
    await store.close();
    const read: Entry[] = [];
    const { hardState } = readLog(files, WAL, { index: 0n, term: 0n }, (e) => void read.push(fromDisk(e)));
    expect(read.map(({ index, term }) => [index, term])).toEqual([
      [1n, 1n],
      [2n, 1n],
      [2n, 2n],
    ]);
    expect(hardState).toEqual({ term: 1n, vote: 1n, commit: 1n });
  });

  it('takes another member’s snapshot in place of its entries, committed in the log before it is used', async () => {
    const { files, store } = begin();
    await store.append({ snapshot: undefined, entries: [entry(1n)], hardState: { term: 1n, vote: 0n, commit: 1n } });
    await store.append({ snapshot: snapshotAt(50n, 2n), entries: [], hardState: { term: 2n, vote: 0n, commit: 50n } });
    expect([store.storage.firstIndex(), store.storage.lastIndex()]).toEqual([51n, 50n]);
    // Even if the power fails at once.
    expect(readSnapshotMarks(files.crash(), WAL).at(-1)?.index).toBe(50n);
  });

  it('writes a snapshot again whose file a crash has left', async () => {
    const { files, store } = begin();
    files.put(`${SNAP}/0000000000000001-0000000000000001.snap`, Buffer.from('torn'));
    await store.append({ snapshot: undefined, entries: [entry(1n)], hardState: { term: 1n, vote: 0n, commit: 1n } });
    let first = 0;
    await store.saveSnapshot(snapshotAt(1n), () => {
      first += 1;
      return undefined;
    });
    expect(first).toBe(1);
    expect(files.bytes(`${SNAP}/0000000000000001-0000000000000001.snap`).length).toBeGreaterThan(10);
  });
});
