import { codeOfHttpStatus } from './http-status.ts';
import type { ResponseHeaders } from './response.ts';
import type { Status } from './types.ts';

/** How much of the body goes into the error. */
const QUOTED_BYTES = 200;

const TEXT_CONTENT_TYPE = /^(?:text\/|application\/(?:[\w.-]+\+)?(?:json|xml)\b)/;

/** An answer that is not gRPC, from a proxy or a web server in the gRPC server's place. */
export class ForeignResponse {
  readonly #headers: ResponseHeaders;
  #body = Buffer.alloc(0);

  constructor(headers: ResponseHeaders) {
    this.#headers = headers;
  }

  /** There is nothing more to learn from its body: enough text has come, or it is no text. */
  get isUnderstood(): boolean {
    return this.#body.byteLength >= QUOTED_BYTES || !TEXT_CONTENT_TYPE.test(this.#headers['content-type'] ?? '');
  }

  push(chunk: Uint8Array): void {
    this.#body = Buffer.concat([this.#body, chunk]);
  }

  /** What the call makes of it. */
  status(): Status {
    const httpStatus = this.#headers[':status'] ?? 0;
    const contentType = this.#headers['content-type'];
    const type = contentType === undefined ? 'no content-type' : `content-type ${contentType}`;
    const quote = this.#body.subarray(0, QUOTED_BYTES).toString('utf8').trim();
    const details = `the answer is not gRPC: HTTP status ${httpStatus}, ${type}`;
    return {
      code: codeOfHttpStatus(httpStatus),
      details: quote === '' ? details : `${details}, body ${JSON.stringify(quote)}`,
      trailers: {},
    };
  }
}
