import { existsSync } from 'node:fs';
import { type File, FileError, type FileSystem, nodeFiles, type OpenMode } from '../../src/base/index.ts';

/** What goes wrong with a disk, once there is a file of the name `armed`. */
export interface Fault {
  /** The files that it befalls: a part of a regular expression for their paths. */
  readonly where: string;
  /**
   * - `short`: a write takes half of what it is given, which is allowed
   * - `torn`: so it does, and what follows finds no room
   * - `ENOSPC`, `EIO`: a write fails
   * - `fsync`: what was written cannot be made durable
   */
  readonly what: 'short' | 'torn' | 'ENOSPC' | 'EIO' | 'fsync';
  readonly armed: string;
}

const REASONS = { ENOSPC: 'no space left on device', EIO: 'input/output error' } as const;

/** The machine's files, with one fault. */
export function faultyFiles(fault: Fault): FileSystem {
  const where = new RegExp(fault.where);
  const faulty = (file: File): File => new FaultyFile(file, fault);
  return new Proxy(nodeFiles, {
    get(target, name: keyof FileSystem) {
      if (name !== 'open') return target[name].bind(target);
      return (path: string, mode: OpenMode) => {
        const file = target.open(path, mode);
        return where.test(path) ? faulty(file) : file;
      };
    },
  });
}

class FaultyFile implements File {
  readonly #inner: File;
  readonly #fault: Fault;
  #isTorn = false;

  constructor(inner: File, fault: Fault) {
    this.#inner = inner;
    this.#fault = fault;
  }

  get path(): string {
    return this.#inner.path;
  }

  size(): number {
    return this.#inner.size();
  }

  readAt(into: Uint8Array, position: number): number {
    return this.#inner.readAt(into, position);
  }

  readAtAsync(into: Uint8Array, position: number): Promise<number> {
    return this.#inner.readAtAsync(into, position);
  }

  writeAt(bytes: Uint8Array, position: number): number {
    return this.#inner.writeAt(this.#written(bytes), position);
  }

  async writeAtAsync(bytes: Uint8Array, position: number): Promise<number> {
    return this.#inner.writeAtAsync(this.#written(bytes), position);
  }

  truncate(size: number): void {
    this.#inner.truncate(size);
  }

  fsync(): void {
    this.#refuseSync('fsync');
    this.#inner.fsync();
  }

  fdatasync(): void {
    this.#refuseSync('fdatasync');
    this.#inner.fdatasync();
  }

  async fdatasyncAsync(): Promise<void> {
    this.#refuseSync('fdatasync');
    await this.#inner.fdatasyncAsync();
  }

  close(): void {
    this.#inner.close();
  }

  get #isArmed(): boolean {
    return existsSync(this.#fault.armed);
  }

  /** As much of it as gets to be written. */
  #written(bytes: Uint8Array): Uint8Array {
    const { what } = this.#fault;
    if (what === 'fsync' || !this.#isArmed) return bytes;
    const isPart = (what === 'short' || (what === 'torn' && !this.#isTorn)) && bytes.length > 1;
    if (isPart) {
      this.#isTorn = true;
      return bytes.subarray(0, bytes.length >> 1);
    }
    if (what === 'short') return bytes;
    throw this.#failure('write', what === 'EIO' ? 'EIO' : 'ENOSPC');
  }

  #refuseSync(operation: string): void {
    if (this.#fault.what === 'fsync' && this.#isArmed) throw this.#failure(operation, 'EIO');
  }

  #failure(operation: string, code: keyof typeof REASONS): FileError {
    return new FileError(operation, this.path, code, REASONS[code]);
  }
}
