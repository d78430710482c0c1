import { type File, FileError, readFully } from '../base/index.ts';
import { BulkWriter, Database } from '../bbolt/index.ts';
import { BUCKETS, type BucketName, type BucketReader, type Capture, type Record } from './buckets.ts';

/** Records written between two pauses. */
const STEP_RECORDS = 10_000;
const PIECE_BYTES = 64 * 1024;

/** Writes a database of what the rooms held when they were captured into an empty file. Pauses at every `yield`. */
export function* writeImage(file: File, captures: readonly Capture[]): Generator<void, void, void> {
  // No list of free pages, as etcd's own have none: bbolt would otherwise expect one at every opening.
  const writer = new BulkWriter(file, { freelist: 'absent' });
  let written = 0;
  for (const bucket of BUCKETS) {
    writer.beginBucket(bucket);
    for (const [key, value] of recordsOf(captures, bucket)) {
      writer.put(key, value);
      written += 1;
      if (written % STEP_RECORDS === 0) yield;
    }
    writer.endBucket();
  }
  writer.finish();
}

function* recordsOf(captures: readonly Capture[], bucket: BucketName): Iterable<Record> {
  for (const capture of captures) yield* capture.get(bucket) ?? [];
}

/** Reads the records of a database. Keys and values are copies. */
export function readDatabase(file: File): BucketReader {
  const database = new Database(file);
  return {
    *records(name) {
      const cursor = database.bucket(name)?.cursor();
      if (!cursor?.first()) return;
      do yield [Uint8Array.from(cursor.key), Uint8Array.from(cursor.value)];
      while (cursor.next());
    },
  };
}

/** The bytes of a file from its beginning, in pieces. */
export async function* piecesOf(file: File): AsyncGenerator<Uint8Array, void, void> {
  const size = file.size();
  for (let at = 0; at < size; at += PIECE_BYTES) {
    const piece = new Uint8Array(Math.min(PIECE_BYTES, size - at));
    if (readFully(file, piece, at) < piece.length) throw new FileError('read', file.path, 'EIO', 'unexpected end');
    yield piece;
    await Promise.resolve();
  }
}
