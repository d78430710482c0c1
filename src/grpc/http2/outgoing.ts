import { SendWindow } from './send-window.ts';
import type { SentHeaders } from './hpack-encoder.ts';

/** What may wait to be sent before a writer is told to wait. */
const HIGH_WATER_BYTES = 64 * 1024;
const NOTHING = new Uint8Array();

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
   * Takes the data that is sent next.
   * @param most bytes; when there is no room, only nothing at all is taken
   */
  take(most: number): Uint8Array | undefined {
    const first = this.#chunks[0] ?? NOTHING;
    const room = Math.min(most, this.window.left);
    if (first.byteLength > 0 && room <= 0) return undefined;
    const bytes = first.byteLength > room ? first.subarray(0, room) : first;
    if (bytes.byteLength < first.byteLength) this.#chunks[0] = first.subarray(room);
    else this.#chunks.shift();
    this.window.take(bytes.byteLength);
    this.#bytes -= bytes.byteLength;
    return bytes;
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
