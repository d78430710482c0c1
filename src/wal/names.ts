import { join } from 'node:path';
import { FileError, type FileSystem } from '../base/index.ts';
import { WalError } from './errors.ts';

/** A segment by its file name: its number in the log, and the index of the first entry expected in it. */
export interface Segment {
  readonly path: string;
  readonly sequence: bigint;
  readonly firstIndex: bigint;
}

const NAME = /^([0-9a-f]{16})-([0-9a-f]{16})\.wal$/;

const hex16 = (value: bigint): string => value.toString(16).padStart(16, '0');

export function segmentName(sequence: bigint, firstIndex: bigint): string {
  return `${hex16(sequence)}-${hex16(firstIndex)}.wal`;
}

/** The segment that a path names; undefined for any other file. */
export function parseSegment(directory: string, name: string): Segment | undefined {
  const [, sequence, index] = NAME.exec(name) ?? [];
  if (sequence === undefined || index === undefined) return undefined;
  return { path: join(directory, name), sequence: BigInt(`0x${sequence}`), firstIndex: BigInt(`0x${index}`) };
}

/** A log has at least one segment. */
export type Segments = readonly [Segment, ...Segment[]];

/** All segments in a directory, oldest first. Throws `not-found` if there is none, `gap` if one is missing between. */
export function listSegments(files: FileSystem, directory: string): Segments {
  return unbroken(namesIn(files, directory));
}

/**
 * The segments to be read for all entries after `index`: from the last one
 * that starts at or before it. What lies before that does not matter.
 */
export function selectSegments(files: FileSystem, directory: string, index: bigint): Segments {
  const all = namesIn(files, directory);
  const from = all.findLastIndex((segment) => segment.firstIndex <= index);
  const [start, ...later] = all.slice(from);
  if (from < 0 || !start) {
    throw new WalError(
      'not-found',
      `wal: file not found which matches the snapshot index '${index}' in '${directory}'`,
    );
  }
  return unbroken([start, ...later]);
}

function namesIn(files: FileSystem, directory: string): Segments {
  const [first, ...rest] = files.list(directory).flatMap((name) => parseSegment(directory, name) ?? []);
  if (!first) throw new WalError('not-found', `wal: file not found: no segment in '${directory}'`);
  return [first, ...rest];
}

function unbroken(segments: Segments): Segments {
  let [previous] = segments;
  for (const segment of segments.slice(1)) {
    if (segment.sequence !== previous.sequence + 1n) {
      throw new WalError('gap', `wal: the segment before '${segment.path}' is missing`);
    }
    previous = segment;
  }
  return segments;
}

/** Whether any log is in a directory; a directory that is not there has none. */
export function logExists(files: FileSystem, directory: string): boolean {
  try {
    return files.list(directory).some((name) => name.endsWith('.wal'));
  } catch (error) {
    if (error instanceof FileError && (error.code === 'ENOENT' || error.code === 'ENOTDIR')) return false;
    throw error;
  }
}
