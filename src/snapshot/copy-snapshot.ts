import { equalBytes, type File, FileError, type FileSystem, readFullyAsync, writeFullyAsync } from '../base/index.ts';
import { DIGEST_BYTES, hasDigest, TrailingDigest } from './digest.ts';
import { SnapshotError } from './errors.ts';
import { untilAborted } from './until-aborted.ts';

const CHUNK_BYTES = 1024 * 1024;

/** So much is written before the disk is told to begin, lest it have all to do at the end. */
const FLUSH_BYTES = 16 * CHUNK_BYTES;

/** A snapshot: a file's path, or the bytes of one as they come through a pipe. */
export type SnapshotSource = string | AsyncIterable<Uint8Array>;

export interface Progress {
  readonly doneBytes: number;
  /** Undefined for a pipe. */
  readonly totalBytes: number | undefined;
}

export interface CopyOptions {
  /** Take a snapshot without a digest, or with a wrong one. */
  readonly skipHashCheck: boolean;
  readonly onProgress?: ((progress: Progress) => void) | undefined;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Copies a snapshot's database into an empty file, without the digest at its
 * end, which it checks. Reading, hashing and writing overlap; memory is a few
 * chunks. Durable it becomes only by an fsync of the caller's.
 * @throws SnapshotError `digest-missing`, `digest-wrong`, or `invalid` if it is empty; FileError, the signal's reason
 */
export async function copySnapshot(
  files: FileSystem,
  source: SnapshotSource,
  target: File,
  options: CopyOptions,
): Promise<void> {
  if (typeof source !== 'string') {
    return copyChunks(untilAborted(source, options.signal), target, undefined, options);
  }
  const file = files.open(source, 'read');
  try {
    if (files.stat(source)?.kind === 'directory') throw new FileError('read', source, 'EISDIR', 'is a directory');
    const size = file.size();
    // A file tells at once what a pipe tells only at its end.
    requireDigest(size, options);
    await copyChunks(readChunks(file), target, size, options);
  } finally {
    file.close();
  }
}

async function copyChunks(
  chunks: AsyncIterable<Uint8Array>,
  target: File,
  totalBytes: number | undefined,
  { onProgress, signal, ...options }: CopyOptions,
): Promise<void> {
  const digest = new TrailingDigest();
  const writer = new Writer(target);
  try {
    for await (const chunk of chunks) {
      signal?.throwIfAborted();
      await writer.write(chunk);
      digest.update(chunk);
      onProgress?.({ doneBytes: digest.size, totalBytes });
    }
  } finally {
    // Nothing may still be writing when the caller closes the file.
    await writer.settle();
  }
  requireDigest(digest.size, options);
  if (!hasDigest(digest.size)) return;
  target.truncate(digest.size - DIGEST_BYTES);
  const { expected, actual } = digest.finish();
  if (options.skipHashCheck || equalBytes(expected, actual)) return;
  throw new SnapshotError('digest-wrong', `expected sha256 [${expected.join(' ')}], got [${actual.join(' ')}]`);
}

function requireDigest(size: number, options: CopyOptions): void {
  if (size === 0) throw new SnapshotError('invalid', 'invalid database: the snapshot is empty');
  if (options.skipHashCheck || hasDigest(size)) return;
  throw new SnapshotError('digest-missing', 'snapshot missing hash but --skip-hash-check=false');
}

/** Reads a file in chunks, the next one while the last is worked on. A chunk is good until the one after the next. */
async function* readChunks(file: File): AsyncGenerator<Uint8Array> {
  const ring = Buffer.allocUnsafeSlow(3 * CHUNK_BYTES);
  const read = async (position: number): Promise<Uint8Array> => {
    const at = position % ring.length;
    const chunk = ring.subarray(at, at + CHUNK_BYTES);
    return chunk.subarray(0, await readFullyAsync(file, chunk, position));
  };
  let next = read(0);
  try {
    for (let position = CHUNK_BYTES; ; position += CHUNK_BYTES) {
      const chunk = await next;
      if (chunk.length === 0) return;
      next = chunk.length < CHUNK_BYTES ? Promise.resolve(chunk.subarray(0, 0)) : read(position);
      yield chunk;
    }
  } finally {
    // The file must not be closed under a read that no one waits for any more.
    await next.catch(() => undefined);
  }
}

/** Appends to a file, one write behind, and lets the disk work meanwhile. */
class Writer {
  readonly #file: File;
  #position = 0;
  #flushedTo = 0;
  #writing: Promise<void> | undefined;
  #flushing: Promise<void> | undefined;
  /** The first failure of a flush: a later one that succeeds says nothing of the bytes that this one lost. */
  #failure: unknown;

  constructor(file: File) {
    this.#file = file;
  }

  /** Begins to write a chunk once the one before is written; the chunk must stay as it is until then. */
  async write(chunk: Uint8Array): Promise<void> {
    await this.#writing;
    if (this.#failure) throw this.#failure;
    this.#flushEarly();
    this.#writing = writeFullyAsync(this.#file, chunk, this.#position);
    this.#writing.catch(() => undefined); // told by whoever awaits it next
    this.#position += chunk.length;
  }

  async settle(): Promise<void> {
    await this.#flushing;
    await this.#writing;
    if (this.#failure) throw this.#failure;
  }

  #flushEarly(): void {
    if (this.#flushing || this.#position - this.#flushedTo < FLUSH_BYTES) return;
    this.#flushedTo = this.#position;
    this.#flushing = this.#file
      .fdatasyncAsync()
      .catch((error: unknown) => (this.#failure ??= error))
      .then(() => (this.#flushing = undefined));
  }
}
