import type { Page } from './page.ts';
import { compareKey, lowerBound } from './search.ts';
import type { TreeWalker } from './tree-walker.ts';

/**
 * Goes through a bucket's keys in order. It starts nowhere: `first`, `last` and `seek` place it, `next` moves it on;
 * each says whether it now stands on an element. Keys and values are views, good until the cursor moves.
 */
export class Cursor {
  readonly #walker: TreeWalker;
  #leaf: Page | undefined;
  #index = 0;

  constructor(walker: TreeWalker) {
    this.#walker = walker;
  }

  first(): boolean {
    return this.#settle(this.#walker.first(), 0);
  }

  last(): boolean {
    const leaf = this.#walker.last();
    if (leaf.count > 0) return this.#settle(leaf, leaf.count - 1);
    // bbolt may leave an empty leaf behind a deletion: find the last element from the front.
    let found = this.first();
    if (!found) return false;
    let key = Buffer.from(this.key);
    while (this.next()) key = Buffer.from(this.key);
    found = this.seek(key);
    return found;
  }

  /** To the key, or the first one after it. */
  seek(key: Uint8Array): boolean {
    const leaf = this.#walker.seek(key);
    return this.#settle(leaf, lowerBound(leaf, key));
  }

  /** To the key itself; otherwise the cursor stands on the first one after it, if any. */
  find(key: Uint8Array): boolean {
    return this.seek(key) && this.#leaf !== undefined && compareKey(this.#leaf, this.#index, key) === 0;
  }

  next(): boolean {
    if (!this.#leaf) return false;
    return this.#settle(this.#leaf, this.#index + 1);
  }

  get key(): Buffer {
    return this.#current().key(this.#index);
  }

  /** A bucket's header and inline page, if the element is a bucket. */
  get value(): Buffer {
    return this.#current().value(this.#index);
  }

  get isBucket(): boolean {
    return this.#current().isBucket(this.#index);
  }

  #settle(from: Page, at: number): boolean {
    let leaf: Page | undefined = from;
    let index = at;
    while (leaf && index >= leaf.count) {
      leaf = this.#walker.next();
      index = 0;
    }
    this.#leaf = leaf;
    this.#index = index;
    return leaf !== undefined;
  }

  #current(): Page {
    if (!this.#leaf) throw new RangeError('the cursor stands on no element');
    return this.#leaf;
  }
}
