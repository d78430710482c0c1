import type { StoreHash } from '../types.ts';

export type StoredHash = Omit<StoreHash, 'revision'>;

const MOST = 10;

/** Hashes taken while compacting, of what lay between two compactions. Members compare them long after. */
export class StoredHashes {
  #hashes: StoredHash[] = [];

  add(hash: StoredHash): void {
    this.#hashes.push(hash);
    this.#hashes = this.#hashes.slice(-MOST);
  }

  at(revision: bigint): StoredHash | undefined {
    return this.#hashes.find(({ hashRevision }) => hashRevision === revision);
  }

  /** The newest first. */
  newest(): StoredHash[] {
    return this.#hashes.toReversed();
  }
}
