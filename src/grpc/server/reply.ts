import type { Stream } from '../http2/server.ts';
import { addMetadata } from '../metadata.ts';
import { StatusCode } from '../status.ts';
import type { Metadata } from '../types.ts';
import { encodePercent } from './percent-encoding.ts';
import type { Outcome } from './types.ts';

/** What goes back to the client on one stream: headers, messages, trailers; or, without any message, trailers alone. */
export class Reply {
  headers: Metadata | undefined;
  trailers: Metadata | undefined;
  readonly #stream: Stream;
  #hasBegun = false;

  constructor(stream: Stream) {
    this.#stream = stream;
  }

  write(frame: Uint8Array): void {
    this.#begin();
    this.#stream.write(frame);
  }

  /** A single message, and a good end. */
  answer(frame: Uint8Array): void {
    this.write(frame);
    this.#stream.halfClose(this.#withTrailers(OK_STATUS));
  }

  finish(outcome: Outcome, httpStatus: number): void {
    const status = this.#withTrailers(statusHeaders(outcome));
    if (this.#hasBegun) return this.#stream.halfClose(status);
    this.#hasBegun = true;
    this.#stream.sendHeaders(this.#head(httpStatus, status));
    this.#stream.halfClose();
  }

  #begin(): void {
    if (this.#hasBegun) return;
    this.#hasBegun = true;
    this.#stream.sendHeaders(this.headers === undefined ? PLAIN_HEAD : this.#head(200, {}));
  }

  #head(httpStatus: number, status: Readonly<Record<string, string>>): Record<string, string> {
    const head = { ...PLAIN_HEAD, ':status': String(httpStatus), ...status };
    if (this.headers !== undefined) addMetadata(head, this.headers);
    return head;
  }

  #withTrailers(status: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
    if (this.trailers === undefined) return status;
    const all = { ...status };
    addMetadata(all, this.trailers);
    return all;
  }
}

const PLAIN_HEAD = { ':status': '200', 'content-type': 'application/grpc' };
const OK_STATUS = { 'grpc-status': '0' };

function statusHeaders({ code, details, trailers }: Outcome): Record<string, string> {
  const headers: Record<string, string> = { 'grpc-status': String(code) };
  if (code !== StatusCode.OK && details !== '') headers['grpc-message'] = encodePercent(details);
  if (trailers !== undefined) addMetadata(headers, trailers);
  return headers;
}
