import { hexOf } from '../base/index.ts';
import { BboltError } from './errors.ts';
import { bucketValue, INLINE_SHARE } from './bucket-value.ts';
import { BUCKET_ELEMENT_FLAG } from './format.ts';
import { LastKey } from './last-key.ts';
import { PageBuilder } from './page-builder.ts';
import type { PageSink } from './page-sink.ts';
import type { SplitRule } from './split.ts';

const NO_VALUE = new Uint8Array(0);

/** Builds one bucket's tree from its elements in order; full pages leave at once, from the leaves up. */
export class TreeBuilder {
  readonly #sink: PageSink;
  readonly #rule: SplitRule;
  /** The leaves, then the branches above them. */
  readonly #levels: PageBuilder[];
  #hasBuckets = false;
  readonly #lastKey = new LastKey();

  constructor(sink: PageSink, rule: SplitRule) {
    this.#sink = sink;
    this.#rule = rule;
    this.#levels = [new PageBuilder(true, rule)];
  }

  /** @throws BboltError `order` unless the key is after the last one */
  add(key: Uint8Array, value: Uint8Array, flags: number): void {
    if (!this.#lastKey.isBefore(key)) throw new BboltError('order', `key ${hexOf(key)} is not after the one before it`);
    this.#lastKey.set(key);
    if (flags === BUCKET_ELEMENT_FLAG) this.#hasBuckets = true;
    this.#addAt(0, key, value, flags);
  }

  /** Writes what is left; returns the tree's root page. */
  finish(): number {
    for (let level = 0; ; level++) {
      const builder = this.#level(level);
      for (let count = builder.lastPages; count < builder.count; count = builder.lastPages) this.#flush(level, count);
      const id = this.#write(builder, builder.count);
      if (level === this.#levels.length - 1) return id;
      this.#level(level + 1).add(builder.firstKey, NO_VALUE, id);
    }
  }

  /** As `finish`, but returns the value of the bucket's name; a small tree is put into that value instead of a page. */
  finishBucket(sequence: bigint): Buffer {
    const leaf = this.#level(0);
    const plain = this.#levels.length === 1 && !this.#hasBuckets;
    if (!plain || leaf.size > this.#sink.pageSize / INLINE_SHARE) return bucketValue(sequence, this.finish());
    const image = Buffer.alloc(leaf.size);
    leaf.write(leaf.count, image, 0, 0);
    return bucketValue(sequence, 0, image);
  }

  #addAt(level: number, key: Uint8Array, value: Uint8Array, mark: number): void {
    const builder = this.#level(level);
    builder.add(key, value, mark);
    for (let count = builder.fullPage; count !== undefined; count = builder.fullPage) this.#flush(level, count);
  }

  #flush(level: number, count: number): void {
    const builder = this.#level(level);
    const id = this.#write(builder, count);
    this.#addAt(level + 1, builder.firstKey, NO_VALUE, id);
    builder.drop(count);
  }

  #write(builder: PageBuilder, count: number): number {
    return this.#sink.take(builder.sizeOf(count), (run, id, overflow) => builder.write(count, run, id, overflow));
  }

  #level(level: number): PageBuilder {
    const known = this.#levels[level];
    if (known) return known;
    const builder = new PageBuilder(false, this.#rule);
    this.#levels[level] = builder;
    return builder;
  }
}
