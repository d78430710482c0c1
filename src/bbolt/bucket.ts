import { utf8Encode } from '../base/index.ts';
import { Cursor } from './cursor.ts';
import { BboltError } from './errors.ts';
import { BUCKET_HEADER_SIZE } from './format.ts';
import type { Page } from './page.ts';
import type { PageReader } from './page-reader.ts';
import { type TreeRoot, TreeWalker } from './tree-walker.ts';

/** A bucket's place in the file, as the value of its name has it. */
export interface BucketHeader {
  readonly root: TreeRoot;
  readonly sequence: bigint;
}

/**
 * Reads a bucket's header, and copies its inline page if it has one.
 * @throws BboltError `corrupt`
 */
export function decodeBucketHeader(value: Uint8Array): BucketHeader {
  if (value.length < BUCKET_HEADER_SIZE) {
    throw new BboltError('corrupt', `bucket header of ${value.length} bytes`);
  }
  const view = new DataView(value.buffer, value.byteOffset, value.byteLength);
  const page = Number(view.getBigUint64(0, true));
  const inline = page === 0 ? value.slice(BUCKET_HEADER_SIZE) : undefined;
  return { root: { page, inline }, sequence: view.getBigUint64(8, true) };
}

/** A set of keys in order, each with a value or another bucket. */
export class Bucket {
  readonly header: BucketHeader;
  readonly #reader: PageReader;

  constructor(reader: PageReader, header: BucketHeader) {
    this.#reader = reader;
    this.header = header;
  }

  cursor(): Cursor {
    return new Cursor(new TreeWalker(this.#reader, this.header.root));
  }

  /** A copy of a key's value; undefined if there is none, or a bucket. */
  get(key: Uint8Array | string): Buffer | undefined {
    const cursor = this.cursor();
    if (!cursor.find(bytesOf(key)) || cursor.isBucket) return undefined;
    return Buffer.from(cursor.value);
  }

  /** The bucket of that name within this one. */
  bucket(name: Uint8Array | string): Bucket | undefined {
    const cursor = this.cursor();
    if (!cursor.find(bytesOf(name)) || !cursor.isBucket) return undefined;
    return new Bucket(this.#reader, decodeBucketHeader(cursor.value));
  }

  /** The buckets directly within this one, in order of their names. */
  *buckets(): Generator<{ readonly name: Buffer; readonly bucket: Bucket }> {
    const cursor = this.cursor();
    for (let found = cursor.first(); found; found = cursor.next()) {
      if (!cursor.isBucket) continue;
      const name = Buffer.from(cursor.key);
      yield { name, bucket: new Bucket(this.#reader, decodeBucketHeader(cursor.value)) };
    }
  }

  /**
   * The leaf pages in order, empty ones too: the quick way through a large bucket. Each is good until the next is
   * asked for. Starts at the leaf in which `from` is or would be, if it is given.
   */
  *leaves(from?: Uint8Array): Generator<Page> {
    const walker = new TreeWalker(this.#reader, this.header.root);
    let leaf: Page | undefined = from ? walker.seek(from) : walker.first();
    for (; leaf; leaf = walker.next()) yield leaf;
  }
}

export function bytesOf(key: Uint8Array | string): Uint8Array {
  return typeof key === 'string' ? utf8Encode(key) : key;
}
