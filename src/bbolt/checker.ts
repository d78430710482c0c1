import { decodeBucketHeader } from './bucket.ts';
import type { Database } from './database.ts';
import { BboltError, corruptPage, stackText } from './errors.ts';
import { MAX_DEPTH } from './format.ts';
import { readFreelist } from './freelist.ts';
import { isAtLeast, isBefore, keyOf, leafKeepsOrder, reportKey, reportLeaf } from './key-order.ts';
import type { Page } from './page.ts';
import type { PageReader } from './page-reader.ts';
import { PageSet } from './page-set.ts';
import { Problems } from './problems.ts';
import { Pace } from './steps.ts';
import { TreePath } from './tree-path.ts';
import type { TreeRoot } from './tree-walker.ts';

/** Pages looked at between two steps, where nothing is read. */
const PAGES_AT_ONCE = 4096;

/** What else to do with the pages of a bucket while they are at hand, so that a file is gone through only once. */
export interface BucketVisitor {
  /** Each sound leaf, in order; good until the next. */
  leaf?(page: Page): void;
  /** Each bucket within, in order, after the leaf that holds it; returns what to do with its pages. */
  bucket?(name: Buffer): BucketVisitor | undefined;
}

/**
 * Checks a whole file by the rules of bbolt's own checker (tx_check.go), in its words: every page below the
 * high-water mark is either reachable once or free, and keys are in order on and between pages. Where bbolt would
 * follow a cycle or read past a page, this reports the page and goes on beside it. Memory: two bits for each page.
 */
export class Checker {
  readonly problems = new Problems();
  readonly #database: Database;
  readonly #reader: PageReader;
  readonly #freed: PageSet;
  readonly #reachable: PageSet;
  readonly #paths: TreePath[] = [];
  readonly #pace = new Pace();

  constructor(database: Database) {
    this.#database = database;
    this.#reader = database.reader;
    this.#freed = new PageSet(this.#reader.pageCount);
    this.#reachable = new PageSet(this.#reader.pageCount);
  }

  /** Pages accounted for so far. */
  get pagesSeen(): number {
    return this.#reachable.size;
  }

  /** Whether a tree leads to the page; all of it is known once `run` is done. */
  get reachable(): PageSet {
    return this.#reachable;
  }

