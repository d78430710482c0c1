import { basename, dirname, resolve } from 'node:path';
import { type File, FileError, type FileInfo, type FileSystem, type OpenMode } from '../../src/base/index.ts';

/**
 * A file system in memory that knows what is durable and what is not, so that
 * a test can pull the plug after any call, and that fails on demand.
 *
 * It is as strict as POSIX allows: a file's bytes are safe only after an fsync
 * of the file, its name only after one of its directory.
 */
export class MemoryFiles implements FileSystem {
  /** Every call, in order, as `operation path`: where a test may fail or crash. */
  readonly calls: string[] = [];
  /** Asked before each call; an error code such as `ENOSPC` makes it fail, 'short' makes a write take half. */
  fault: (operation: string, path: string, call: number) => string | undefined = () => undefined;
  readonly #root: Directory;

  constructor(root = new Directory()) {
    this.#root = root;
  }

  /**
   * What is found after a power failure. Of the sectors and sizes that were
   * not yet durable, `kept` decides one by one whether they made it.
   */
  crash(kept: () => boolean = () => false): MemoryFiles {
    return new MemoryFiles(this.#root.afterCrash(kept));
  }

  /** A file's bytes, for a test to look at or to damage; they are durable. */
  bytes(path: string): Uint8Array {
    return this.#file('open', path).state.bytes();
  }

  put(path: string, bytes: Uint8Array): void {
    this.makeDirectories(dirname(path));
    const directory = this.#directory('open', dirname(path));
    const node = new Content(new State(Uint8Array.from(bytes)));
    directory.entries.set(basename(path), node);
    directory.durable.set(basename(path), node);
  }

  open(path: string, mode: OpenMode): File {
    this.step('open', path);
    const directory = this.#directory('open', dirname(path));
    const present = directory.entries.get(basename(path));
    if (present instanceof Directory) throw failure('open', path, 'EISDIR');
    if (present && mode === 'create') throw failure('open', path, 'EEXIST');
    if (!present && (mode === 'read' || mode === 'update')) throw failure('open', path, 'ENOENT');
    const node = present ?? new Content(EMPTY, false);
    directory.entries.set(basename(path), node);
    if (mode === 'replace') node.state = EMPTY;
    return new MemoryFile(this, path, node, mode !== 'read');
  }

  stat(path: string): FileInfo | undefined {
    this.step('stat', path);
    const node = this.#find(path);
    if (!node) return undefined;
    return node instanceof Directory
      ? { kind: 'directory', size: 0, mode: 0o700 }
      : { kind: 'file', size: node.state.size, mode: 0o600 };
  }

  list(path: string): string[] {
    this.step('list', path);
    return [...this.#directory('open', path).entries.keys()].sort();
  }

  makeDirectories(path: string): string | undefined {
    this.step('mkdir', path);
    let topmost: string | undefined;
    let at = this.#root;
    let walked = '';
    for (const name of parts(path)) {
      walked += `/${name}`;
      const next = at.entries.get(name) ?? new Directory();
      if (next instanceof Content) throw failure('mkdir', path, 'ENOTDIR');
      if (!at.entries.has(name)) topmost ??= walked;
      at.entries.set(name, next);
      at = next;
    }
    return topmost;
  }

  chmod(path: string): void {
    this.step('chmod', path);
  }

  rename(from: string, to: string): void {
    this.step('rename', `${from} ${to}`);
    const node = this.#find(from);
    if (!node) throw failure('rename', `${from} ${to}`, 'ENOENT');
    const target = this.#find(to);
    if (target instanceof Directory && target.entries.size > 0) throw failure('rename', `${from} ${to}`, 'ENOTEMPTY');
    this.#directory('rename', dirname(to)).entries.set(basename(to), node);
    this.#directory('rename', dirname(from)).entries.delete(basename(from));
  }

  remove(path: string): void {
    this.step('remove', path);
    if (!this.#directory('remove', dirname(path)).entries.delete(basename(path)))
      throw failure('remove', path, 'ENOENT');
  }

  removeTree(path: string): void {
    this.step('remove', path);
    const directory = this.#find(dirname(path));
    if (directory instanceof Directory) directory.entries.delete(basename(path));
  }

  syncDirectory(path: string): void {
    this.step('sync', path);
    const directory = this.#directory('sync', path);
    directory.durable = new Map(directory.entries);
  }

  /** Counts a call and lets it fail; true if a write is to be cut short. */
  step(operation: string, path: string): boolean {
    const fault = this.fault(operation, path, this.calls.length);
    this.calls.push(`${operation} ${path}`);
    if (fault && fault !== 'short') throw failure(operation, path, fault);
    return fault === 'short';
  }

  #find(path: string): Directory | Content | undefined {
    let node: Directory | Content | undefined = this.#root;
    for (const name of parts(path)) node = node instanceof Directory ? node.entries.get(name) : undefined;
    return node;
  }

  #directory(operation: string, path: string): Directory {
    const node = this.#find(path);
    if (!node) throw failure(operation, path, 'ENOENT');
    if (node instanceof Content) throw failure(operation, path, 'ENOTDIR');
    return node;
  }

  #file(operation: string, path: string): Content {
    const node = this.#find(path);
    if (!(node instanceof Content)) throw failure(operation, path, 'ENOENT');
    return node;
  }
}

