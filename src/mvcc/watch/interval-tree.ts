interface Node<T> {
  /** Texts as of `textOf`; an end of undefined is after all keys. */
  readonly start: string;
  readonly end: string | undefined;
  readonly value: T;
  readonly priority: number;
  left: Node<T> | undefined;
  right: Node<T> | undefined;
  /** The last end below this node. */
  maxEnd: string | undefined;
}

type Tree<T> = Node<T> | undefined;

/** Ranges of keys, each with a value, asked for those that hold a key: a treap that knows the last end of each branch. */
export class IntervalTree<T> {
  #root: Tree<T>;
  #seed = 1;

  get(start: string, end: string | undefined): T | undefined {
    let node = this.#root;
    while (node !== undefined) {
      const order = compare(start, end, node);
      if (order === 0) return node.value;
      node = order < 0 ? node.left : node.right;
    }
    return undefined;
  }

  /** Adds a range that is not there yet. */
  add(start: string, end: string | undefined, value: T): void {
    const node = { start, end, value, priority: this.#nextPriority(), left: undefined, right: undefined, maxEnd: end };
    this.#root = insert(this.#root, node);
  }

  delete(start: string, end: string | undefined): void {
    this.#root = remove(this.#root, start, end);
  }

  /** Calls back for each range that holds the key. */
  visit(key: string, visit: (value: T) => void): void {
    visitTree(this.#root, key, visit);
  }

  /** No chance in it: a generator of numbers that look like it keeps the tree as even as dice would. */
  #nextPriority(): number {
    this.#seed ^= this.#seed << 13;
    this.#seed ^= this.#seed >>> 17;
    this.#seed ^= this.#seed << 5;
    return this.#seed;
  }
}

function visitTree<T>(node: Tree<T>, key: string, visit: (value: T) => void): void {
  if (node === undefined || !isBefore(key, node.maxEnd)) return;
  visitTree(node.left, key, visit);
  if (key < node.start) return;
  if (isBefore(key, node.end)) visit(node.value);
  visitTree(node.right, key, visit);
}

function insert<T>(tree: Tree<T>, node: Node<T>): Node<T> {
  if (tree === undefined) return node;
  if (compare(node.start, node.end, tree) < 0) {
    tree.left = insert(tree.left, node);
    if (tree.left.priority > tree.priority) return rotateRight(tree, tree.left);
  } else {
    tree.right = insert(tree.right, node);
    if (tree.right.priority > tree.priority) return rotateLeft(tree, tree.right);
  }
  return measured(tree);
}

function remove<T>(tree: Tree<T>, start: string, end: string | undefined): Tree<T> {
  if (tree === undefined) return undefined;
  const order = compare(start, end, tree);
  if (order === 0) return join(tree.left, tree.right);
  if (order < 0) tree.left = remove(tree.left, start, end);
  else tree.right = remove(tree.right, start, end);
  return measured(tree);
}

/** All of the left comes before all of the right. */
function join<T>(left: Tree<T>, right: Tree<T>): Tree<T> {
  if (left === undefined) return right;
  if (right === undefined) return left;
  if (left.priority > right.priority) {
    left.right = join(left.right, right);
    return measured(left);
  }
  right.left = join(left, right.left);
  return measured(right);
}

function rotateRight<T>(tree: Node<T>, left: Node<T>): Node<T> {
  tree.left = left.right;
  left.right = measured(tree);
  return measured(left);
}

function rotateLeft<T>(tree: Node<T>, right: Node<T>): Node<T> {
  tree.right = right.left;
  right.left = measured(tree);
  return measured(right);
}

function measured<T>(node: Node<T>): Node<T> {
  let { end } = node;
  if (node.left && isBefore(end, node.left.maxEnd)) end = node.left.maxEnd;
  if (node.right && isBefore(end, node.right.maxEnd)) end = node.right.maxEnd;
  node.maxEnd = end;
  return node;
}

/** Whether a key, or an end, comes before an end. */
function isBefore(key: string | undefined, end: string | undefined): boolean {
  if (key === undefined) return false;
  return end === undefined || key < end;
}

function compare<T>(start: string, end: string | undefined, node: Node<T>): number {
  if (start !== node.start) return start < node.start ? -1 : 1;
  if (end === node.end) return 0;
  return isBefore(end, node.end) ? -1 : 1;
}
