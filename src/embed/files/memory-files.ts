import { dirname, resolve } from 'node:path';
import { type File, FileError, type FileInfo, type FileSystem, type OpenMode } from '../../base/index.ts';
import { SparseBytes } from './sparse-bytes.ts';

/** A disk in memory: what members of a cluster without files write their log to, and find again when they restart. */
export class MemoryFiles implements FileSystem {
  readonly #files = new Map<string, SparseBytes>();
  readonly #directories = new Set<string>(['/']);

  open(path: string, mode: OpenMode): File {
    const at = resolve(path);
    if (this.#directories.has(at)) throw failure('open', path, 'EISDIR');
    let bytes = this.#files.get(at);
    if (bytes !== undefined && mode === 'create') throw failure('open', path, 'EEXIST');
    if (bytes === undefined) {
      if (mode === 'read' || mode === 'update') throw failure('open', path, 'ENOENT');
      this.#requireDirectory('open', dirname(at));
      bytes = new SparseBytes();
      this.#files.set(at, bytes);
    }
    if (mode === 'replace') bytes.resize(0);
    return new MemoryFile(path, bytes, mode !== 'read');
  }

  stat(path: string): FileInfo | undefined {
    const at = resolve(path);
    const bytes = this.#files.get(at);
    if (bytes !== undefined) return { kind: 'file', size: bytes.size, mode: 0o600 };
    return this.#directories.has(at) ? { kind: 'directory', size: 0, mode: 0o700 } : undefined;
  }

  list(directory: string): string[] {
    const at = resolve(directory);
    this.#requireDirectory('open', at);
    const prefix = at === '/' ? at : `${at}/`;
    const names = [...this.#files.keys(), ...this.#directories]
      .filter((path) => path.startsWith(prefix) && path.length > prefix.length)
      .map((path) => path.slice(prefix.length))
      .filter((name) => !name.includes('/'));
    return names.toSorted((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)));
  }

  makeDirectories(path: string): string | undefined {
    let topmost: string | undefined;
    for (let at = resolve(path); !this.#directories.has(at); at = dirname(at)) {
      if (this.#files.has(at)) throw failure('mkdir', path, 'ENOTDIR');
      this.#directories.add(at);
      topmost = at;
    }
    return topmost;
  }

  chmod(path: string): void {
    if (this.stat(path) === undefined) throw failure('chmod', path, 'ENOENT');
  }

  rename(from: string, to: string): void {
    const [source, target] = [resolve(from), resolve(to)];
    if (this.stat(from) === undefined) throw failure('rename', from, 'ENOENT');
    this.#requireDirectory('rename', dirname(target));
    if (this.#directories.has(target) && this.list(to).length > 0) throw failure('rename', to, 'ENOTEMPTY');
    const moved = (path: string): string | undefined => {
      if (path === source) return target;
      return path.startsWith(`${source}/`) ? target + path.slice(source.length) : undefined;
    };
    for (const [path, bytes] of this.#files) {
      const there = moved(path);
      if (there === undefined) continue;
      this.#files.delete(path);
      this.#files.set(there, bytes);
    }
    for (const path of this.#directories) {
      const there = moved(path);
      if (there === undefined) continue;
      this.#directories.delete(path);
      this.#directories.add(there);
    }
  }

  remove(path: string): void {
    if (!this.#files.delete(resolve(path))) throw failure('remove', path, 'ENOENT');
  }

  removeTree(path: string): void {
    const at = resolve(path);
    const isWithin = (other: string): boolean => other === at || other.startsWith(`${at}/`);
    for (const file of this.#files.keys()) if (isWithin(file)) this.#files.delete(file);
    for (const directory of this.#directories) if (isWithin(directory)) this.#directories.delete(directory);
  }

  syncDirectory(path: string): void {
    this.#requireDirectory('sync', resolve(path));
  }

  #requireDirectory(operation: string, path: string): void {
    if (this.#directories.has(path)) return;
    throw failure(operation, path, this.#files.has(path) ? 'ENOTDIR' : 'ENOENT');
  }
}

/** An open file stays what it is though it be renamed or removed. */
class MemoryFile implements File {
  readonly path: string;
  readonly #bytes: SparseBytes;
  readonly #isWritable: boolean;
  #isOpen = true;

  constructor(path: string, bytes: SparseBytes, isWritable: boolean) {
    this.path = path;
    this.#bytes = bytes;
    this.#isWritable = isWritable;
  }

  size(): number {
    return this.#use('stat').size;
  }

  readAt(into: Uint8Array, position: number): number {
    return this.#use('read').read(into, position);
  }

  async readAtAsync(into: Uint8Array, position: number): Promise<number> {
    return this.readAt(into, position);
  }

  writeAt(bytes: Uint8Array, position: number): number {
    this.#use('write', true).write(bytes, position);
    return bytes.length;
  }

  async writeAtAsync(bytes: Uint8Array, position: number): Promise<number> {
    return this.writeAt(bytes, position);
  }

  truncate(size: number): void {
    this.#use('truncate', true).resize(size);
  }

  fsync(): void {
    this.#use('sync');
  }

  fdatasync(): void {
    this.#use('sync');
  }

  async fdatasyncAsync(): Promise<void> {
    this.fdatasync();
  }

  close(): void {
    this.#use('close');
    this.#isOpen = false;
  }

  #use(operation: string, writes = false): SparseBytes {
    if (!this.#isOpen || (writes && !this.#isWritable)) throw failure(operation, this.path, 'EBADF');
    return this.#bytes;
  }
}

const reasons: Readonly<Record<string, string>> = {
  EBADF: 'bad file descriptor',
  EEXIST: 'file exists',
  EISDIR: 'is a directory',
  ENOENT: 'no such file or directory',
  ENOTDIR: 'not a directory',
  ENOTEMPTY: 'directory not empty',
};

const failure = (operation: string, path: string, code: string): FileError =>
  new FileError(operation, path, code, reasons[code] ?? code);
