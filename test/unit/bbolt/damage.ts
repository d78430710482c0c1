import { Database } from '../../../src/bbolt/index.ts';
import { encodeMeta, type Meta } from '../../../src/bbolt/meta.ts';
import { MemoryFiles } from '../../support/memory-files.ts';
import { PATH } from './trees.ts';

/** A database file in memory, for a test to damage in a certain place. */
export class DamagedFile {
  readonly bytes: Buffer;
  readonly #pageSize: number;

  constructor(files: MemoryFiles) {
    this.bytes = Buffer.from(files.bytes(PATH));
    this.#pageSize = this.bytes.readUInt32LE(16 + 8);
  }

  /** A page's bytes; what is written to them is written to the file. */
  page(id: number): Buffer {
    return this.bytes.subarray(id * this.#pageSize, (id + 1) * this.#pageSize);
  }

  /** Where a page's element stands in its bytes. */
  element(id: number, index: number): Buffer {
    return this.page(id).subarray(16 + index * 16, 32 + index * 16);
  }

  get meta(): Meta {
    return this.open().meta;
  }

  /** Changes both meta pages, checksums and all. */
  setMeta(change: Partial<Meta>): void {
    const meta = { ...this.meta, ...change };
    for (const txid of [0n, 1n])
      encodeMeta({ ...meta, txid }).forEach((byte, i) => this.page(Number(txid)).set([byte], i));
  }

  files(): MemoryFiles {
    const files = new MemoryFiles();
    files.put(PATH, this.bytes);
    return files;
  }

  open(): Database {
    return new Database(this.files().open(PATH, 'read'));
  }
}

/** What a call throws; undefined if it does not. */
export function errorOf(run: () => unknown): unknown {
  try {
    run();
    return undefined;
  } catch (error) {
    return error;
  }
}
