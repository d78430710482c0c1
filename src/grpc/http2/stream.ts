import { Http2ErrorCode } from './errors.ts';
import type { ReceivedHeaders } from './hpack-decoder.ts';
import type { SentHeaders } from './hpack-encoder.ts';
import { Outgoing } from './outgoing.ts';
import { ReceiveWindow } from './receive-window.ts';

/** What a stream hears; `close` is the last. */
export interface StreamListener {
  /** @param isEnd nothing follows; `end` comes in any case */
  headers(headers: ReceivedHeaders, isEnd: boolean): void;
  /** @param chunk its memory is used again after the call */
  data(chunk: Buffer): void;
  /** The peer has sent all that it wanted to. */
  end(): void;
  /** All that was written has been handed to the connection. */
  drain(): void;
  close(): void;
}

/** What a stream asks of its connection. */
export interface StreamHost {
  /** There is something to send. */
  wake(stream: Stream): void;
  /** As many bytes of the stream have been read. */
  grant(stream: Stream, bytes: number): void;
  reset(stream: Stream, code: number): void;
  forget(stream: Stream): void;
}

const nobody: StreamListener = { headers() {}, data() {}, end() {}, drain() {}, close() {} };

/** One request and its response, as either side sees it. */
export class Stream {
  /** Undefined as long as nothing of it has been written to the connection. */
  id: number | undefined;
  /** The code it was reset with, by either side. */
  resetCode: number = Http2ErrorCode.NoError;
  /** Whoever has the stream sets it before anything can be heard. */
  listener: StreamListener = nobody;
  readonly outgoing: Outgoing = new Outgoing();
  readonly #host: StreamHost;
  readonly #window: ReceiveWindow;
  #incoming: Buffer[] = [];
  #isPaused = false;
  #hasReceivedEnd = false;
  #hasEnded = false;
  #isClosed = false;

  /** @param windowBytes how much the peer may send that nobody has read */
  constructor(host: StreamHost, windowBytes: number) {
    this.#host = host;
    this.#window = new ReceiveWindow(windowBytes);
  }

  get isClosed(): boolean {
    return this.#isClosed;
  }

  /** The peer's end has been heard. */
  get hasEnded(): boolean {
    return this.#hasEnded;
  }

  /** The peer's end has arrived, if not been heard. */
  get hasReceivedEnd(): boolean {
    return this.#hasReceivedEnd;
  }

  /** Both sides have said all, and it has been heard. */
  get isDone(): boolean {
    return this.#hasEnded && this.outgoing.hasSentEnd;
  }

  /** What goes before all else. */
  sendHeaders(headers: SentHeaders): void {
    if (this.#isClosed) return;
    this.outgoing.head = headers;
    this.#host.wake(this);
  }

  /** @returns false when the next write had better wait for `drain` */
  write(bytes: Uint8Array): boolean {
    if (this.#isClosed || this.outgoing.isHalfClosed) return true;
    this.outgoing.add(bytes);
    this.#host.wake(this);
    return !this.outgoing.mustDrain;
  }

  /** Nothing is written after this. */
  halfClose(trailers?: SentHeaders): void {
    if (this.#isClosed || this.outgoing.isHalfClosed) return;
    this.outgoing.end(trailers);
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
    this.outgoing.window.grow(bytes);
    if (this.outgoing.hasMore) this.#host.wake(this);
  }

  /** The peer lets more through. */
  takeWindowUpdate(bytes: number): void {
    if (this.outgoing.window.canGrow(bytes)) this.growSendWindow(bytes);
    else this.close(Http2ErrorCode.FlowControlError);
  }

  takeHeaders(headers: ReceivedHeaders, isEnd: boolean): void {
    this.listener.headers(headers, isEnd);
    if (isEnd) this.takeEnd();
  }

  /**
   * @param bytes the data in a frame, and `padded` how many there are with the padding
   * @throws Error when the peer sends more than it was given room for
   */
  takeData(bytes: Buffer, padded: number): void {
    this.#window.take(padded);
    if (padded > bytes.length) this.#grantRead(padded - bytes.length);
    if (bytes.length === 0) return;
    if (this.#isPaused || this.#incoming.length > 0) {
      this.#incoming.push(Buffer.from(bytes));
    } else {
      this.#grantRead(bytes.length);
      this.listener.data(bytes);
    }
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
    this.outgoing.clear();
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
