/** Where a queue's flow is stopped and started again, in bytes that wait in it. */
const HIGH_WATER_BYTES = 1024 * 1024;
const LOW_WATER_BYTES = HIGH_WATER_BYTES / 2;
/** What a message costs beside its bytes, so that a flood of empty ones is stopped too. */
const MESSAGE_OVERHEAD_BYTES = 64;
/** Slots of messages handed out are given back in batches of at least this many. */
const MIN_BATCH = 256;

export interface Flow {
  pause(): void;
  resume(): void;
}

interface Waiter {
  resolve(message: Uint8Array | undefined): void;
  reject(error: Error): void;
}

/** Messages between a stream that pushes and a reader that pulls; a slow reader pauses the stream. */
export class MessageQueue {
  readonly #flow: Flow;
  #messages: Uint8Array[] = [];
  #first = 0;
  #bytes = 0;
  #isPaused = false;
  #waiters: Waiter[] = [];
  #end: { readonly error: Error | undefined } | undefined;

  constructor(flow: Flow) {
    this.#flow = flow;
  }

  push(message: Uint8Array): void {
    const waiter = this.#waiters.shift();
    if (waiter !== undefined) return waiter.resolve(message);
    this.#messages.push(message);
    this.#bytes += message.byteLength + MESSAGE_OVERHEAD_BYTES;
    if (this.#bytes >= HIGH_WATER_BYTES && !this.#isPaused) {
      this.#isPaused = true;
      this.#flow.pause();
    }
  }

  /** No message comes after this; what waits is still handed out before `error` is. */
  end(error: Error | undefined): void {
    this.#end = { error };
    for (const waiter of this.#waiters.splice(0)) settle(waiter, error);
  }

  /** Drops what waits. */
  clear(): void {
    this.#messages = [];
    this.#first = 0;
    this.#bytes = 0;
  }

  /** The next message, or undefined after the last; rejects when the end was an error. */
  next(): Promise<Uint8Array | undefined> {
    const message = this.#take();
    if (message !== undefined) return Promise.resolve(message);
    return new Promise((resolve, reject) => {
      const waiter = { resolve, reject };
      if (this.#end === undefined) this.#waiters.push(waiter);
      else settle(waiter, this.#end.error);
    });
  }

  /** A moving index instead of shift(), which would move every message that waits. */
  #take(): Uint8Array | undefined {
    const message = this.#messages[this.#first];
    if (message === undefined) return undefined;
    this.#first += 1;
    this.#bytes -= message.byteLength + MESSAGE_OVERHEAD_BYTES;
    this.#forgetTaken();
    if (this.#isPaused && this.#bytes <= LOW_WATER_BYTES) {
      this.#isPaused = false;
      this.#flow.resume();
    }
    return message;
  }

  #forgetTaken(): void {
    if (this.#first < this.#messages.length && this.#first < Math.max(MIN_BATCH, this.#messages.length / 2)) return;
    this.#messages.splice(0, this.#first);
    this.#first = 0;
  }
}

function settle(waiter: Waiter, error: Error | undefined): void {
  if (error === undefined) waiter.resolve(undefined);
  else waiter.reject(error);
}
