import { type BucketHeader, bytesOf, decodeBucketHeader } from './bucket.ts';
import { checkSizes } from './bulk-writer.ts';
import { BboltError } from './errors.ts';
import { BUCKET_ELEMENT_FLAG } from './format.ts';
import type { PageAllocator } from './page-allocator.ts';
import type { PageReader } from './page-reader.ts';
import type { SplitRule } from './split.ts';
import { TreeEditor } from './tree-editor.ts';
import { freeTree } from './free-tree.ts';

/** What the buckets of one update share. */
export interface UpdateContext {
  readonly reader: PageReader;
  readonly pages: PageAllocator;
  readonly rule: SplitRule;
}

/** A bucket under change. Keys and values given to it are kept, not copied. */
export class WriteBucket {
  readonly #context: UpdateContext;
  readonly #sequence: bigint;
  readonly #tree: TreeEditor;
  readonly #open = new Map<string, WriteBucket>();

  /** @param header undefined for a new bucket */
  constructor(context: UpdateContext, header: BucketHeader | undefined) {
    this.#context = context;
    this.#sequence = header?.sequence ?? 0n;
    this.#tree = new TreeEditor(context.reader, context.rule, header?.root);
  }

  /** A key's value; undefined if there is none, or a bucket. */
  get(key: Uint8Array | string): Uint8Array | undefined {
    const element = this.#tree.find(bytesOf(key));
    return element && element.flags !== BUCKET_ELEMENT_FLAG ? element.value : undefined;
  }

  /** @throws BboltError `argument`, or `incompatible` if the key is a bucket's name */
  put(key: Uint8Array | string, value: Uint8Array): void {
    const bytes = bytesOf(key);
    checkSizes(bytes, value);
    this.#refuse(bytes, BUCKET_ELEMENT_FLAG);
    this.#tree.set(bytes, value, 0);
  }

  /** Returns whether the key was there. @throws BboltError `incompatible` if it is a bucket's name */
  delete(key: Uint8Array | string): boolean {
    const bytes = bytesOf(key);
    this.#refuse(bytes, BUCKET_ELEMENT_FLAG);
    return this.#tree.delete(bytes);
  }

  /** The bucket of that name within this one. */
  bucket(name: Uint8Array | string): WriteBucket | undefined {
    const bytes = bytesOf(name);
    const known = this.#open.get(keyOf(bytes));
    if (known) return known;
    const element = this.#tree.find(bytes);
    if (!element || element.flags !== BUCKET_ELEMENT_FLAG) return undefined;
    return this.#remember(bytes, new WriteBucket(this.#context, decodeBucketHeader(element.value)));
  }

  /** @throws BboltError `exists`, or `incompatible` if the name is a key */
  createBucket(name: Uint8Array | string): WriteBucket {
    const bytes = bytesOf(name);
    if (bytes.length === 0) throw new BboltError('argument', 'bucket name required');
    checkSizes(bytes, new Uint8Array(0));
    if (this.bucket(bytes)) throw new BboltError('exists', 'bucket already exists');
    this.#refuse(bytes, 0);
    this.#tree.set(bytes, new Uint8Array(0), BUCKET_ELEMENT_FLAG);
    return this.#remember(bytes, new WriteBucket(this.#context, undefined));
  }

  bucketOrCreate(name: Uint8Array | string): WriteBucket {
    return this.bucket(name) ?? this.createBucket(name);
  }

  /** Removes a bucket with all that is in it. @throws BboltError `not-found`, or `incompatible` if the name is a key */
  deleteBucket(name: Uint8Array | string): void {
    const bytes = bytesOf(name);
    this.#refuse(bytes, 0);
    const element = this.#tree.find(bytes);
    if (!element) throw new BboltError('not-found', 'bucket not found');
    // An empty value is that of a bucket made by this update: it has no pages yet.
    if (element.value.length > 0) {
      freeTree(this.#context.reader, decodeBucketHeader(element.value).root, this.#context.pages);
    }
    this.#open.delete(keyOf(bytes));
    this.#tree.delete(bytes);
  }

  /** Whether there is anything to write. */
  get changed(): boolean {
    return this.#tree.changed || [...this.#open.values()].some((bucket) => bucket.changed);
  }

  /** Writes this bucket and those within that were touched; returns the value of its name. */
  write(): Buffer {
    this.#writeOpen();
    return this.#tree.writeBucket(this.#sequence, this.#context.pages);
  }

  /** As `write`, for the bucket of buckets: returns its root page. */
  writeRoot(): number {
    this.#writeOpen();
    return this.#tree.write(this.#context.pages);
  }

  #writeOpen(): void {
    for (const [name, bucket] of this.#open) {
      if (!bucket.changed) continue;
      this.#tree.set(Buffer.from(name, 'latin1'), bucket.write(), BUCKET_ELEMENT_FLAG);
    }
  }

  #refuse(key: Uint8Array, flags: number): void {
    const element = this.#tree.find(key);
    if (element?.flags === flags) throw new BboltError('incompatible', 'incompatible value');
  }

  #remember(name: Uint8Array, bucket: WriteBucket): WriteBucket {
    this.#open.set(keyOf(name), bucket);
    return bucket;
  }
}

function keyOf(name: Uint8Array): string {
  return Buffer.from(name).toString('latin1');
}
