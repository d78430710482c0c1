import { watchBounds } from './bounds.ts';
import type { Connection } from './connection.ts';
import { GrpcError } from './errors.ts';
import { ForeignResponse } from './foreign-response.ts';
import { Deframer } from './framing.ts';
import {
  Http2ErrorCode,
  type ReceivedHeaders,
  type ResponseListener,
  type SentHeaders,
  type Stream,
} from './http2/index.ts';
import { readMetadata } from './metadata.ts';
import { canceled, closedChannel, closedStream, deadlineExceeded, lostConnection } from './outcomes.ts';
import { isGrpcResponse, missingStatus, type ResponseHeaders, statusOf } from './response.ts';
import { StatusCode } from './status.ts';
import type { CallOptions, Metadata, Status } from './types.ts';

/** What one call hears from its stream. After `end` it hears nothing more. */
export interface Receiver {
  /** Absent: nobody wants to know, which spares reading them. */
  headers?(metadata: Metadata): void;
  message(bytes: Uint8Array): void;
  /** Called once: with an error, or with the OK status. */
  end(status: Status, error: GrpcError | undefined): void;
}

export interface ExchangeSetup {
  readonly headers: SentHeaders;
  readonly maxReceiveBytes: number;
  readonly options: CallOptions;
  /** What a deadline that passes now is to be blamed on, if on the connection. */
  readonly connectionTrouble: () => Error | undefined;
}

/** Begins the exchange of a call; undefined when it could not begin, then `receiver` has heard why. */
export type Start = (receiver: Receiver) => Exchange | undefined;

/** One call on one HTTP/2 stream: bytes out, messages in, and one end. */
export class Exchange {
  readonly #connection: Connection;
  readonly #stream: Stream;
  readonly #setup: ExchangeSetup;
  readonly #receiver: Receiver;
  readonly #deframer: Deframer;
  readonly #stopWatch: () => void;
  #trailers: ReceivedHeaders | undefined;
  #foreign: ForeignResponse | undefined;
  #isOver = false;
  #drained: Array<() => void> = [];

