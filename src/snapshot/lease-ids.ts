import { BboltError, type Database } from '../bbolt/index.ts';

/** The ids of the leases in a database, in order. */
export class LeaseIds {
  #ids = new BigUint64Array(64);
  #count = 0;

  get count(): number {
    return this.#count;
  }

  /** Ids must come in ascending order. */
  add(id: bigint): void {
    if (this.#count === this.#ids.length) {
      const ids = new BigUint64Array(this.#count * 2);
      ids.set(this.#ids);
      this.#ids = ids;
    }
    this.#ids[this.#count++] = id;
  }

  has(lease: bigint): boolean {
    const id = BigInt.asUintN(64, lease);
    let low = 0;
    let high = this.#count;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((this.#ids[middle] ?? 0n) < id) low = middle + 1;
      else high = middle;
    }
    return low < this.#count && this.#ids[low] === id;
  }
}

/** Undefined if the bucket is broken: what is wrong with it is told elsewhere. */
export function readLeaseIds(database: Database): LeaseIds | undefined {
  const ids = new LeaseIds();
  try {
    const cursor = database.bucket('lease')?.cursor();
    if (!cursor) return ids;
    for (let found = cursor.first(); found; found = cursor.next()) {
      if (cursor.key.length === 8) ids.add(cursor.key.readBigUInt64BE());
    }
    return ids;
  } catch (error) {
    if (error instanceof BboltError) return undefined;
    throw error;
  }
}
