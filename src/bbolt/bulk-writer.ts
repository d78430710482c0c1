import { type File, writeFully } from '../base/index.ts';
import { bytesOf } from './bucket.ts';
import { BboltError } from './errors.ts';
import { BUCKET_ELEMENT_FLAG, DEFAULT_PAGE_SIZE, MAX_KEY_SIZE, MAX_VALUE_SIZE } from './format.ts';
import { encodeFreelist } from './freelist.ts';
import { encodeMeta, type Meta } from './meta.ts';
import { PageSink } from './page-sink.ts';
import { SEQUENTIAL_FILL, SplitRule } from './split.ts';
import { TreeBuilder } from './tree-builder.ts';

export interface BulkWriterOptions {
  /** Power of two from 1 KiB to 16 MiB; 4 KiB if not given. */
  readonly pageSize?: number;
  /** How full pages are made, 0.1 to 1; 0.9 if not given, as etcd defragments. */
  readonly fill?: number;
  /**
   * Whether the file says which pages are free: none are. bbolt reads either; a written list (the default) spares the
   * next opening a walk through the whole file, and etcd on Linux, which writes none, frees it with its first commit.
   */
  readonly freelist?: 'written' | 'absent';
}

/** First page after the two meta pages. */
const FIRST_PAGE = 2;

interface OpenBucket {
  readonly name: Uint8Array;
  readonly sequence: bigint;
  readonly tree: TreeBuilder;
}

/**
 * Writes a whole database into an empty file in one pass, from buckets and keys in ascending order. Memory: about one
 * page for each level of each open bucket, and a buffer. Until `finish` the file has no meta page, hence is no database.
 */
export class BulkWriter {
  readonly #file: File;
  readonly #sink: PageSink;
  readonly #rule: SplitRule;
  readonly #root: TreeBuilder;
  readonly #open: OpenBucket[] = [];
  readonly #freelist: 'written' | 'absent';

  constructor(file: File, options: BulkWriterOptions = {}) {
    const { pageSize = DEFAULT_PAGE_SIZE, fill = SEQUENTIAL_FILL, freelist = 'written' } = options;
    this.#file = file;
    this.#sink = new PageSink(file, pageSize, FIRST_PAGE);
    this.#rule = new SplitRule(pageSize, fill);
    this.#root = new TreeBuilder(this.#sink, this.#rule);
    this.#freelist = freelist;
  }

  /** Bytes written so far, for progress. */
  get size(): number {
    return this.#sink.nextId * this.#sink.pageSize;
  }

  /** Begins a bucket within the one that is open, or at the top. @throws BboltError `argument` */
  beginBucket(name: Uint8Array | string, sequence = 0n): void {
    const bytes = Uint8Array.from(bytesOf(name));
    if (bytes.length === 0) throw new BboltError('argument', 'bucket name required');
    if (bytes.length > MAX_KEY_SIZE) throw new BboltError('argument', 'key too large');
    this.#open.push({ name: bytes, sequence, tree: new TreeBuilder(this.#sink, this.#rule) });
  }

  /** @throws BboltError `argument` or `order` */
  put(key: Uint8Array | string, value: Uint8Array): void {
    const bytes = bytesOf(key);
    checkSizes(bytes, value);
    this.#top().tree.add(bytes, value, 0);
  }

  /** Ends the bucket begun last. @throws BboltError `order` if its name is out of order among its siblings */
  endBucket(): void {
    const { name, sequence, tree } = this.#top();
    this.#open.pop();
    const parent = this.#open.at(-1)?.tree ?? this.#root;
    parent.add(name, tree.finishBucket(sequence), BUCKET_ELEMENT_FLAG);
  }

  /** Completes the file and makes it durable; it stays open. @throws FileError */
  finish(): void {
    if (this.#open.length > 0) throw new BboltError('argument', 'a bucket was not ended');
    const rootPage = this.#root.finish();
    const freelistPage = this.#freelist === 'written' ? this.#writeFreelist() : undefined;
    this.#sink.flush();
    this.#file.fdatasync();
    const { pageSize, nextId } = this.#sink;
    const meta = { pageSize, rootPage, rootSequence: 0n, freelistPage, pageCount: nextId };
    this.#writeMeta({ ...meta, txid: 0n });
    this.#writeMeta({ ...meta, txid: 1n });
    this.#file.fsync();
  }

  #writeFreelist(): number {
    const size = encodeFreelist(0, [], this.#sink.pageSize).length;
    return this.#sink.take(size, (run, id) => run.set(encodeFreelist(id, [], this.#sink.pageSize)));
  }

  #writeMeta(meta: Meta): void {
    writeFully(this.#file, encodeMeta(meta), Number(meta.txid % 2n) * meta.pageSize);
  }

  #top(): OpenBucket {
    const top = this.#open.at(-1);
    if (!top) throw new BboltError('argument', 'no bucket is open');
    return top;
  }
}

/** @throws BboltError `argument`, in bbolt's words */
export function checkSizes(key: Uint8Array, value: Uint8Array): void {
  if (key.length === 0) throw new BboltError('argument', 'key required');
  if (key.length > MAX_KEY_SIZE) throw new BboltError('argument', 'key too large');
  if (value.length > MAX_VALUE_SIZE) throw new BboltError('argument', 'value too large');
}
