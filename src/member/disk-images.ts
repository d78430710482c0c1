import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { type Capture, piecesOf, writeImage } from '../backend/index.ts';
import type { Clock, FileSystem } from '../base/index.ts';
import { type Image, inSteps } from './home.ts';

/** Images of the database in a member's directory: those it sends for as long as that takes, those it is sent by index. */
export class DiskImages {
  readonly #files: FileSystem;
  readonly #directory: string;
  readonly #clock: Clock;

  constructor(files: FileSystem, directory: string, clock: Clock) {
    this.#files = files;
    this.#directory = directory;
    this.#clock = clock;
  }

  /** See Home. @throws FileError */
  async make(captures: readonly Capture[]): Promise<Image> {
    const path = this.#temporaryPath();
    const file = this.#files.open(path, 'create');
    const discard = (): void => {
      file.close();
      this.#files.removeTree(path);
    };
    try {
      await inSteps(this.#clock, writeImage(file, captures));
      return { sizeBytes: file.size(), pieces: piecesOf(file), discard };
    } catch (error) {
      discard();
      throw error;
    }
  }

  /** See Home. @throws FileError, and what the pieces throw */
  async receive(index: bigint, pieces: AsyncIterable<Uint8Array>): Promise<number> {
    const temporary = this.#temporaryPath();
    const file = this.#files.open(temporary, 'create');
    try {
      let sizeBytes = 0;
      for await (const piece of pieces) sizeBytes += file.writeAt(piece, sizeBytes);
      await file.fdatasyncAsync();
      file.close();
      this.#files.rename(temporary, this.#pathOf(index));
      this.#files.syncDirectory(this.#directory);
      return sizeBytes;
    } catch (error) {
      file.close();
      this.#files.removeTree(temporary);
      throw error;
    }
  }

  /** Whether one was received for that index. */
  has(index: bigint): boolean {
    return this.#files.stat(this.#pathOf(index)) !== undefined;
  }

  /** It takes the place of another file. @throws FileError */
  moveTo(path: string, index: bigint): void {
    this.#files.rename(this.#pathOf(index), path);
    this.#files.syncDirectory(this.#directory);
  }

  #pathOf(index: bigint): string {
    return join(this.#directory, `${index.toString(16).padStart(16, '0')}.snap.db`);
  }

  #temporaryPath(): string {
    return join(this.#directory, `tmp${randomBytes(5).toString('hex')}`);
  }
}
