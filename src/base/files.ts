import { dirname, resolve } from 'node:path';

/**
 * Files as the storage rooms see them: an interface narrow enough to be
 * imitated, so that a test can bring short writes, a full disk, a failing
 * fsync or a crash at any call. `node-files.ts` has the real one.
 *
 * Calls block; the few named `...Async` are for long copies and for an fsync
 * on a hot path. Every failure is a `FileError`. Positions and sizes in bytes.
 */
export interface File {
  /** As it was given to `open`. */
  readonly path: string;
  /** The file's size now. */
  size(): number;
  /** Fills `into` from `position`; returns the bytes read, fewer than asked for at any time, 0 at the end only. */
  readAt(into: Uint8Array, position: number): number;
  readAtAsync(into: Uint8Array, position: number): Promise<number>;
  /** Writes at `position`; returns the bytes written, fewer than given at any time. */
  writeAt(bytes: Uint8Array, position: number): number;
  writeAtAsync(bytes: Uint8Array, position: number): Promise<number>;
  /** Cuts the file, or lengthens it with zeros. */
  truncate(size: number): void;
  /** Makes content and metadata durable. */
  fsync(): void;
  /** Makes content durable, with the metadata needed to read it back. */
  fdatasync(): void;
  fdatasyncAsync(): Promise<void>;
  close(): void;
}

/**
 * - `read`: an existing file, read-only
 * - `update`: an existing file, read and write
 * - `create`: a new file, read and write, mode 0600; an existing one is an error (EEXIST)
 * - `replace`: as `create`, but an existing file is emptied
 */
export type OpenMode = 'read' | 'update' | 'create' | 'replace';

export interface FileInfo {
  readonly kind: 'file' | 'directory' | 'other';
  readonly size: number;
  /** Permission bits alone, such as 0o600. */
  readonly mode: number;
}

export interface FileSystem {
  open(path: string, mode: OpenMode): File;
  /** Undefined if nothing is there; any other trouble throws. */
  stat(path: string): FileInfo | undefined;
  /** Names in a directory, sorted bytewise. */
  list(directory: string): string[];
  /** Makes a directory and its missing parents, mode 0700; returns the topmost one made, undefined if all were there. */
  makeDirectories(path: string): string | undefined;
  chmod(path: string, mode: number): void;
  rename(from: string, to: string): void;
  /** Removes one file. */
  remove(path: string): void;
  /** Removes a file or a whole directory; nothing there is not an error. */
  removeTree(path: string): void;
  /** Makes a directory's entries (files made, renamed, removed) durable. */
  syncDirectory(path: string): void;
}

/** A failed file operation, told as Go tells it: `open nofile.db: no such file or directory`. */
export class FileError extends Error {
  override readonly name = 'FileError';
  /** The operation, such as `open`. */
  readonly operation: string;
  readonly path: string;
  /** The system's name for the error, such as `ENOENT`. */
  readonly code: string;

  constructor(operation: string, path: string, code: string, reason: string, options?: ErrorOptions) {
    super(`${operation} ${path}: ${reason}`, options);
    this.operation = operation;
    this.path = path;
    this.code = code;
  }
}

/** Makes a directory and its missing parents, each of them durable; returns the topmost one made, if any. */
export function makeDirectoriesDurably(files: FileSystem, path: string): string | undefined {
  const topmost = files.makeDirectories(path);
  if (topmost === undefined) return undefined;
  try {
    for (let made = resolve(path); made.length >= resolve(topmost).length; made = dirname(made)) {
      files.syncDirectory(dirname(made));
    }
  } catch (error) {
    discardTree(files, topmost);
    throw error;
  }
  return topmost;
}

/** Removes what was made before something failed. That failure is what matters: another one here is not told. */
export function discardTree(files: FileSystem, path: string): void {
  try {
    files.removeTree(path);
  } catch (error) {
    if (!(error instanceof FileError)) throw error;
  }
}

/** Reads until `into` is full or the file ends; returns the bytes read. */
export function readFully(file: File, into: Uint8Array, position: number): number {
  let done = 0;
  while (done < into.length) {
    const count = file.readAt(into.subarray(done), position + done);
    if (count === 0) break;
    done += count;
  }
  return done;
}

/** As `readFully`, without blocking. */
export async function readFullyAsync(file: File, into: Uint8Array, position: number): Promise<number> {
  let done = 0;
  while (done < into.length) {
    const count = await file.readAtAsync(into.subarray(done), position + done);
    if (count === 0) break;
    done += count;
  }
  return done;
}

/** Writes all of `bytes`, however short the single writes. */
export function writeFully(file: File, bytes: Uint8Array, position: number): void {
  for (let done = 0; done < bytes.length; ) {
    done += progress(file, file.writeAt(bytes.subarray(done), position + done));
  }
}

/** As `writeFully`, without blocking. */
export async function writeFullyAsync(file: File, bytes: Uint8Array, position: number): Promise<void> {
  for (let done = 0; done < bytes.length; ) {
    done += progress(file, await file.writeAtAsync(bytes.subarray(done), position + done));
  }
}

/** A write that takes nothing would be tried for ever. */
function progress(file: File, written: number): number {
  if (written <= 0) throw new FileError('write', file.path, 'EIO', 'short write');
  return written;
}
