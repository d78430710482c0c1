import type { OutgoingHttpHeaders, ServerHttp2Stream } from 'node:http2';
import type { Clock } from '../../base/index.ts';
import { Http2Code } from '../http2-codes.ts';
import { addMetadata } from '../metadata.ts';
import { StatusCode } from '../status.ts';
import type { Metadata } from '../types.ts';
import { encodePercent } from './percent-encoding.ts';
import type { Outcome } from './types.ts';

/** How long a client may go on sending after the end of its call. */
const LINGER_MS = 1_000;

/** What goes back to the client on one stream: headers, messages, trailers; or, without any message, trailers alone. */
export class Reply {
  headers: Metadata | undefined;
  trailers: Metadata | undefined;
  readonly #stream: ServerHttp2Stream;
  readonly #clock: Clock;
  #hasBegun = false;
  #outgoing: OutgoingHttpHeaders = { 'grpc-status': '0' };

  constructor(stream: ServerHttp2Stream, clock: Clock) {
    this.#stream = stream;
    this.#clock = clock;
  }

  write(frame: Uint8Array): void {
    if (!this.#isOpen) return;
    this.#begin();
    this.#stream.write(frame);
  }

  /** A single message, and a good end. */
  answer(frame: Uint8Array): void {
    if (!this.#isOpen) return;
    this.#begin();
    if (this.trailers !== undefined) addMetadata(this.#outgoing, this.trailers);
    this.#stream.end(frame);
  }

  finish(outcome: Outcome, httpStatus: number): void {
    if (!this.#isOpen) return;
    this.#outgoing = statusHeaders(outcome);
    if (this.trailers !== undefined) addMetadata(this.#outgoing, this.trailers);
    if (this.#hasBegun) this.#stream.end();
    else this.#respondWithTrailersAlone(httpStatus);
  }

  get #isOpen(): boolean {
    return !this.#stream.destroyed && !this.#stream.closed;
  }

  #begin(): void {
    if (this.#hasBegun) return;
    this.#hasBegun = true;
    const head: OutgoingHttpHeaders = { ':status': 200, 'content-type': 'application/grpc' };
    if (this.headers !== undefined) addMetadata(head, this.headers);
    this.#stream.respond(head, { waitForTrailers: true });
    this.#stream.on('wantTrailers', () => this.#sendTrailers());
  }

  #sendTrailers(): void {
    if (!this.#isOpen) return;
    this.#stream.sendTrailers(this.#outgoing);
    this.#stopRequests();
  }

  #respondWithTrailersAlone(httpStatus: number): void {
    this.#hasBegun = true;
    const head: OutgoingHttpHeaders = { ':status': httpStatus, 'content-type': 'application/grpc', ...this.#outgoing };
    if (this.headers !== undefined) addMetadata(head, this.headers);
    this.#stream.respond(head, { endStream: true });
    this.#stopRequests();
  }

  /**
   * Nobody reads what the client still sends. A client that has its status stops by itself; one that does not is
   * stopped, but only later: a reset overtakes trailers that have not left yet.
   */
  #stopRequests(): void {
    const stream = this.#stream;
    if (stream.readableEnded) return;
    stream.resume();
    const cancelTimer = this.#clock.after(LINGER_MS, () => stream.close(Http2Code.NoError));
    stream.once('close', cancelTimer);
    stream.once('end', cancelTimer);
  }
}

function statusHeaders({ code, details, trailers }: Outcome): OutgoingHttpHeaders {
  const headers: OutgoingHttpHeaders = { 'grpc-status': String(code) };
  if (code !== StatusCode.OK && details !== '') headers['grpc-message'] = encodePercent(details);
  if (trailers !== undefined) addMetadata(headers, trailers);
  return headers;
}
