import type { SentHeaders } from './hpack-encoder.ts';
import { SendWindow } from './send-window.ts';

/** What may wait to be sent before a writer is told to wait. */
const HIGH_WATER_BYTES = 64 * 1024;

/** What a stream has to send, in this order: headers, data as far as its window allows, trailers. */
export class Outgoing {
  readonly window: SendWindow = new SendWindow(0);
  /** Until they are sent. */
  head: SentHeaders | undefined;
  #trailers: SentHeaders | undefined;
  #hasSentEnd = false;
  #chunks: Uint8Array[] = [];
  #bytes = 0;
  #isHalfClosed = false;
  #mustDrain = false;

  /** Nothing is added any more. */
  get isHalfClosed(): boolean {
    return this.#isHalfClosed;
  }

  /** Who writes had better wait. */
  get mustDrain(): boolean {
    return this.#mustDrain;
  }

  /** The end has gone out. */
  get hasSentEnd(): boolean {
    return this.#hasSentEnd;
  }

  get hasData(): boolean {
    return this.#chunks.length > 0;
  }

  get hasMore(): boolean {
    return this.head !== undefined || this.hasData || (this.#isHalfClosed && !this.#hasSentEnd);
  }

  add(bytes: Uint8Array): void {
    this.#chunks.push(bytes);
    this.#bytes += bytes.byteLength;
    this.#mustDrain = this.#bytes >= HIGH_WATER_BYTES;
  }

  end(trailers: SentHeaders | undefined): void {
    this.#isHalfClosed = true;
    this.#trailers = trailers;
  }

  clear(): void {
    this.#chunks = [];
    this.#bytes = 0;
    this.#isHalfClosed = false;
    this.head = undefined;
    this.#trailers = undefined;
  }

  /**
   * Takes what goes into one frame: many small pieces are one, which spares both sides the most where events are many.
   * @param most bytes; when there is no room, only nothing at all is taken
   */
  take(most: number): { readonly pieces: readonly Uint8Array[]; readonly bytes: number } | undefined {
    const room = Math.min(most, this.window.left);
    if (this.hasData && room <= 0) return undefined;
    let left = room;
    let whole = 0;
    for (const { byteLength } of this.#chunks) {
      if (byteLength > left) break;
      left -= byteLength;
      whole += 1;
    }
    const pieces = this.#chunks.splice(0, whole);
    const [next] = this.#chunks;
    if (next !== undefined && left > 0) {
      pieces.push(next.subarray(0, left));
      this.#chunks[0] = next.subarray(left);
      left = 0;
    }
    const bytes = pieces.length === 0 ? 0 : room - left;
    this.window.take(bytes);
    this.#bytes -= bytes;
    return { pieces, bytes };
  }

  /** Whether what is sent now is the last. */
  takeEnd(): boolean {
    this.#hasSentEnd = this.#isHalfClosed && !this.hasData && this.#trailers === undefined;
    return this.#hasSentEnd;
  }

  /** Nothing but trailers is left to be sent. */
  get isAtTrailers(): boolean {
    return this.#trailers !== undefined && !this.hasData;
  }

  takeTrailers(): SentHeaders {
    this.#hasSentEnd = true;
    return this.#trailers ?? {};
  }

  /** Whether the writer that was told to wait can be told to go on. */
  takeDrained(): boolean {
    if (!this.#mustDrain || this.hasData) return false;
    this.#mustDrain = false;
    return true;
  }
}
