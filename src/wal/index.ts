/**
 * wal/: etcd's write-ahead log and .snap files, read and written byte for byte
 * as etcd does. Framing, checksum and segments; the repair of a last record
 * that a crash cut short, and the refusal of all other damage, with file and
 * offset. Reading is streamed; files come in through `base`'s FileSystem.
 */
export { WalError, type WalFault, type WalPosition } from './errors.ts';
export {
  EMPTY_HARD_STATE,
  EMPTY_SNAPSHOT,
  type Entry,
  type HardState,
  type MemberIds,
  decodeMemberIds,
  encodeMemberIds,
  type SnapshotMark,
} from './messages.ts';
export { logExists } from './names.ts';
export { type EntryVisitor, type LogContent, readLog, readSnapshotMarks } from './read.ts';
export type { TornTail } from './record-reader.ts';
export { type Repair, repairLog } from './repair.ts';
export { readNewestSnapFile, readSnapFile, type Snapshot, snapFileName, writeSnapFile } from './snap-file.ts';
export { LogWriter, SEGMENT_BYTES, type WriterOptions } from './writer.ts';
