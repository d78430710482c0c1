import fs from 'node:fs';
import { dirname, resolve } from 'node:path';
import { getSystemErrorMap } from 'node:util';
import { type File, FileError, type FileInfo, type FileSystem, type OpenMode } from './files.ts';

const OPEN_FLAGS: Record<OpenMode, string> = { read: 'r', update: 'r+', create: 'wx+', replace: 'w+' };

/** Where Go's wording differs from libuv's. */
const GO_REASONS: Record<string, string> = {
  EEXIST: 'file exists',
  EIO: 'input/output error',
  EISDIR: 'is a directory',
  ENOTDIR: 'not a directory',
  ENOTEMPTY: 'directory not empty',
  EINVAL: 'invalid argument',
  EBADF: 'bad file descriptor',
  EFBIG: 'file too large',
  EMFILE: 'too many open files',
  EROFS: 'read-only file system',
  EXDEV: 'invalid cross-device link',
  ELOOP: 'too many levels of symbolic links',
};

/** A failure of Node's as a FileError; what is none of the system's is thrown as it is. */
export function fileError(operation: string, path: string, cause: unknown): FileError {
  if (!(cause instanceof Error) || !isSystemError(cause)) throw cause;
  const { code, errno, message } = cause;
  const reason = GO_REASONS[code] ?? getSystemErrorMap().get(errno)?.[1] ?? message;
  return new FileError(operation, path, code, reason, { cause });
}

function isSystemError(error: Error): error is Error & { code: string; errno: number } {
  return 'code' in error && typeof error.code === 'string' && 'errno' in error && typeof error.errno === 'number';
}

function attempt<T>(operation: string, path: string, run: () => T): T {
  try {
    return run();
  } catch (error) {
    throw fileError(operation, path, error);
  }
}

class NodeFile implements File {
  readonly path: string;
  readonly #fd: number;

  constructor(path: string, fd: number) {
    this.path = path;
    this.#fd = fd;
  }

  size(): number {
    return attempt('stat', this.path, () => fs.fstatSync(this.#fd).size);
  }

  readAt(into: Uint8Array, position: number): number {
    return attempt('read', this.path, () => fs.readSync(this.#fd, into, 0, into.length, position));
  }

  readAtAsync(into: Uint8Array, position: number): Promise<number> {
    return this.#async('read', (done) => fs.read(this.#fd, into, 0, into.length, position, done));
  }

  writeAt(bytes: Uint8Array, position: number): number {
    return attempt('write', this.path, () => fs.writeSync(this.#fd, bytes, 0, bytes.length, position));
  }

  writeAtAsync(bytes: Uint8Array, position: number): Promise<number> {
    return this.#async('write', (done) => fs.write(this.#fd, bytes, 0, bytes.length, position, done));
  }

  truncate(size: number): void {
    attempt('truncate', this.path, () => fs.ftruncateSync(this.#fd, size));
  }

  fsync(): void {
    attempt('sync', this.path, () => fs.fsyncSync(this.#fd));
  }

  fdatasync(): void {
    attempt('sync', this.path, () => fs.fdatasyncSync(this.#fd));
  }

  async fdatasyncAsync(): Promise<void> {
    await this.#async<void>('sync', (done) => fs.fdatasync(this.#fd, (error) => done(error, undefined)));
  }

  close(): void {
    attempt('close', this.path, () => fs.closeSync(this.#fd));
  }

  #async<T>(operation: string, start: (done: (error: Error | null, result: T) => void) => void): Promise<T> {
    return new Promise((resolve, reject) => {
      start((error, result) => (error ? reject(fileError(operation, this.path, error)) : resolve(result)));
    });
  }
}

function kindOf(stats: fs.Stats): FileInfo['kind'] {
  if (stats.isFile()) return 'file';
  return stats.isDirectory() ? 'directory' : 'other';
}

/**
 * What of a path is not there, topmost first. Node's own recursive mkdir never ends where a file system answers
 * "no such file" to the making of one, as /proc does.
 */
function missingDirectories(path: string): string[] {
  const missing: string[] = [];
  for (let at = path; ; at = dirname(at)) {
    const stats = attempt('mkdir', at, () => fs.statSync(at, { throwIfNoEntry: false }));
    if (stats?.isDirectory()) return missing;
    // What stands in the way of the rest is told by the making of it; newer versions of Node do not tell it here.
    if (stats === undefined || missing.length === 0) missing.unshift(at);
    if (stats || resolve(at) === resolve(dirname(at))) return missing;
  }
}

/** The machine's own files. */
export const nodeFiles: FileSystem = {
  open(path, mode) {
    return new NodeFile(
      path,
      attempt('open', path, () => fs.openSync(path, OPEN_FLAGS[mode], 0o600)),
    );
  },

  stat(path) {
    const stats = attempt('stat', path, () => fs.statSync(path, { throwIfNoEntry: false }));
    return stats && { kind: kindOf(stats), size: stats.size, mode: stats.mode & 0o777 };
  },

  list(directory) {
    const names = attempt('open', directory, () => fs.readdirSync(directory));
    return names.sort((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)));
  },

  makeDirectories(path) {
    const made: string[] = [];
    try {
      for (const directory of missingDirectories(path)) {
        attempt('mkdir', directory, () => fs.mkdirSync(directory, 0o700));
        made.unshift(directory);
      }
    } catch (error) {
      for (const directory of made) attempt('remove', directory, () => fs.rmdirSync(directory));
      throw error;
    }
    return made.at(-1);
  },

  chmod(path, mode) {
    attempt('chmod', path, () => fs.chmodSync(path, mode));
  },

  rename(from, to) {
    attempt('rename', `${from} ${to}`, () => fs.renameSync(from, to));
  },

  remove(path) {
    attempt('remove', path, () => fs.unlinkSync(path));
  },

  removeTree(path) {
    attempt('remove', path, () => fs.rmSync(path, { recursive: true, force: true }));
  },

  syncDirectory(path) {
    // Windows can not open a directory, and makes renames durable itself.
    if (process.platform === 'win32') return;
    const fd = attempt('open', path, () => fs.openSync(path, 'r'));
    try {
      attempt('sync', path, () => fs.fsyncSync(fd));
    } finally {
      fs.closeSync(fd);
    }
  },
};
