import { MemoryStorage } from '../../../src/raft/index.ts';

type Write = (storage: MemoryStorage) => void;

/**
 * A disk that forgets at a crash what was not synced. Writes keep their order,
 * so what is left is a prefix of them that contains all that was synced.
 */
export class Disk {
  /** What reads show: everything that was written. */
  storage = new MemoryStorage();
  /** What a crash now would leave at least. */
  durable = new MemoryStorage();
  #writes: Write[] = [];
  #synced = 0;

  write(write: Write): void {
    this.#writes.push(write);
    write(this.storage);
  }

  sync(): void {
    for (const write of this.#writes.slice(this.#synced)) {
      write(this.durable);
    }
    this.#synced = this.#writes.length;
  }

  /** @param luck of the writes that were not synced, 0 loses all, 1 none */
  crash(luck: number): void {
    const kept = Math.round((this.#writes.length - this.#synced) * luck);
    this.#writes = this.#writes.slice(0, this.#synced + kept);
    this.storage = replayed(this.#writes);
    this.sync();
  }
}

function replayed(writes: readonly Write[]): MemoryStorage {
  const storage = new MemoryStorage();
  for (const write of writes) {
    write(storage);
  }
  return storage;
}
