import type { Message } from '../../raft/index.ts';
import { type Append, appendOf, type LogStore } from './log-store.ts';

interface Item {
  readonly append: Append;
  readonly responses: readonly Message[];
  readonly afterwards: (() => void) | undefined;
}

export interface AppendEvents {
  /** These may go out now: what they promise is durable. */
  written(responses: readonly Message[]): void;
  failed(error: unknown): void;
}

/**
 * Writes what a node wants kept, in order. While one write is under way others gather, and are then written as one, so
 * that a slow disk costs latency and not throughput.
 */
export class AppendQueue {
  readonly #log: LogStore;
  readonly #events: AppendEvents;
  #waiting: Item[] = [];
  #writing: Promise<void> | undefined;

  constructor(log: LogStore, events: AppendEvents) {
    this.#log = log;
    this.#events = events;
  }

  /** @param afterwards called when it is kept, before its answers go out */
  add(m: Message, afterwards?: () => void): void {
    this.#waiting.push({ append: appendOf(m), responses: m.responses, afterwards });
    if (!this.#writing) this.#writeAll();
  }

  /** Resolves when nothing is being written. What waits is not begun any more. */
  async idle(): Promise<void> {
    this.#waiting = [];
    await this.#writing;
  }

  #writeAll(): void {
    while (this.#waiting.length > 0) {
      const items = this.#takeBatch();
      const write = this.#log.append(merge(items.map(({ append }) => append)));
      if (write) {
        this.#writing = this.#finish(write, items);
        return;
      }
      this.#written(items);
    }
  }

  async #finish(write: Promise<void>, items: readonly Item[]): Promise<void> {
    try {
      await write;
      this.#writing = undefined;
      this.#written(items);
      this.#writeAll();
    } catch (error) {
      this.#writing = undefined;
      this.#waiting = [];
      this.#events.failed(error);
    }
  }

  #written(items: readonly Item[]): void {
    for (const { afterwards } of items) afterwards?.();
    this.#events.written(items.flatMap(({ responses }) => responses));
  }

  /** All that waits, up to a snapshot, which begins a batch of its own. */
  #takeBatch(): Item[] {
    const end = this.#waiting.findIndex(({ append }, i) => i > 0 && append.snapshot !== undefined);
    return this.#waiting.splice(0, end < 0 ? this.#waiting.length : end);
  }
}

function merge(appends: readonly Append[]): Append {
  if (appends.length === 1 && appends[0]) return appends[0];
  return {
    snapshot: appends[0]?.snapshot,
    entries: appends.flatMap(({ entries }) => entries),
    hardState: appends.findLast(({ hardState }) => hardState !== undefined)?.hardState,
  };
}