const SECTOR_BYTES = 512;
const REASONS: Record<string, string> = {
  ENOENT: 'no such file or directory',
  ENOSPC: 'no space left on device',
  EIO: 'input/output error',
  EEXIST: 'file exists',
  EACCES: 'permission denied',
};

const parts = (path: string): string[] => resolve(path).split('/').filter(Boolean);
const failure = (operation: string, path: string, code: string): FileError =>
  new FileError(operation, path, code, REASONS[code] ?? code);

class Directory {
  entries = new Map<string, Directory | Content>();
  durable = new Map<string, Directory | Content>();

  afterCrash(kept: () => boolean): Directory {
    const found = new Directory();
    for (const [name, node] of this.durable) found.entries.set(name, node.afterCrash(kept));
    found.durable = new Map(found.entries);
    return found;
  }
}

/** A file's content at one time, never changed: what was stored, and zeros from there up to the size. */
class State {
  readonly size: number;
  readonly #stored: Uint8Array;

  constructor(stored: Uint8Array, size = stored.length) {
    this.#stored = stored.subarray(0, size);
    this.size = size;
  }

  bytes(): Uint8Array {
    return this.slice(0, this.size);
  }

  slice(start: number, end: number): Uint8Array {
    const result = new Uint8Array(Math.max(0, Math.min(end, this.size) - start));
    result.set(this.#stored.subarray(start, start + result.length));
    return result;
  }

  resize(size: number): State {
    return new State(this.#stored, size);
  }

  write(bytes: Uint8Array, position: number): State {
    const end = position + bytes.length;
    const stored = new Uint8Array(Math.max(this.#stored.length, end));
    stored.set(this.#stored);
    stored.set(bytes, position);
    return new State(stored, Math.max(this.size, end));
  }

  /** How much there is to compare: all beyond is zeros. */
  get storedSize(): number {
    return this.#stored.length;
  }
}

const EMPTY = new State(new Uint8Array(0));

class Content {
  state: State;
  #durable: State;

  constructor(state: State, isDurable = true) {
    this.state = state;
    this.#durable = isDurable ? state : EMPTY;
  }

  sync(): void {
    this.#durable = this.state;
  }

  afterCrash(kept: () => boolean): Content {
    let found = this.#durable.resize(kept() ? this.state.size : this.#durable.size);
    const end = Math.min(found.size, Math.max(this.state.storedSize, this.#durable.storedSize));
    for (let at = 0; at < end; at += SECTOR_BYTES) {
      const now = this.state.slice(at, Math.min(at + SECTOR_BYTES, found.size));
      const changed = Buffer.compare(now, found.slice(at, at + now.length)) !== 0;
      if (changed && kept()) found = found.write(now, at);
    }
    return new Content(found);
  }
}

class MemoryFile implements File {
  readonly path: string;
  readonly #files: MemoryFiles;
  readonly #node: Content;
  readonly #writable: boolean;
  #open = true;

  constructor(files: MemoryFiles, path: string, node: Content, writable: boolean) {
    this.path = path;
    this.#files = files;
    this.#node = node;
    this.#writable = writable;
  }

  size(): number {
    this.#step('stat');
    return this.#node.state.size;
  }

  readAt(into: Uint8Array, position: number): number {
    this.#step('read');
    const piece = this.#node.state.slice(position, position + into.length);
    into.set(piece);
    return piece.length;
  }

  writeAt(bytes: Uint8Array, position: number): number {
    const short = this.#step('write', true);
    const piece = short ? bytes.subarray(0, Math.ceil(bytes.length / 2)) : bytes;
    this.#node.state = this.#node.state.write(piece, position);
    return piece.length;
  }

  truncate(size: number): void {
    this.#step('truncate', true);
    this.#node.state = this.#node.state.resize(size);
  }

  fsync(): void {
    this.#step('sync');
    this.#node.sync();
  }

  fdatasync(): void {
    this.fsync();
  }

  async readAtAsync(into: Uint8Array, position: number): Promise<number> {
    return this.readAt(into, position);
  }

  async writeAtAsync(bytes: Uint8Array, position: number): Promise<number> {
    return this.writeAt(bytes, position);
  }

  async fdatasyncAsync(): Promise<void> {
    this.fsync();
  }

  close(): void {
    this.#step('close');
    this.#open = false;
  }

  #step(operation: string, writes = false): boolean {
    if (!this.#open || (writes && !this.#writable)) throw failure(operation, this.path, 'EBADF');
    return this.#files.step(operation, this.path);
  }
}