  constructor(connection: Connection, setup: ExchangeSetup, receiver: Receiver) {
    this.#connection = connection;
    this.#setup = setup;
    this.#receiver = receiver;
    this.#deframer = new Deframer(setup.maxReceiveBytes);
    this.#stream = connection.session.request(setup.headers, this.#listener());
    connection.hold(this);
    this.#stopWatch = watchBounds(setup.options, {
      deadlinePassed: () => this.fail(deadlineExceeded(setup.connectionTrouble(), this.#isUnsent)),
      aborted: (reason) => this.fail(canceled(reason, this.#isUnsent)),
    });
  }

  /** Sends one framed message. Returns a promise when the next one has to wait; it never rejects. */
  send(frame: Uint8Array): Promise<void> | undefined {
    if (this.#isOver || this.#stream.write(frame)) return undefined;
    return new Promise((resolve) => this.#drained.push(resolve));
  }

  halfClose(): void {
    if (!this.#isOver) this.#stream.halfClose();
  }

  /** Takes no more from the peer than what is on its way: flow control stops it there. */
  pause(): void {
    if (!this.#isOver && this.#trailers === undefined) this.#stream.pause();
  }

  resume(): void {
    if (!this.#isOver) this.#stream.resume();
  }

  cancel(): void {
    this.fail(canceled(undefined, this.#isUnsent));
  }

  abandon(): void {
    this.fail(closedChannel(this.#isUnsent));
  }

  /** Ends the call from this side. */
  fail(error: GrpcError): void {
    if (this.#isOver) return;
    this.#finish({ code: error.code, details: error.details, trailers: error.metadata }, error);
  }

  /** No stream number yet means that nothing of it has been written to the connection. */
  get #isUnsent(): boolean {
    return this.#stream.id === undefined;
  }

  #listener(): ResponseListener {
    return {
      response: (headers, isEnd) => this.#takeResponse(headers, isEnd),
      data: (chunk) => this.#takeData(chunk),
      trailers: (headers) => this.#takeTrailers(headers),
      end: () => this.#takeEnd(),
      drain: () => this.#releaseWriters(),
      close: () => this.#takeClose(),
    };
  }

  #takeResponse(headers: ResponseHeaders, isEnd: boolean): void {
    if (this.#isOver) return;
    if (!isGrpcResponse(headers)) {
      this.#foreign = new ForeignResponse(headers);
      if (this.#foreign.isUnderstood) this.#finishStatus(this.#foreign.status());
    } else if (isEnd) {
      this.#trailers = headers;
    } else {
      this.#receiver.headers?.(readMetadata(headers));
    }
  }

  #takeData(chunk: Buffer): void {
    if (this.#isOver) return;
    if (this.#foreign !== undefined) return this.#takeForeignData(this.#foreign, chunk);
    try {
      this.#deframer.push(chunk, (message) => {
        if (!this.#isOver) this.#receiver.message(message);
      });
    } catch (error) {
      this.fail(GrpcError.from(error));
    }
  }

  #takeForeignData(foreign: ForeignResponse, chunk: Buffer): void {
    foreign.push(chunk);
    if (foreign.isUnderstood) this.#finishStatus(foreign.status());
  }

  /** All has arrived, so it is taken over at once: a connection lost from now on must not take it away. */
  #takeTrailers(headers: ReceivedHeaders): void {
    this.#trailers = headers;
    this.#stream.resume();
  }

  /** The peer has said all it wanted to: with trailers or without. */
  #takeEnd(): void {
    if (this.#isOver) return;
    if (this.#trailers !== undefined) return this.#finishWith(this.#trailers);
    if (this.#foreign !== undefined) return this.#finishStatus(this.#foreign.status());
    this.#finishStatus(missingStatus('the server ended the call without trailers'));
  }

  #takeClose(): void {
    this.#releaseWriters();
    if (this.#isOver) return;
    const trailers = this.#trailers;
    if (trailers !== undefined && (this.#stream.hasEnded || statusOf(trailers).code !== StatusCode.OK)) {
      return this.#finishWith(trailers);
    }
    if (this.#foreign !== undefined) return this.#finishStatus(this.#foreign.status());
    this.fail(this.#whyClosed());
  }

  #whyClosed(): GrpcError {
    const connection = this.#connection;
    const { id, resetCode } = this.#stream;
    const isDisowned = id !== undefined && connection.isDisowned(id);
    const failure = connection.lossCause;
    // A stream above the number in the peer's GOAWAY is refused, though the connection may live on for others.
    if (failure !== undefined && resetCode !== Http2ErrorCode.RefusedStream) {
      return lostConnection(failure, this.#isUnsent || isDisowned || connection.wasRejected);
    }
    return closedStream(resetCode, connection.peer, this.#setup.options.deadline, isDisowned);
  }

  #finishWith(trailers: ReceivedHeaders): void {
    const status = statusOf(trailers);
    if (status.code === StatusCode.OK && !this.#deframer.isBetweenMessages) {
      const details = 'the server ended the call in the middle of a message';
      return this.#finishStatus({ ...status, code: StatusCode.Internal, details });
    }
    this.#finishStatus(status);
  }

  #finishStatus(status: Status): void {
    const { code, details, trailers } = status;
    this.#finish(status, code === StatusCode.OK ? undefined : new GrpcError(code, details, { metadata: trailers }));
  }

  #finish(status: Status, error: GrpcError | undefined): void {
    this.#isOver = true;
    this.#stopWatch();
    this.#resetStream();
    this.#connection.release(this);
    this.#releaseWriters();
    this.#receiver.end(status, error);
  }

  /** Tells the peer that nobody listens any more, unless both sides are done. */
  #resetStream(): void {
    if (!this.#stream.isDone) this.#stream.close(Http2ErrorCode.Cancel);
  }

  #releaseWriters(): void {
    const waiting = this.#drained;
    this.#drained = [];
    for (const resolve of waiting) resolve();
  }
}
