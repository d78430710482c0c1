import { PAGE_HEADER_SIZE } from './format.ts';
import { Page } from './page.ts';
import type { PageReader } from './page-reader.ts';
import { elementSize } from './split.ts';

/** An element of a page under change: a key with a value on a leaf, with a child on a branch. */
export interface NodeElement {
  readonly key: Uint8Array;
  readonly value: Uint8Array;
  /** On a leaf. */
  readonly flags: number;
  /** On a branch: the child's page, or the child itself once it has been read for change. */
  readonly child: number;
  node?: Node;
}

/** A branch or leaf page in memory, on the path to a change. Its old page stays as it is until the commit is over. */
export class Node {
  readonly isLeaf: boolean;
  elements: NodeElement[];
  /** The run of pages it was read from, given up once it is written anew; none if it is new. */
  readonly source: { readonly page: number; readonly overflow: number } | undefined;
  /** Whether elements were taken away, so that it may have become too small. */
  shrunk = false;

  constructor(isLeaf: boolean, elements: NodeElement[], source?: { readonly page: number; readonly overflow: number }) {
    this.isLeaf = isLeaf;
    this.elements = elements;
    this.source = source;
  }

  /** Bytes it takes on a page. */
  get size(): number {
    let size = PAGE_HEADER_SIZE;
    for (const { key, value } of this.elements) size += elementSize(key.length, value.length);
    return size;
  }
}

export function readNode(reader: PageReader, id: number): Node {
  const page = new Page();
  reader.load(id, page);
  return nodeOf(page, { page: id, overflow: page.overflow });
}

export function readInlineNode(reader: PageReader, image: Uint8Array): Node {
  const page = new Page();
  reader.loadInline(image, page);
  return nodeOf(page, undefined);
}

/** The page's bytes become the node's: the page must not be loaded again. */
function nodeOf(page: Page, source: { readonly page: number; readonly overflow: number } | undefined): Node {
  const elements: NodeElement[] = [];
  for (let i = 0; i < page.count; i++) {
    const flags = page.isLeaf && page.isBucket(i) ? 1 : 0;
    const child = page.isLeaf ? 0 : page.child(i);
    elements.push({ key: page.key(i), value: page.value(i), flags, child });
  }
  return new Node(page.isLeaf, elements, source);
}
