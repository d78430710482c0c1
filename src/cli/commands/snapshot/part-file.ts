import { type File, FileError, nodeFiles, writeFully } from '../../../base/index.ts';
import { CliError } from '../../errors.ts';
import { ExitCode } from '../../exit-codes.ts';

/** Small enough to stay in the processor's cache: with 1 MiB the system took three times as long. */
const bufferBytes = 128 * 1024;

/**
 * A file, its owner's alone, that appears under its name only when it is whole: written to
 * `<name>.part`, synced, then renamed. `discard` after `commit` does nothing.
 */
export class PartFile {
  readonly #path: string;
  readonly #partPath: string;
  readonly #buffer = Buffer.allocUnsafe(bufferBytes);
  #buffered = 0;
  #written = 0;
  #file: File | undefined;

  private constructor(path: string, partPath: string, file: File) {
    this.#path = path;
    this.#partPath = partPath;
    this.#file = file;
  }

  /** @throws {CliError} exit code 5, in etcdctl's words */
  static create(path: string): PartFile {
    const partPath = `${path}.part`;
    try {
      return new PartFile(path, partPath, nodeFiles.open(partPath, 'replace'));
    } catch (error) {
      if (!(error instanceof FileError)) throw error;
      throw new CliError(ExitCode.Interrupted, `could not open ${partPath} (${error.message})`, { cause: error });
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
    this.#flush();
    this.#open().fsync();
    this.#close();
    try {
      nodeFiles.rename(this.#partPath, this.#path);
    } catch (error) {
      nodeFiles.removeTree(this.#partPath);
      if (!(error instanceof FileError)) throw error;
      throw new Error(`could not rename ${this.#partPath} to ${this.#path} (${error.message})`, { cause: error });
    }
  }

  discard(): void {
    if (this.#file === undefined) return;
    this.#close();
    nodeFiles.removeTree(this.#partPath);
  }

  #open(): File {
    if (this.#file === undefined) throw new Error(`${this.#partPath} is closed`);
    return this.#file;
  }

  #close(): void {
    this.#file?.close();
    this.#file = undefined;
  }

  #flush(): void {
    this.#writeOut(this.#buffer.subarray(0, this.#buffered));
    this.#buffered = 0;
  }

  #writeOut(bytes: Uint8Array): void {
    try {
      writeFully(this.#open(), bytes, this.#written);
    } catch (error) {
      if (!(error instanceof FileError)) throw error;
      throw new Error(`could not write snapshot: ${error.message}`, { cause: error });
    }
    this.#written += bytes.length;
  }
}
