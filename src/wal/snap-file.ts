import { join } from 'node:path';
import { crc32c, discardTree, type FileSystem, readFully, writeFully } from '../base/index.ts';
import { type ConfState, RaftSnapshot, SnapshotFile } from '../wire/disk.ts';
import { WalError } from './errors.ts';
import type { SnapshotMark } from './messages.ts';

/** The largest that one member would send to another. */
const MAX_FILE_BYTES = 512 * 1024 * 1024;

/** A raft snapshot: the membership, and what etcd's old store held, at a place in the log. */
export interface Snapshot {
  readonly index: bigint;
  readonly term: bigint;
  readonly confState: ConfState;
  readonly data: Uint8Array;
}

const hex16 = (value: bigint): string => value.toString(16).padStart(16, '0');

export const snapFileName = (term: bigint, index: bigint): string => `${hex16(term)}-${hex16(index)}.snap`;

/** Writes a snapshot's file and makes it durable; a failure leaves nothing behind. Returns its path. */
export function writeSnapFile(files: FileSystem, directory: string, snapshot: Snapshot): string {
  const { index, term, confState, data } = snapshot;
  const body = RaftSnapshot.encode({ data, metadata: { conf_state: confState, index, term } }).finish();
  const path = join(directory, snapFileName(term, index));
  const file = files.open(path, 'create');
  try {
    writeFully(file, SnapshotFile.encode({ crc: crc32c(body), data: body }).finish(), 0);
    file.fsync();
  } catch (error) {
    discardTree(files, path);
    throw error;
  } finally {
    file.close();
  }
  files.syncDirectory(directory);
  return path;
}

/** Reads a snapshot's file; throws `corrupt` if it is damaged or empty. */
export function readSnapFile(files: FileSystem, path: string): Snapshot {
  const bytes = readFile(files, path);
  const broken = (reason: string, cause?: unknown): WalError =>
    new WalError('corrupt', `snap: ${reason}: in file '${path}'`, undefined, { cause });
  let envelope: SnapshotFile;
  let body: RaftSnapshot;
  try {
    envelope = SnapshotFile.decode(bytes);
  } catch (cause) {
    throw broken('not a snapshot', cause);
  }
  const { crc = 0, data = new Uint8Array(0) } = envelope;
  if (crc === 0 || data.length === 0) throw broken('empty snapshot');
  if (crc !== crc32c(data)) throw broken('crc mismatch');
  try {
    body = RaftSnapshot.decode(data);
  } catch (cause) {
    throw broken('not a snapshot', cause);
  }
  const { conf_state = emptyConfState(), index = 0n, term = 0n } = body.metadata ?? {};
  return { index, term, confState: conf_state, data: body.data ?? new Uint8Array(0) };
}

/**
 * The newest snapshot whose file is whole and which is among `marks`, those
 * the log knows; undefined if there is none. `onBroken` hears of newer files
 * that are damaged and had to be passed over.
 */
export function readNewestSnapFile(
  files: FileSystem,
  directory: string,
  marks: readonly SnapshotMark[],
  onBroken: (path: string, error: WalError) => void = () => {},
): Snapshot | undefined {
  const names = files.list(directory).filter((name) => name.endsWith('.snap'));
  for (const name of names.reverse()) {
    const path = join(directory, name);
    try {
      const snapshot = readSnapFile(files, path);
      if (marks.some(({ index, term }) => index === snapshot.index && term === snapshot.term)) return snapshot;
    } catch (error) {
      if (!(error instanceof WalError)) throw error;
      onBroken(path, error);
    }
  }
  return undefined;
}

const emptyConfState = (): ConfState => ({ voters: [], learners: [], voters_outgoing: [], learners_next: [] });

function readFile(files: FileSystem, path: string): Uint8Array {
  const file = files.open(path, 'read');
  try {
    const size = file.size();
    if (size > MAX_FILE_BYTES) throw new WalError('corrupt', `snap: ${size} bytes are too many: in file '${path}'`);
    const bytes = new Uint8Array(size);
    return bytes.subarray(0, readFully(file, bytes, 0));
  } finally {
    file.close();
  }
}
