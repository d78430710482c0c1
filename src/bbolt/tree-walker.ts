import { corruptPage } from './errors.ts';
import { MAX_DEPTH } from './format.ts';
import { Page } from './page.ts';
import type { PageReader } from './page-reader.ts';
import { upperBound } from './search.ts';

/** Where a bucket's tree begins: a page of its own, or a leaf page lying whole in the value of the bucket's name. */
export interface TreeRoot {
  readonly page: number;
  readonly inline: Uint8Array | undefined;
}

/**
 * Goes through the leaves of one tree, a page in memory for each level. A tree that leads into itself, or to the
 * same page again and again, ends in an error after no more pages than the file has.
 */
export class TreeWalker {
  readonly #reader: PageReader;
  readonly #root: TreeRoot;
  /** Pages by level, kept for reuse; the path from the root to the current leaf is the first `#depth` of them. */
  readonly #pages: Page[] = [];
  /** Which child was taken on each level above the leaf. */
  readonly #taken: number[] = [];
  #depth = 0;
  #loads = 0;

  constructor(reader: PageReader, root: TreeRoot) {
    this.#reader = reader;
    this.#root = root;
  }

  first(): Page {
    return this.#fromRoot(() => 0);
  }

  last(): Page {
    return this.#fromRoot((branch) => branch.count - 1);
  }

  /** The leaf in which `key` is, or would be. */
  seek(key: Uint8Array): Page {
    return this.#fromRoot((branch) => Math.max(0, upperBound(branch, key) - 1));
  }

  /** The leaf after the current one. */
  next(): Page | undefined {
    while (--this.#depth > 0) {
      const level = this.#depth - 1;
      const branch = this.#page(level);
      const index = (this.#taken[level] ?? 0) + 1;
      if (index < branch.count) {
        this.#taken[level] = index;
        return this.#descend(branch.child(index), () => 0);
      }
    }
    return undefined;
  }

  #fromRoot(choose: (branch: Page) => number): Page {
    this.#depth = 0;
    this.#loads = 0;
    if (!this.#root.inline) return this.#descend(this.#root.page, choose);
    const page = this.#page(0);
    this.#depth = 1;
    this.#reader.loadInline(this.#root.inline, page);
    return page;
  }

  #descend(from: number, choose: (branch: Page) => number): Page {
    for (let id = from; ; ) {
      if (this.#depth >= MAX_DEPTH) throw corruptPage(id, `more than ${MAX_DEPTH} levels deep: its tree has a cycle`);
      if (++this.#loads > this.#reader.pageCount) throw corruptPage(id, 'multiple references');
      const page = this.#page(this.#depth);
      this.#reader.load(id, page);
      this.#depth++;
      if (page.isLeaf) return page;
      const index = choose(page);
      this.#taken[this.#depth - 1] = index;
      id = page.child(index);
    }
  }

  #page(level: number): Page {
    const known = this.#pages[level];
    if (known) return known;
    const page = new Page();
    this.#pages[level] = page;
    return page;
  }
}
