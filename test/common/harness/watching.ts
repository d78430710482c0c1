/** One watch, read at the scenario's pace. */
import type { Client, WatchUpdate } from '../../../src/client/index.ts';
import { type Span, spanOf, text, textKv, type TextKv } from './text.ts';

export interface WatchOptions extends Span {
  readonly start?: bigint;
  readonly prev?: boolean;
  readonly progress?: boolean;
  /** Leaves these out. */
  readonly without?: 'puts' | 'deletes';
}

export type TextEvent =
  | { readonly put: TextKv; readonly prev?: TextKv }
  | { readonly deleted: string; readonly mod: bigint; readonly prev?: TextKv };

/** A watch that waits longer than this waits for what will not come. */
const PATIENCE_MS = 8000;

export class Watching {
  /** The server has begun to watch, or has refused to. */
  readonly created: Promise<void>;
  readonly #abort = new AbortController();
  readonly #updates: AsyncIterator<WatchUpdate>;
  #first: WatchUpdate | undefined;
  #events: TextEvent[] = [];

  constructor(client: Client, key: string, options: WatchOptions) {
    const { key: from, range_end } = spanOf(key, options);
    const { start = 0n, prev = false, progress = false, without } = options;
    const spec = { key: from, rangeEnd: range_end, startRevision: start, prevKv: prev, progressNotify: progress };
    const filters = without === undefined ? [] : [without === 'puts' ? (0 as const) : (1 as const)];
    const updates = client.watch.watch({ ...spec, filters }, { signal: this.#abort.signal, yieldCreated: true });
    this.#updates = updates[Symbol.asyncIterator]();
    this.created = this.#readFirst();
  }

  async #readFirst(): Promise<void> {
    const update = await this.#read();
    if (!update.created || update.canceled) this.#first = update;
  }

  /** The next response as it is. */
  async update(): Promise<WatchUpdate> {
    const first = this.#first;
    this.#first = undefined;
    return first ?? this.#read();
  }

  /** The next `count` events, whatever the responses they come in. */
  async take(count: number): Promise<TextEvent[]> {
    while (this.#events.length < count) {
      const { events, canceled, cancelReason } = await this.update();
      if (canceled) throw new Error(`the watch was canceled: ${cancelReason}`);
      for (const { type, kv, prev_kv } of events) {
        const prev = prev_kv && { prev: textKv(prev_kv) };
        this.#events.push(
          type === 0 ? { put: textKv(kv!), ...prev } : { deleted: text(kv!.key), mod: kv!.mod_revision, ...prev },
        );
      }
    }
    return this.#events.splice(0, count);
  }

  async close(): Promise<void> {
    this.#abort.abort();
    await this.#updates.return?.();
  }

  async #read(): Promise<WatchUpdate> {
    const next = this.#updates.next();
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<never>((_, reject) => {
      timer = setTimeout(() => reject(new Error('the watch heard of nothing')), PATIENCE_MS);
    });
    try {
      const { value, done } = await Promise.race([next, late]);
      if (done) throw new Error('the watch has ended');
      return value;
    } finally {
      clearTimeout(timer);
    }
  }
}
