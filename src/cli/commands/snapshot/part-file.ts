import { closeSync, fsyncSync, openSync, renameSync, rmSync, writeSync } from 'node:fs';
import { CliError } from '../../errors.ts';
import { ExitCode } from '../../exit-codes.ts';

const ownerOnly = 0o600; // a snapshot holds every secret of the cluster
const bufferBytes = 1 << 20;

/**
 * A file that appears under its name only when it is whole: written to
 * `<name>.part`, synced, then renamed. `discard` after `commit` does nothing.
 */
export class PartFile {
  readonly #path: string;
  readonly #partPath: string;
  readonly #buffer = Buffer.allocUnsafe(bufferBytes);
  #buffered = 0;
  #written = 0;
  #descriptor: number | undefined;

  private constructor(path: string, partPath: string, descriptor: number) {
    this.#path = path;
    this.#partPath = partPath;
    this.#descriptor = descriptor;
  }

  /** @throws {CliError} exit code 5, in etcdctl's words */
  static create(path: string): PartFile {
    const partPath = `${path}.part`;
    try {
      return new PartFile(path, partPath, openSync(partPath, 'w', ownerOnly));
    } catch (error) {
      const reason = goReason(error as NodeJS.ErrnoException);
      throw new CliError(ExitCode.Interrupted, `could not open ${partPath} (open ${partPath}: ${reason})`, {
        cause: error,
      });
    }
  }

  /** Bytes taken so far. */
  get size(): number {
    return this.#written + this.#buffered;
  }

  write(bytes: Uint8Array): void {
    if (this.#buffered + bytes.length > bufferBytes) this.#flush();
    if (bytes.length >= bufferBytes) {
      this.#writeOut(bytes);
      return;
    }
    this.#buffer.set(bytes, this.#buffered);
    this.#buffered += bytes.length;
  }

  commit(): void {
    const descriptor = this.#open();
    this.#flush();
    fsyncSync(descriptor);
    closeSync(descriptor);
    this.#descriptor = undefined;
    try {
      renameSync(this.#partPath, this.#path);
    } catch (error) {
      rmSync(this.#partPath, { force: true });
      const reason = goReason(error as NodeJS.ErrnoException);
      throw new Error(`could not rename ${this.#partPath} to ${this.#path} (${reason})`, { cause: error });
    }
  }

  discard(): void {
    if (this.#descriptor === undefined) return;
    closeSync(this.#descriptor);
    this.#descriptor = undefined;
    rmSync(this.#partPath, { force: true });
  }

  #open(): number {
    if (this.#descriptor === undefined) throw new Error(`${this.#partPath} is closed`);
    return this.#descriptor;
  }

  #flush(): void {
    this.#writeOut(this.#buffer.subarray(0, this.#buffered));
    this.#buffered = 0;
  }

  #writeOut(bytes: Uint8Array): void {
    const descriptor = this.#open();
    for (let offset = 0; offset < bytes.length; ) {
      try {
        offset += writeSync(descriptor, bytes, offset);
      } catch (error) {
        const reason = goReason(error as NodeJS.ErrnoException);
        throw new Error(`could not write snapshot: write ${this.#partPath}: ${reason}`, { cause: error });
      }
    }
    this.#written += bytes.length;
  }
}

const reasons: Readonly<Record<string, string>> = {
  ENOENT: 'no such file or directory',
  EACCES: 'permission denied',
  ENOTDIR: 'not a directory',
  EISDIR: 'is a directory',
  ENOSPC: 'no space left on device',
  EROFS: 'read-only file system',
  EDQUOT: 'disk quota exceeded',
  EFBIG: 'file too large',
  EIO: 'input/output error',
};

/** The operating system's own words, which Go's etcdctl prints. */
const goReason = (error: NodeJS.ErrnoException): string => reasons[error.code ?? ''] ?? error.message;
