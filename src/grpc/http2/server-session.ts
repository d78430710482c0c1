import type { Transport } from '../transport.ts';
import { http2Error, Http2ErrorCode } from './errors.ts';
import { FrameType, goAwayFrame, numbersFrame, Setting } from './frames.ts';
import type { ReceivedHeaders } from './hpack-decoder.ts';
import { Link, type Side } from './link.ts';
import { PREFACE } from './preface.ts';
import { areTrailers, isRequest } from './request-check.ts';
import { Stream } from './stream.ts';

export interface ServerSessionListener {
  /** A request has begun; whoever answers it sets the stream's listener at once. */
  request(stream: Stream, headers: ReceivedHeaders): void;
  pinged(): void;
  /** The session is over. Its streams are closed after this. */
  closed(): void;
}

export interface ServerSessionOptions {
  /** Requests open at once; any number when absent. */
  readonly maxConcurrentStreams?: number | undefined;
  /** How much of one request may wait that nobody reads. */
  readonly streamWindowBytes: number;
}

/** One HTTP/2 connection, from the side that answers. */
export class ServerSession {
  readonly #transport: Transport;
  readonly #options: ServerSessionOptions;
  readonly #listener: ServerSessionListener;
  readonly #link: Link;
  /** How much of the client's preface has come. */
  #greeted = 0;
  #lastId = 0;
  #isRetiring = false;

  /** @param transport takes bytes already; what was read of it has been put back */
  constructor(transport: Transport, options: ServerSessionOptions, listener: ServerSessionListener) {
    this.#transport = transport;
    this.#options = options;
    this.#listener = listener;
    this.#link = new Link(transport, this.#side());
    const { maxConcurrentStreams: limit, streamWindowBytes } = options;
    this.#link.greet([
      [Setting.InitialWindowSize, streamWindowBytes],
      ...(limit === undefined ? [] : [[Setting.MaxConcurrentStreams, limit] as const]),
    ]);
    this.#link.outbox.open();
    transport.on('data', (chunk: Buffer) => this.#receive(chunk));
    transport.once('end', () => this.destroy());
    transport.once('close', () => this.destroy());
    // It may have broken before it came here.
    if (transport.destroyed) queueMicrotask(() => this.destroy());
  }

  get isDestroyed(): boolean {
    return this.#link.isDestroyed;
  }

  ping(): void {
    if (!this.isDestroyed) this.#link.ping(() => {});
  }

  /** Takes no new requests; those that run go on, and with the last of them the session ends. */
  retire(): void {
    if (this.#isRetiring || this.isDestroyed) return;
    this.#isRetiring = true;
    this.#link.outbox.add(goAwayFrame(this.#lastId, Http2ErrorCode.NoError));
    if (this.#link.streams.size === 0) this.#leave();
  }

  /** Ends it at once, with a word to the client why. */
  expel(http2Code: number, debug: string): void {
    if (this.isDestroyed) return;
    this.#link.outbox.close();
    this.#transport.write(goAwayFrame(this.#lastId, http2Code, debug));
    // The word must leave before the connection ends.
    setImmediate(() => this.destroy());
  }

  /** Ends it and all its streams at once. */
  destroy(): void {
    this.#link.destroy();
  }

  #receive(chunk: Buffer): void {
    if (this.#greeted === PREFACE.length) return this.#link.receive(chunk);
    const wanted = PREFACE.subarray(this.#greeted, this.#greeted + chunk.length);
    if (!chunk.subarray(0, wanted.length).equals(wanted)) {
      return this.#link.destroy(http2Error(Http2ErrorCode.ProtocolError, 'it does not begin as clients do'));
    }
    this.#greeted += wanted.length;
    if (chunk.length > wanted.length) this.#link.receive(chunk.subarray(wanted.length));
  }

  #begin(streamId: number, headers: ReceivedHeaders, isEnd: boolean): void {
    if (streamId <= this.#lastId) {
      // The trailers of a request that we have answered already, which its client may not know yet.
      if (areTrailers(headers)) return;
      throw http2Error(Http2ErrorCode.ProtocolError, 'a stream begins for the second time, or too late');
    }
    this.#lastId = streamId;
    if (this.#isRetiring) return; // the client has been told how far it was heard
    const refusal = this.#refusalOf(headers);
    if (refusal !== undefined) {
      this.#link.outbox.add(numbersFrame(FrameType.RstStream, streamId, refusal));
      return;
    }
    const stream = new Stream(this.#link, this.#options.streamWindowBytes);
    this.#link.enter(streamId, stream);
    this.#listener.request(stream, headers);
    if (isEnd) stream.takeEnd();
  }

  #refusalOf(headers: ReceivedHeaders): number | undefined {
    const { maxConcurrentStreams = Number.POSITIVE_INFINITY } = this.#options;
    if (this.#link.streams.size >= maxConcurrentStreams) return Http2ErrorCode.RefusedStream;
    return isRequest(headers) ? undefined : Http2ErrorCode.ProtocolError;
  }

  /** The answer is complete. A client that still sends is told to stop, as Go's servers do it. */
  #endStream(stream: Stream): void {
    if (stream.hasReceivedEnd) stream.finish();
    else stream.close(Http2ErrorCode.NoError);
  }

  /** Ends the connection when all that was said on it has been sent. */
  #leave(): void {
    this.#link.outbox.whenSent(() => this.#transport.end(() => this.destroy()));
  }

  #side(): Side {
    return {
      admits: (streamId, isHeaders) => streamId % 2 === 1 && (isHeaders || streamId <= this.#lastId),
      headers: (stream, streamId, headers, isEnd) => {
        if (stream === undefined) this.#begin(streamId, headers, isEnd);
        else if (isEnd && areTrailers(headers)) stream.takeHeaders(headers, true);
        else stream.close(Http2ErrorCode.ProtocolError);
      },
      goAway: () => {}, // a client that leaves hangs up when it is done
      settled: () => {},
      pinged: () => this.#listener.pinged(),
      emptied: () => {
        if (this.#isRetiring && !this.isDestroyed) this.#leave();
      },
      lastPeerStreamId: () => this.#lastId,
      closed: () => this.#listener.closed(),
      beforeFlush: () => {},
      sentEnd: (stream) => this.#endStream(stream),
    };
  }
}
