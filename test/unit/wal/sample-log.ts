import { crc32c, type FileSystem } from '../../../src/base/index.ts';
import {
  EMPTY_SNAPSHOT,
  type Entry,
  encodeMemberIds,
  type HardState,
  LogWriter,
  readLog,
  type SnapshotMark,
  type WriterOptions,
} from '../../../src/wal/index.ts';

export const DIRECTORY = '/data/member/wal';
export const METADATA = encodeMemberIds({ memberId: 0x8e9e05c52164694dn, clusterId: 0xcdf818194e3a8c32n });

/** An entry whose content tells its index; the size varies, and some hold whole sectors of zeros. */
export function entry(index: bigint, term = 1n): Entry {
  const size = Number((index * 97n) % 700n);
  const data = new Uint8Array(size);
  if (index % 5n !== 0n) for (let i = 0; i < size; i++) data[i] = (i * 7 + Number(index)) & 0xff;
  return { type: 0, term, index, data };
}

export const hardState = (commit: bigint, term = 1n): HardState => ({ term, vote: 7n, commit });

export const mark = (index: bigint, term = 1n): SnapshotMark => ({
  index,
  term,
  confState: { voters: [7n], learners: [], voters_outgoing: [], learners_next: [] },
});

/** A log of `batches` saves of three entries each, over several segments of some kilobytes. */
export async function writeSample(files: FileSystem, batches: number, options: WriterOptions = {}): Promise<void> {
  const writer = LogWriter.create(files, DIRECTORY, METADATA, { segmentBytes: 4000, ...options });
  for (let batch = 0; batch < batches; batch++) {
    const first = BigInt(batch * 3 + 1);
    await writer.save(hardState(first), [entry(first), entry(first + 1n), entry(first + 2n)]);
    if (batch === 2) await writer.saveSnapshot(mark(5n));
  }
  await writer.close();
}

/** The entries that a reader ends up with. */
export function entriesOf(files: FileSystem, start: SnapshotMark = EMPTY_SNAPSHOT): Entry[] {
  const entries: Entry[] = [];
  readLog(files, DIRECTORY, start, (next) => {
    entries.length = Number(next.index - start.index - 1n);
    entries.push(next);
  });
  return entries;
}

/** Entries in a form that is quick to compare, and still to be read when it differs. */
export const summary = (entries: readonly Entry[]): string[] =>
  entries.map(({ type, term, index, data }) => `${index}@${term} type ${type}, ${data.length} bytes ${crc32c(data)}`);

export function segmentPaths(files: FileSystem): string[] {
  return files
    .list(DIRECTORY)
    .filter((name) => name.endsWith('.wal'))
    .map((name) => `${DIRECTORY}/${name}`);
}
