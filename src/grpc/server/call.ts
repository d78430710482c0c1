import type { CancelSignal } from '../../base/index.ts';
import { encodeFrame } from '../framing.ts';
import type { ReceivedHeaders, Stream, StreamListener } from '../http2/server.ts';
import { readMetadata } from '../metadata.ts';
import type { Metadata } from '../types.ts';
import { CallSignal } from './call-signal.ts';
import { canceled, canceledError, OK, outcomeOf } from './outcomes.ts';
import { Reply } from './reply.ts';
import type { CallContext, GrpcServerOptions, Outcome, Peer } from './types.ts';

/** What a call does with what its client sends. */
export interface CallInput {
  /** The chunk's memory is used again after the call. */
  data(chunk: Uint8Array): void;
  /** The client half-closed. */
  end(): void;
}

/** What a call needs of the connection that it came on. */
export interface CallHost {
  readonly peer: Peer;
  readonly options: GrpcServerOptions;
  /** Nothing is left of the call, not even an answer that was on its way. */
  forget(call: ServerCall): void;
  /** Something is being sent to the client. */
  noteSent(): void;
}

/** One call from its headers to its status. Whoever runs it decides what to do with its requests. */
export class ServerCall implements CallContext {
  readonly path: string;
  /** Of any shape but the unary. */
  readonly isStreaming: boolean;
  input: CallInput | undefined;
  readonly #stream: Stream;
  readonly #host: CallHost;
  readonly #headers: ReceivedHeaders;
  readonly #reply: Reply;
  #cancelDeadline: (() => void) | undefined;
  #signal: CallSignal | undefined;
  #whenOver: Array<() => void> = [];
  #whenDrained: Array<() => void> = [];
  #isOver = false;

  constructor(
    stream: Stream,
    headers: ReceivedHeaders,
    {
      path,
      isStreaming,
      isServed,
    }: { readonly path: string; readonly isStreaming: boolean; readonly isServed: boolean },
    host: CallHost,
  ) {
    this.path = path;
    this.isStreaming = isStreaming;
    this.#stream = stream;
    this.#headers = headers;
    this.#host = host;
    this.#reply = new Reply(stream);
    stream.listener = this.#listener();
    host.options.observer?.started?.(path, isServed);
  }

  get peer(): Peer {
    return this.#host.peer;
  }

  get metadata(): Metadata {
    return readMetadata(this.#headers);
  }

  get signal(): CancelSignal {
    this.#signal ??= new CallSignal();
    if (this.#isOver) this.#signal.abort(canceledError);
    return this.#signal;
  }

  get isOver(): boolean {
    return this.#isOver;
  }

  header(name: string): string | undefined {
    const value = this.#headers[name];
    return typeof value === 'number' ? String(value) : value;
  }

  setHeaders(metadata: Metadata): void {
    this.#reply.headers = metadata;
  }

  setTrailers(metadata: Metadata): void {
    this.#reply.trailers = metadata;
  }

  /** Takes no more requests than what is on its way: flow control stops its client there. */
  pause(): void {
    this.#stream.pause();
  }

  resume(): void {
    this.#stream.resume();
  }

  /** Whether what was written has gone out, but for a little. */
  get isDrained(): boolean {
    return !this.#stream.outgoing.mustDrain;
  }

  /** Calls back whenever all that was written has gone out, after there had been too much of it. */
  whenDrained(listener: () => void): void {
    this.#whenDrained.push(listener);
  }

  /** Calls back once the call has ended, whoever ended it. */
  whenOver(listener: () => void): void {
    if (this.#isOver) listener();
    else this.#whenOver.push(listener);
  }

  endAfter(timeoutMs: number, outcome: Outcome): void {
    this.#cancelDeadline = this.#host.options.clock.after(timeoutMs, () => this.#finish(outcome));
  }

  /** @param bytes a message without its frame header */
  send(bytes: Uint8Array): void {
    if (this.#isOver) return;
    this.#count(bytes);
    this.#reply.write(encodeFrame(bytes, Number.POSITIVE_INFINITY));
  }

  /** The one response of a unary call, and its end. */
  answer(bytes: Uint8Array): void {
    if (this.#isOver) return;
    this.#count(bytes);
    this.#reply.answer(encodeFrame(bytes, Number.POSITIVE_INFINITY));
    this.#leave(OK);
  }

  end(error?: unknown): void {
    this.#finish(error === undefined ? OK : (this.#host.options.outcomeOf ?? outcomeOf)(error, this.path));
  }

  /** Ends the call with what its server found wrong. */
  refuse(error: unknown): void {
    this.#finish(outcomeOf(error));
  }

  /** @param httpStatus other than 200 only where gRPC asks for it, and before any response */
  refuseWith(outcome: Outcome, httpStatus = 200): void {
    this.#finish(outcome, httpStatus);
  }

  #finish(outcome: Outcome, httpStatus = 200): void {
    if (this.#isOver) return;
    this.#host.noteSent();
    this.#reply.finish(outcome, httpStatus);
    this.#leave(outcome);
  }

  #count(bytes: Uint8Array): void {
    this.#host.noteSent();
    this.#host.options.observer?.sent?.(this.path, bytes.byteLength);
  }

  #listener(): StreamListener {
    return {
      headers: () => {}, // the trailers of a request say nothing
      data: (chunk) => {
        if (!this.#isOver) this.input?.data(chunk);
      },
      end: () => {
        if (!this.#isOver) this.input?.end();
      },
      drain: () => {
        for (const listener of this.#whenDrained) listener();
      },
      close: () => {
        this.#leave(canceled);
        this.#host.forget(this);
      },
    };
  }

  #leave(outcome: Outcome): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#cancelDeadline?.();
    this.#host.options.observer?.ended?.(this.path, outcome.code);
    this.#signal?.abort(canceledError);
    for (const listener of this.#whenOver.splice(0)) listener();
  }
}
