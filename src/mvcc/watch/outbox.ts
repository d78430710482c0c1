import type { WatchResponse } from '../../wire/index.ts';
import type { WatchSink } from '../types.ts';

/** As many as etcd's channel takes. */
const MOST_WAITING = 128;

/** Responses on their way into a sink, in order. */
export class Outbox {
  readonly #sink: WatchSink;
  readonly #mostWaiting: number;
  readonly #waiting: WatchResponse[] = [];

  /** @param mostWaiting responses that may wait before watchers are held back */
  constructor(sink: WatchSink, mostWaiting = MOST_WAITING) {
    this.#sink = sink;
    this.#mostWaiting = mostWaiting;
  }

  get length(): number {
    return this.#waiting.length;
  }

  get waitingEvents(): number {
    return this.#waiting.reduce((sum, { events }) => sum + events.length, 0);
  }

  get hasRoom(): boolean {
    return this.#waiting.length < this.#mostWaiting;
  }

  send(response: WatchResponse): void {
    if (this.#waiting.length === 0 && this.#sink.isReady()) this.#sink.send(response);
    else this.#waiting.push(response);
  }

  /** Sends on as much as the sink takes. One that asks for more while it is given something gets it in order. */
  flush(): void {
    while (this.#sink.isReady()) {
      const response = this.#waiting.shift();
      if (response === undefined) return;
      this.#sink.send(response);
    }
  }

  clear(): void {
    this.#waiting.length = 0;
  }
}
