import { http2Error, Http2ErrorCode } from './errors.ts';
import type { ReceivedHeaders } from './hpack-decoder.ts';
import { ReceiveWindow } from './receive-window.ts';
import { SendWindow } from './send-window.ts';

/** Pseudo-headers first; names in lower case, values of printable ASCII. */
export type RequestHeaders = Readonly<Record<string, string>>;

/** What a stream hears, in this order; `close` is the last. */
export interface StreamListener {
  /** @param isEnd nothing follows, so that these are trailers too */
  response(headers: ReceivedHeaders, isEnd: boolean): void;
  data(chunk: Buffer): void;
  trailers(headers: ReceivedHeaders): void;
  /** The peer has sent all that it wanted to. */
  end(): void;
  /** All that was written has been handed to the connection. */
  drain(): void;
  close(): void;
}

/** What a stream asks of its session. */
export interface StreamHost {
  /** There is something to send. */
  wake(stream: Stream): void;
  /** As many bytes of the stream have been read. */
  grant(stream: Stream, bytes: number): void;
  reset(stream: Stream, code: number): void;
  forget(stream: Stream): void;
}

/** Room for one stream: large enough for a full pipe, small enough to hold in memory while nobody reads. */
export const STREAM_WINDOW_BYTES = 4 * 1024 * 1024;
/** What may wait to be sent before a writer is told to wait. */
const HIGH_WATER_BYTES = 64 * 1024;

/** One request and its response. */
export class Stream {
  readonly headers: RequestHeaders;
  readonly listener: StreamListener;
  readonly #host: StreamHost;
  readonly #window = new ReceiveWindow(STREAM_WINDOW_BYTES);
  /** Undefined as long as nothing of it has been written to the connection. */
  id: number | undefined;
  #sendWindow = new SendWindow(0);
  /** The code it was reset with, by either side. */
  resetCode: number = Http2ErrorCode.NoError;
  #outgoing: Uint8Array[] = [];
  #outgoingBytes = 0;
  #mustDrain = false;
  #isHalfClosed = false;
  #hasSentEnd = false;
  #incoming: Buffer[] = [];
  #isPaused = false;
  #hasResponse = false;
  #hasReceivedEnd = false;
  #hasEnded = false;
  #isClosed = false;

  constructor(host: StreamHost, headers: RequestHeaders, listener: StreamListener) {
    this.#host = host;
    this.headers = headers;
    this.listener = listener;
  }

  get isClosed(): boolean {
    return this.#isClosed;
  }

  /** Both sides have said all, and it has been heard. */
  get isDone(): boolean {
    return this.#hasEnded && this.#hasSentEnd;
  }

  /** The peer's end has been heard. */
  get hasEnded(): boolean {
    return this.#hasEnded;
  }

  /** @returns false when the next write had better wait for `drain` */
  write(bytes: Uint8Array): boolean {
    if (this.#isClosed || this.#isHalfClosed) return true;
    this.#outgoing.push(bytes);
    this.#outgoingBytes += bytes.byteLength;
    this.#mustDrain = this.#outgoingBytes >= HIGH_WATER_BYTES;
    this.#host.wake(this);
    return !this.#mustDrain;
  }

  halfClose(): void {
    if (this.#isClosed) return;
    this.#isHalfClosed = true;
    this.#host.wake(this);
  }

  pause(): void {
    this.#isPaused = true;
  }

  resume(): void {
    this.#isPaused = false;
    this.#deliver();
  }

  /** Ends it at once; the peer is told, if it knows of it. */
  close(code: number): void {
    if (this.#isClosed) return;
    this.resetCode = code;
    if (this.id !== undefined) this.#host.reset(this, code);
    this.finish();
  }

  /** @throws Error when it becomes larger than windows can be */
  growSendWindow(bytes: number): void {
    this.#sendWindow.grow(bytes);
    if (this.hasOutgoing) this.#host.wake(this);
  }

  /** There is something to send beside the headers. */
  get hasOutgoing(): boolean {
    return this.#outgoing.length > 0 || (this.#isHalfClosed && !this.#hasSentEnd);
  }

  /**
   * Takes what is sent next. What is left to send after it is nothing but its end: `isEnd`.
   * @param most bytes; when there is no room, only an end without bytes is taken
   */
  takeOutgoing(most: number): { readonly bytes: Uint8Array; readonly isEnd: boolean } | undefined {
    const first = this.#outgoing[0] ?? new Uint8Array();
    const room = Math.min(most, this.#sendWindow.left);
    if (first.byteLength > 0 && room <= 0) return undefined;
    const bytes = first.byteLength > room ? first.subarray(0, room) : first;
    if (bytes.byteLength < first.byteLength) this.#outgoing[0] = first.subarray(room);
    else this.#outgoing.shift();
    this.#sendWindow.take(bytes.byteLength);
    this.#outgoingBytes -= bytes.byteLength;
    const isEnd = this.#isHalfClosed && this.#outgoing.length === 0;
    if (isEnd) this.#hasSentEnd = true;
    if (this.#mustDrain && this.#outgoing.length === 0) {
      this.#mustDrain = false;
      this.listener.drain();
    }
    return { bytes, isEnd };
  }

  /** @throws Error when a second response begins without the end of the stream */
  takeHeaders(headers: ReceivedHeaders, isEnd: boolean): void {
    if (!this.#hasResponse) {
      const status = headers[':status'] ?? 0;
      if (status >= 100 && status < 200 && !isEnd) return; // something of the kind always comes before the response
      this.#hasResponse = true;
      this.listener.response(headers, isEnd);
    } else if (isEnd) {
      this.listener.trailers(headers);
    } else {
      throw http2Error(Http2ErrorCode.ProtocolError, 'trailers do not end their stream');
    }
    if (isEnd) this.takeEnd();
  }

  /**
   * @param bytes the data in a frame, and `padded` how many there are with the padding
   * @throws Error when the peer sends more than it was given room for
   */
  takeData(bytes: Buffer, padded: number): void {
    this.#window.take(padded);
    if (padded > bytes.length) this.#grantRead(padded - bytes.length);
    if (bytes.length > 0) this.#incoming.push(bytes);
    this.#deliver();
  }

  takeEnd(): void {
    this.#hasReceivedEnd = true;
    this.#deliver();
  }

  /** The peer has given it up. Without an error that is an end like any other, as far as it goes. */
  takeReset(code: number): void {
    this.resetCode = code;
    if (code === Http2ErrorCode.NoError) {
      this.#isPaused = false;
      this.takeEnd();
    }
    this.finish();
  }

  /** Nothing is heard or said after this. */
  finish(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#outgoing = [];
    this.#host.forget(this);
    this.listener.close();
  }

  #deliver(): void {
    while (!this.#isPaused && !this.#isClosed) {
      const chunk = this.#incoming.shift();
      if (chunk === undefined) break;
      this.#grantRead(chunk.length);
      this.listener.data(chunk);
    }
    if (this.#isPaused || this.#isClosed || !this.#hasReceivedEnd || this.#hasEnded) return;
    this.#hasEnded = true;
    this.listener.end();
    if (this.isDone) this.finish();
  }

  #grantRead(bytes: number): void {
    const grant = this.#window.release(bytes);
    if (grant > 0 && !this.#hasReceivedEnd) this.#host.grant(this, grant);
  }
}