  /** Goes through the file, stopping now and then to let others work. */
  *run(visitor?: BucketVisitor): Generator<void, Problems> {
    this.#reachable.add(0);
    this.#reachable.add(1);
    const { freelistPage, rootPage } = this.#database.meta;
    if (freelistPage !== undefined) this.#readFreed(freelistPage);
    yield* this.#tree({ page: rootPage, inline: undefined }, visitor, 0);
    // Where the list of free pages was not written, what no tree leads to is free.
    if (freelistPage === undefined) return this.problems;
    for (const id of this.#reachable.missing()) {
      if (!this.#freed.has(id)) this.problems.add(`page ${id}: unreachable unfreed`);
      if (id % PAGES_AT_ONCE === 0) yield;
    }
    return this.problems;
  }

  #readFreed(at: number): void {
    this.#attempt(
      () => {
        const { page, overflow, ids } = readFreelist(this.#reader, at);
        for (let id = page; id <= page + overflow; id++) this.#reachable.add(id);
        for (const id of ids) {
          if (id < 2 || id >= this.#reader.pageCount) this.problems.add(`page ${id}: freed out of bounds`);
          else if (!this.#freed.add(id)) this.problems.add(`page ${id}: already freed`);
        }
      },
      () => [at],
    );
  }

  *#tree(root: TreeRoot, visitor: BucketVisitor | undefined, depth: number): Generator<void> {
    const path = this.#pathAt(depth);
    if (!this.#enter(path, 0, root)) return;
    for (let level = 0; level >= 0; ) {
      const page = path.page(level);
      if (page.isLeaf) {
        this.#checkLeaf(path, level);
        visitor?.leaf?.(page);
        if (this.#pace.isStep(page)) yield;
        if (page.hasBuckets) yield* this.#bucketsOf(page, visitor, depth);
        level--;
        continue;
      }
      const index = path.takeNext(level);
      if (index >= page.count) level--;
      else if (this.#enterChild(path, level, index)) level++;
    }
  }

  *#bucketsOf(leaf: Page, visitor: BucketVisitor | undefined, depth: number): Generator<void> {
    for (let i = 0; i < leaf.count; i++) {
      if (!leaf.isBucket(i)) continue;
      const within = visitor?.bucket?.(Buffer.from(leaf.key(i)));
      const header = this.#attempt(
        () => decodeBucketHeader(leaf.value(i)),
        () => [leaf.id],
      );
      if (!header) continue;
      if (depth + 1 < MAX_DEPTH) yield* this.#tree(header.root, within, depth + 1);
      else this.problems.add(`page ${leaf.id}: more than ${MAX_DEPTH} buckets within each other`);
    }
  }

  /** Checks the key of a branch's element and reads the page that it leads to. */
  #enterChild(path: TreePath, level: number, index: number): boolean {
    const branch = path.page(level);
    const atLeast = index === 0 ? path.leading(level) : undefined;
    const before = path.following(level);
    const after = path.lastKey;
    const ascends = after.isBefore(branch.bytes, branch.keyStart(index), branch.keyEnd(index));
    if (!ascends || !isAtLeast(branch, index, atLeast) || !isBefore(branch, index, before)) {
      const bounds = { atLeast: atLeast && keyOf(atLeast), after: after.bytes, before: before && keyOf(before) };
      const place = { page: branch.child(index), type: 'branch', stack: path.stack(level) } as const;
      reportKey(branch.key(index), index, bounds, place, this.problems);
    }
    after.clear();
    return this.#enter(path, level + 1, { page: branch.child(index), inline: undefined });
  }

  /** Reads a page into the path, unless it is broken or was reached before. */
  #enter(path: TreePath, level: number, root: TreeRoot): boolean {
    const page = path.enter(level, root.page);
    const entered = this.#attempt(
      () => {
        if (level >= MAX_DEPTH) throw corruptPage(root.page, `more than ${MAX_DEPTH} levels deep`);
        if (root.inline) return this.#reader.loadInline(root.inline, page) ?? true;
        this.#reader.loadHeader(root.page, page);
        if (!this.#reach(page, path, level)) return false;
        this.#reader.loadBody(page);
        return true;
      },
      () => path.stack(level),
    );
    return entered === true;
  }

  /** Counts a page and its overflow pages as reached; each may be so only once. */
  #reach(page: Page, path: TreePath, level: number): boolean {
    if (this.#freed.has(page.id)) this.problems.add(`page ${page.id}: reachable freed`);
    for (let id = page.id; id <= page.id + page.overflow; id++) {
      if (this.#reachable.add(id)) continue;
      this.problems.add(`page ${id}: multiple references (stack: ${stackText(path.stack(level))})`);
      return false;
    }
    return true;
  }

  #checkLeaf(path: TreePath, level: number): void {
    const page = path.page(level);
    const atLeast = path.leading(level);
    const before = path.following(level);
    if (!leafKeepsOrder(page, atLeast, before)) {
      const place = { page: page.id, type: 'leaf', stack: path.stack(level) } as const;
      reportLeaf(page, atLeast, before, place, this.problems);
    }
    const last = page.count - 1;
    if (last >= 0) path.lastKey.set(page.bytes, page.keyStart(last), page.keyEnd(last));
    else path.lastKey.clear();
  }

  /** Turns what is wrong with a page into a problem; trouble with the file itself is still thrown. */
  #attempt<T>(read: () => T, stack: () => readonly number[]): T | undefined {
    try {
      return read();
    } catch (error) {
      if (!(error instanceof BboltError)) throw error;
      this.problems.add(`${error.message} (stack: ${stackText(stack())})`);
      return undefined;
    }
  }

  #pathAt(depth: number): TreePath {
    const path = this.#paths[depth] ?? new TreePath();
    this.#paths[depth] = path;
    path.lastKey.clear();
    return path;
  }
}
