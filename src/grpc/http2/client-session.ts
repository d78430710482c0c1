import type { Carrier } from '../transport.ts';
import { Http2ErrorCode } from './errors.ts';
import { Setting } from './frames.ts';
import type { SentHeaders } from './hpack-encoder.ts';
import { Link, type Side } from './link.ts';
import { PREFACE } from './preface.ts';
import { readResponse, type ResponseListener } from './response-reader.ts';
import { Stream } from './stream.ts';

export interface ClientSessionListener {
  /** The peer's first settings have come: it speaks HTTP/2. */
  settled(): void;
  goAway(code: number, lastStreamId: number, debug: Buffer): void;
  /** The session is over; `error` is how the peer broke the protocol, if that is why. Its streams are closed after this. */
  closed(error: Error | undefined): void;
}

/** Room for one stream: large enough for a full pipe, small enough to hold in memory while nobody reads. */
const STREAM_WINDOW_BYTES = 4 * 1024 * 1024;
const LAST_STREAM_ID = 2 ** 31 - 1;

/** One HTTP/2 connection, from the side that asks. Requests may be made at once; they wait until the transport is ready. */
export class ClientSession {
  readonly #transport: Carrier;
  readonly #listener: ClientSessionListener;
  readonly #link: Link;
  /** Not on the connection yet. */
  readonly #waiting = new Set<Stream>();
  #nextId = 1;
  #isClosing = false;

  /** @param readyEvent what the transport says when it takes bytes; undefined when it does already */
  constructor(transport: Carrier, readyEvent: string | undefined, listener: ClientSessionListener) {
    this.#transport = transport;
    this.#listener = listener;
    this.#link = new Link(transport, this.#side());
    this.#link.outbox.add(PREFACE);
    this.#link.greet([
      [Setting.EnablePush, 0],
      [Setting.InitialWindowSize, STREAM_WINDOW_BYTES],
    ]);
    transport.on('data', (chunk: Buffer) => this.#link.receive(chunk));
    transport.once('close', () => this.destroy());
    if (readyEvent === undefined) queueMicrotask(() => this.#begin());
    else transport.once(readyEvent, () => this.#begin());
  }

  /** New requests may be made. */
  get isUsable(): boolean {
    return !this.#isClosing && !this.isDestroyed && this.#hasIds;
  }

  get isDestroyed(): boolean {
    return this.#link.isDestroyed;
  }

  /** @throws Error when the session is not usable */
  request(headers: SentHeaders, listener: ResponseListener): Stream {
    if (!this.isUsable) throw new Error('the connection takes no more requests');
    const { outbox } = this.#link;
    const stream = new Stream(this.#link, STREAM_WINDOW_BYTES);
    stream.listener = readResponse(listener, () => this.#forget(stream));
    stream.sendHeaders(headers);
    this.#waiting.add(stream);
    outbox.schedule();
    return stream;
  }

  ping(onAnswer: () => void): void {
    this.#link.ping(onAnswer);
  }

  /** Ends it and all its streams at once. */
  destroy(error?: Error): void {
    this.#link.destroy(error);
  }

  get #hasIds(): boolean {
    return this.#nextId <= LAST_STREAM_ID;
  }

  #begin(): void {
    if (this.isDestroyed || this.#transport.destroyed) return;
    this.#transport.once('end', () => this.destroy());
    this.#link.outbox.open();
  }

  /** As many requests begin as the peer allows; the numbers of their streams are in the order of their headers. */
  #beginStreams(): void {
    const { outbox, streams } = this.#link;
    for (const stream of this.#waiting) {
      if (streams.size >= outbox.settings.maxConcurrentStreams || !this.#hasIds) return;
      this.#waiting.delete(stream);
      this.#link.enter(this.#nextId, stream);
      this.#nextId += 2;
      outbox.sendHead(stream);
    }
  }

  #forget(stream: Stream): void {
    if (this.#waiting.delete(stream)) return;
    if (this.#waiting.size > 0) this.#link.outbox.schedule();
  }

  /** Without an error code the requests that the peer has taken go on; all others are free to be made elsewhere. */
  #takeGoAway(code: number, lastStreamId: number, debug: Buffer): void {
    this.#isClosing = true;
    this.#listener.goAway(code, lastStreamId, debug);
    if (code !== Http2ErrorCode.NoError) return this.destroy();
    for (const stream of [...this.#link.streams.values(), ...this.#waiting]) {
      if (stream.id !== undefined && stream.id <= lastStreamId) continue;
      stream.resetCode = Http2ErrorCode.RefusedStream;
      stream.finish();
    }
    if (this.#link.streams.size === 0) this.destroy();
  }

  #side(): Side {
    return {
      admits: (streamId) => streamId % 2 === 1 && streamId < this.#nextId,
      // Those of a stream that we have given up come from a peer that does not know yet.
      headers: (stream, _streamId, headers, isEnd) => stream?.takeHeaders(headers, isEnd),
      goAway: (code, lastStreamId, debug) => this.#takeGoAway(code, lastStreamId, debug),
      settled: () => this.#listener.settled(),
      pinged: () => {},
      emptied: () => {
        if (this.#isClosing) this.destroy();
      },
      lastPeerStreamId: () => 0,
      closed: (error) => {
        this.#listener.closed(error);
        for (const stream of this.#waiting) stream.finish();
      },
      beforeFlush: () => this.#beginStreams(),
      sentEnd: (stream) => {
        if (stream.isDone) stream.finish();
      },
    };
  }
}
