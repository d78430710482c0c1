import { type JointConfig, jointCommitted } from '../quorum/index.ts';
import type { Message } from '../message.ts';
import { NO_BYTES } from '../types.ts';

export interface QueuedRead {
  readonly request: Message;
  /** The leader's commit index when the request came in. */
  readonly index: bigint;
}

const CONTEXT_BYTES = 8;

/**
 * A leader's reads in the order in which they came in, numbered from 1. A
 * heartbeat carries the number of the latest one; an acknowledgement of it
 * confirms that one and all before, so that many reads share one round trip.
 */
export class ReadQueue {
  readonly #acks = new Map<bigint, bigint>();
  #waiting: QueuedRead[] = [];
  #confirmed = 0n;

  add(read: QueuedRead): void {
    this.#waiting.push(read);
  }

  /** What a heartbeat sent now is to carry: nothing when no read waits. */
  heartbeatContext(): Uint8Array {
    if (this.#waiting.length === 0) {
      return NO_BYTES;
    }
    const context = new Uint8Array(CONTEXT_BYTES);
    new DataView(context.buffer).setBigUint64(0, this.#last(), true);
    return context;
  }

  /** `from` has answered a heartbeat that carried `context`. */
  acknowledge(from: bigint, context: Uint8Array): void {
    if (context.length !== CONTEXT_BYTES) {
      return;
    }
    const number = new DataView(context.buffer, context.byteOffset, CONTEXT_BYTES).getBigUint64(0, true);
    const known = this.#acks.get(from) ?? 0n;
    // A number that was never sent must not confirm reads that are yet to come.
    if (number > known && number <= this.#last()) {
      this.#acks.set(from, number);
    }
  }

  /** Takes out the reads that a quorum has confirmed. */
  takeConfirmed(voters: JointConfig): readonly QueuedRead[] {
    const confirmed = jointCommitted(voters, (id) => this.#acks.get(id));
    if (confirmed <= this.#confirmed || this.#waiting.length === 0) {
      return [];
    }
    const taken = this.#waiting.splice(0, Number(confirmed - this.#confirmed));
    this.#confirmed += BigInt(taken.length);
    return taken;
  }

  #last(): bigint {
    return this.#confirmed + BigInt(this.#waiting.length);
  }
}
