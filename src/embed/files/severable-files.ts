import { type File, FileError, type FileInfo, type FileSystem, type OpenMode } from '../../base/index.ts';

/**
 * A file system that can be taken away from its user: what a killed member still has under way must not reach the
 * files that its successor has opened.
 */
export class SeverableFiles implements FileSystem {
  readonly #files: FileSystem;
  readonly #open = new Set<SeverableFile>();
  #isSevered = false;

  constructor(files: FileSystem) {
    this.#files = files;
  }

  /** Every further call fails. Resolves when those under way have ended and the files are closed. */
  async sever(): Promise<void> {
    this.#isSevered = true;
    await Promise.all([...this.#open].map((file) => file.sever()));
    this.#open.clear();
  }

  open(path: string, mode: OpenMode): File {
    this.#check('open', path);
    const file: SeverableFile = new SeverableFile(this.#files.open(path, mode), () => this.#open.delete(file));
    this.#open.add(file);
    return file;
  }

  stat(path: string): FileInfo | undefined {
    this.#check('stat', path);
    return this.#files.stat(path);
  }

  list(directory: string): string[] {
    this.#check('open', directory);
    return this.#files.list(directory);
  }

  makeDirectories(path: string): string | undefined {
    this.#check('mkdir', path);
    return this.#files.makeDirectories(path);
  }

  chmod(path: string, mode: number): void {
    this.#check('chmod', path);
    this.#files.chmod(path, mode);
  }

  rename(from: string, to: string): void {
    this.#check('rename', from);
    this.#files.rename(from, to);
  }

  remove(path: string): void {
    this.#check('remove', path);
    this.#files.remove(path);
  }

  removeTree(path: string): void {
    this.#check('remove', path);
    this.#files.removeTree(path);
  }

  syncDirectory(path: string): void {
    this.#check('sync', path);
    this.#files.syncDirectory(path);
  }

  #check(operation: string, path: string): void {
    if (this.#isSevered) throw killed(operation, path);
  }
}

class SeverableFile implements File {
  readonly #file: File;
  readonly #closed: () => void;
  #isSevered = false;
  #underWay = new Set<Promise<unknown>>();

  constructor(file: File, closed: () => void) {
    this.#file = file;
    this.#closed = closed;
  }

  /** The descriptor is not given back, and so not given to another file, while the system still works with it. */
  async sever(): Promise<void> {
    this.#isSevered = true;
    await Promise.allSettled(this.#underWay);
    this.#file.close();
  }

  get path(): string {
    return this.#file.path;
  }

  size(): number {
    return this.#use('stat').size();
  }

  readAt(into: Uint8Array, position: number): number {
    return this.#use('read').readAt(into, position);
  }

  async readAtAsync(into: Uint8Array, position: number): Promise<number> {
    return this.#follow(this.#use('read').readAtAsync(into, position));
  }

  writeAt(bytes: Uint8Array, position: number): number {
    return this.#use('write').writeAt(bytes, position);
  }

  async writeAtAsync(bytes: Uint8Array, position: number): Promise<number> {
    return this.#follow(this.#use('write').writeAtAsync(bytes, position));
  }

  truncate(size: number): void {
    this.#use('truncate').truncate(size);
  }

  fsync(): void {
    this.#use('sync').fsync();
  }

  fdatasync(): void {
    this.#use('sync').fdatasync();
  }

  async fdatasyncAsync(): Promise<void> {
    return this.#follow(this.#use('sync').fdatasyncAsync());
  }

  close(): void {
    if (this.#isSevered) return;
    this.#closed();
    this.#file.close();
  }

  #use(operation: string): File {
    if (this.#isSevered) throw killed(operation, this.path);
    return this.#file;
  }

  async #follow<Result>(work: Promise<Result>): Promise<Result> {
    this.#underWay.add(work);
    try {
      return await work;
    } finally {
      this.#underWay.delete(work);
    }
  }
}

const killed = (operation: string, path: string): FileError =>
  new FileError(operation, path, 'EIO', 'the member was killed');
