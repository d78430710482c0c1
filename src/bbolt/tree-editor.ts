import { compareBytes, equalBytes } from '../base/index.ts';
import { BboltError } from './errors.ts';
import { bucketValue, INLINE_SHARE } from './bucket-value.ts';
import { MAX_DEPTH } from './format.ts';
import { Node, type NodeElement, readInlineNode, readNode } from './node.ts';
import type { PageAllocator } from './page-allocator.ts';
import { PageBuilder } from './page-builder.ts';
import type { PageReader } from './page-reader.ts';
import { elementSize, type SplitRule } from './split.ts';
import type { TreeRoot } from './tree-walker.ts';

const NO_VALUE = new Uint8Array(0);
/** A node that shrank below a quarter of a page is merged with its neighbour. */
const MERGE_SHARE = 4;

/** One bucket's tree under change: nodes are read along the paths to the changed keys alone, and written anew. */
export class TreeEditor {
  readonly #reader: PageReader;
  readonly #rule: SplitRule;
  #root: Node;
  #changed: boolean;

  /** @param root undefined for a new, empty tree */
  constructor(reader: PageReader, rule: SplitRule, root: TreeRoot | undefined) {
    this.#reader = reader;
    this.#rule = rule;
    this.#root = this.#readRoot(root);
    this.#changed = root === undefined;
  }

  /** Whether there is anything to write. */
  get changed(): boolean {
    return this.#changed;
  }

  find(key: Uint8Array): NodeElement | undefined {
    const leaf = this.#leafOf(key);
    const element = leaf.elements[position(leaf, key)];
    return element && equalBytes(element.key, key) ? element : undefined;
  }

  set(key: Uint8Array, value: Uint8Array, flags: number): void {
    const leaf = this.#leafOf(key);
    const at = position(leaf, key);
    const known = leaf.elements[at];
    const replaced = known && equalBytes(known.key, key) ? 1 : 0;
    leaf.elements.splice(at, replaced, { key, value, flags, child: 0 });
    this.#changed = true;
  }

  /** Returns whether the key was there. */
  delete(key: Uint8Array): boolean {
    if (!this.find(key)) return false;
    const leaf = this.#leafOf(key);
    leaf.elements.splice(position(leaf, key), 1);
    leaf.shrunk = true;
    this.#changed = true;
    return true;
  }

  /** Writes the nodes that were read for change; returns the root's page. */
  write(pages: PageAllocator): number {
    this.#settle(pages);
    return this.#writeRoot(pages);
  }

  /** As `write`, but returns the value of the bucket's name; a small tree is put into that value instead of a page. */
  writeBucket(sequence: bigint, pages: PageAllocator): Buffer {
    this.#settle(pages);
    const { elements, source, isLeaf, size } = this.#root;
    const plain = isLeaf && elements.every((element) => element.flags === 0);
    if (!plain || size > pages.pageSize / INLINE_SHARE) return bucketValue(sequence, this.#writeRoot(pages));
    pages.free(source);
    const image = Buffer.alloc(size);
    builderOf(elements, true, this.#rule).write(elements.length, image, 0, 0);
    return bucketValue(sequence, 0, image);
  }

  #settle(pages: PageAllocator): void {
    this.#merge(this.#root, pages);
    while (!this.#root.isLeaf && this.#root.elements.length <= 1) {
      // A root with a single child gives its place to the child.
      pages.free(this.#root.source);
      const only = this.#root.elements[0];
      this.#root = only ? this.#childOf(only) : new Node(true, []);
    }
  }

  #writeRoot(pages: PageAllocator): number {
    let parts = this.#writeNode(this.#root, pages);
    while (parts.length > 1) parts = this.#writeNode(new Node(false, parts), pages);
    const root = parts[0];
    if (!root) throw new BboltError('corrupt', 'a tree was left without a root');
    return root.child;
  }

  #readRoot(root: TreeRoot | undefined): Node {
    if (!root) return new Node(true, []);
    return root.inline ? readInlineNode(this.#reader, root.inline) : readNode(this.#reader, root.page);
  }

  #leafOf(key: Uint8Array): Node {
    let node = this.#root;
    for (let depth = 0; !node.isLeaf; depth++) {
      if (depth > MAX_DEPTH) throw new BboltError('corrupt', `a tree more than ${MAX_DEPTH} levels deep`);
      const at = position(node, key);
      const exact = node.elements[at];
      const element = exact && equalBytes(exact.key, key) ? exact : (node.elements[at - 1] ?? exact);
      if (!element) throw new BboltError('corrupt', 'a branch page without elements');
      node = this.#childOf(element);
    }
    return node;
  }

  #childOf(element: NodeElement): Node {
    element.node ??= readNode(this.#reader, element.child);
    return element.node;
  }

  /** Joins nodes that shrank too far with a neighbour, from the leaves up. A branch never keeps a single child. */
  #merge(node: Node, pages: PageAllocator): void {
    for (const element of node.elements.slice()) {
      if (!element.node) continue;
      this.#merge(element.node, pages);
      if (element.node.shrunk && this.#isTooSmall(element.node, pages.pageSize)) this.#join(node, element, pages);
    }
  }

  #isTooSmall(node: Node, pageSize: number): boolean {
    const least = node.isLeaf ? 1 : 2;
    return node.size <= pageSize / MERGE_SHARE || node.elements.length < least;
  }

  #join(parent: Node, element: NodeElement, pages: PageAllocator): void {
    const at = parent.elements.indexOf(element);
    const node = this.#childOf(element);
    if (node.elements.length > 0) {
      const neighbour = parent.elements[at === 0 ? 1 : at - 1];
      if (!neighbour) return;
      const other = this.#childOf(neighbour);
      if (at === 0) other.elements.unshift(...node.elements);
      else other.elements.push(...node.elements);
    }
    pages.free(node.source);
    parent.elements.splice(at, 1);
    parent.shrunk = true;
  }

  /** Writes a node as one page or more; returns the elements that lead to them. */
  #writeNode(node: Node, pages: PageAllocator): NodeElement[] {
    const elements = node.isLeaf ? node.elements : node.elements.flatMap((element) => this.#writeChild(element, pages));
    pages.free(node.source);
    const parts: NodeElement[] = [];
    for (let rest = elements; rest.length > 0 || parts.length === 0; ) {
      const count = this.#rule.firstPart(rest.map(({ key, value }) => elementSize(key.length, value.length)));
      const part = rest.slice(0, count);
      rest = rest.slice(count);
      const builder = builderOf(part, node.isLeaf, this.#rule);
      const child = pages.take(builder.sizeOf(count), (run, id, overflow) => builder.write(count, run, id, overflow));
      parts.push({ key: part[0]?.key ?? NO_VALUE, value: NO_VALUE, flags: 0, child });
    }
    return parts;
  }

  #writeChild(element: NodeElement, pages: PageAllocator): NodeElement[] {
    return element.node ? this.#writeNode(element.node, pages) : [element];
  }
}

/** How many of the node's keys are before `key`. */
function position(node: Node, key: Uint8Array): number {
  let low = 0;
  let high = node.elements.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    const element = node.elements[middle];
    if (element && compareBytes(element.key, key) < 0) low = middle + 1;
    else high = middle;
  }
  return low;
}

function builderOf(elements: readonly NodeElement[], isLeaf: boolean, rule: SplitRule): PageBuilder {
  const builder = new PageBuilder(isLeaf, rule);
  for (const { key, value, flags, child } of elements) builder.add(key, value, isLeaf ? flags : child);
  return builder;
}
