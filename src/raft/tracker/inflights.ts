import { fail } from '../errors.ts';

/** How much may be on its way to one follower. `Infinity` means no limit. */
export interface InflightLimits {
  readonly maxMessages: number;
  readonly maxBytes: number;
}

interface InflightMessage {
  readonly lastIndex: bigint;
  readonly bytes: number;
}

/**
 * The append messages sent to one follower and not yet acknowledged, oldest
 * first: a window that closes when it holds too many messages or bytes.
 */
export class Inflights {
  readonly #limits: InflightLimits;
  readonly #messages: InflightMessage[] = [];
  #bytes = 0;

  constructor(limits: InflightLimits) {
    this.#limits = limits;
  }

  get count(): number {
    return this.#messages.length;
  }

  get bytes(): number {
    return this.#bytes;
  }

  isFull(): boolean {
    return this.count >= this.#limits.maxMessages || this.#bytes >= this.#limits.maxBytes;
  }

  /** Records a message that ends at `lastIndex`. Messages are added in the order of their indexes. */
  add(lastIndex: bigint, bytes: number): void {
    if (this.isFull()) {
      fail('cannot add into a full inflights window');
    }
    this.#messages.push({ lastIndex, bytes });
    this.#bytes += bytes;
  }

  /** Frees every message that ends at or before `index`. */
  freeUpTo(index: bigint): void {
    let freed = 0;
    for (const message of this.#messages) {
      if (index < message.lastIndex) {
        break;
      }
      this.#bytes -= message.bytes;
      freed++;
    }
    this.#messages.splice(0, freed);
  }

  reset(): void {
    this.#messages.length = 0;
    this.#bytes = 0;
  }

  copy(): Inflights {
    const copy = new Inflights(this.#limits);
    for (const { lastIndex, bytes } of this.#messages) {
      copy.add(lastIndex, bytes);
    }
    return copy;
  }
}
