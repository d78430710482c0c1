import { IntervalTree } from './interval-tree.ts';
import type { Watcher } from './watcher.ts';

/** Watchers, to be found by the keys they watch. */
export class WatcherGroup {
  readonly #all = new Set<Watcher>();
  readonly #ofKeys = new Map<string, Set<Watcher>>();
  readonly #ofRanges = new IntervalTree<Set<Watcher>>();

  get size(): number {
    return this.#all.size;
  }

  has(watcher: Watcher): boolean {
    return this.#all.has(watcher);
  }

  /** Those that came first, first. */
  [Symbol.iterator](): IterableIterator<Watcher> {
    return this.#all.values();
  }

  add(watcher: Watcher): void {
    this.#all.add(watcher);
    const others = this.#sameKeys(watcher);
    if (others !== undefined) others.add(watcher);
    else if (watcher.isRange) this.#ofRanges.add(watcher.key, watcher.end, new Set([watcher]));
    else this.#ofKeys.set(watcher.key, new Set([watcher]));
  }

  delete(watcher: Watcher): void {
    if (!this.#all.delete(watcher)) return;
    const others = this.#sameKeys(watcher);
    others?.delete(watcher);
    if (others?.size !== 0) return;
    if (watcher.isRange) this.#ofRanges.delete(watcher.key, watcher.end);
    else this.#ofKeys.delete(watcher.key);
  }

  /** Calls back for each watcher of the key. */
  visit(key: string, visit: (watcher: Watcher) => void): void {
    for (const watcher of this.#ofKeys.get(key) ?? []) visit(watcher);
    this.#ofRanges.visit(key, (watchers) => {
      for (const watcher of watchers) visit(watcher);
    });
  }

  #sameKeys({ isRange, key, end }: Watcher): Set<Watcher> | undefined {
    return isRange ? this.#ofRanges.get(key, end) : this.#ofKeys.get(key);
  }
}
