interface Deadline {
  readonly id: bigint;
  atMs: number;
  /** Where it lies in the heap. */
  position: number;
}

/**
 * Ids by the time at which each falls due, the earliest first. An id has one time: a lease that is renewed every
 * second for a year must not leave a trace of every renewal behind. A binary heap in which every entry knows its place.
 */
export class DeadlineQueue {
  readonly #heap: Deadline[] = [];
  readonly #byId = new Map<bigint, Deadline>();

  get size(): number {
    return this.#heap.length;
  }

  set(id: bigint, atMs: number): void {
    const known = this.#byId.get(id);
    if (known !== undefined) {
      known.atMs = atMs;
      this.#settle(known);
      return;
    }
    const deadline = { id, atMs, position: this.#heap.length };
    this.#heap.push(deadline);
    this.#byId.set(id, deadline);
    this.#settle(deadline);
  }

  has(id: bigint): boolean {
    return this.#byId.has(id);
  }

  delete(id: bigint): void {
    const deadline = this.#byId.get(id);
    if (deadline === undefined) return;
    this.#byId.delete(id);
    const last = this.#heap.pop();
    if (last === undefined || last === deadline) return;
    this.#place(last, deadline.position);
    this.#settle(last);
  }

  clear(): void {
    this.#heap.length = 0;
    this.#byId.clear();
  }

  /** The earliest id that is due at `nowMs`; it stays in the queue. */
  due(nowMs: number): bigint | undefined {
    const first = this.#heap[0];
    return first !== undefined && first.atMs <= nowMs ? first.id : undefined;
  }

  #place(deadline: Deadline, position: number): void {
    this.#heap[position] = deadline;
    deadline.position = position;
  }

  #settle(deadline: Deadline): void {
    this.#rise(deadline);
    this.#sink(deadline);
  }

  #rise(deadline: Deadline): void {
    while (deadline.position > 0) {
      const parent = this.#heap[(deadline.position - 1) >> 1];
      if (parent === undefined || parent.atMs <= deadline.atMs) return;
      this.#swap(parent, deadline);
    }
  }

  #sink(deadline: Deadline): void {
    for (;;) {
      const left = this.#heap[2 * deadline.position + 1];
      const right = this.#heap[2 * deadline.position + 2];
      const child = left !== undefined && right !== undefined && right.atMs < left.atMs ? right : left;
      if (child === undefined || deadline.atMs <= child.atMs) return;
      this.#swap(deadline, child);
    }
  }

  #swap(a: Deadline, b: Deadline): void {
    const position = a.position;
    this.#place(a, b.position);
    this.#place(b, position);
  }
}
