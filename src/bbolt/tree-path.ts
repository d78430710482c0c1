import type { KeyOf } from './key-order.ts';
import { LastKey } from './last-key.ts';
import { Page } from './page.ts';

/** The path from a tree's root to the current page, a page in memory for each level, for whoever checks the tree. */
export class TreePath {
  readonly #pages: Page[] = [];
  /** Page ids by level; those below the current level are stale. */
  readonly #ids: number[] = [];
  readonly #taken: number[] = [];
  /** The last key seen in the tree before the current page, if the page before was sound. */
  readonly lastKey = new LastKey();

  page(level: number): Page {
    const known = this.#pages[level];
    if (known) return known;
    const page = new Page();
    this.#pages[level] = page;
    return page;
  }

  /** Begins a level: none of its page's children is taken yet. */
  enter(level: number, id: number): Page {
    this.#ids[level] = id;
    this.#taken[level] = -1;
    return this.page(level);
  }

  /** Takes the next child of the branch on a level; its index may be one too many. */
  takeNext(level: number): number {
    const index = (this.#taken[level] ?? 0) + 1;
    this.#taken[level] = index;
    return index;
  }

  /** Page ids from the root to `level`. */
  stack(level: number): number[] {
    return this.#ids.slice(0, level + 1);
  }

  /** The element that leads to the page on `level`. */
  leading(level: number): KeyOf | undefined {
    if (level === 0) return undefined;
    return { page: this.page(level - 1), index: this.#taken[level - 1] ?? 0 };
  }

  /** The first element after all that may lie below the page on `level`: the nearest ancestor's next one. */
  following(level: number): KeyOf | undefined {
    for (let above = level - 1; above >= 0; above--) {
      const page = this.page(above);
      const index = (this.#taken[above] ?? 0) + 1;
      if (index < page.count) return { page, index };
    }
    return undefined;
  }
}
