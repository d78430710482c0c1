import { decodeMessage, encodeMessage } from './codec.ts';
import { GrpcError } from './errors.ts';
import type { Exchange, Start } from './exchange.ts';
import { MessageQueue } from './message-queue.ts';
import { wrongMessageCount } from './outcomes.ts';
import { StatusCode } from './status.ts';
import type { Call, Metadata, Method, Status } from './types.ts';

/** A call of any shape: writes encode at once, the iterator decodes at the pace of its reader. */
export class StreamingCall<Req, Res> implements Call<Req, Res> {
  readonly headers: Promise<Metadata>;
  readonly status: Promise<Status>;
  readonly #method: Method<Req, Res>;
  readonly #maxSendBytes: number;
  readonly #queue: MessageQueue;
  readonly #exchange: Exchange | undefined;
  #isHalfClosed = false;
  #messages = 0;
  /** Set once the call is over; `error` is undefined when it ended well. */
  #outcome: { readonly error: GrpcError | undefined } | undefined;

  constructor(method: Method<Req, Res>, maxSendBytes: number, start: Start) {
    this.#method = method;
    this.#maxSendBytes = maxSendBytes;
    this.#queue = new MessageQueue({ pause: () => this.#exchange?.pause(), resume: () => this.#exchange?.resume() });
    const headers = settledLater<Metadata>();
    const status = settledLater<Status>();
    this.headers = headers.promise;
    this.status = status.promise;
    // Whoever does not ask for the headers hears of the failure from the iterator or the status.
    this.headers.catch(() => {});
    this.#exchange = start({
      headers: (metadata) => headers.resolve(metadata),
      message: (bytes) => {
        this.#messages += 1;
        this.#queue.push(bytes);
      },
      end: (received, failure) => {
        const error = failure ?? this.#checkCount();
        this.#outcome = { error };
        if (error === undefined) headers.resolve({});
        else headers.reject(error);
        this.#queue.end(error);
        status.resolve(error === failure ? received : statusOfError(error, received));
      },
    });
  }

  write(message: Req): Promise<void> {
    if (this.#outcome !== undefined) return this.#whetherOver();
    if (this.#isHalfClosed) {
      return Promise.reject(new GrpcError(StatusCode.Internal, 'a message was written after the end of the requests'));
    }
    let wait: Promise<void> | undefined;
    try {
      wait = this.#exchange?.send(encodeMessage(this.#method, message, this.#maxSendBytes));
    } catch (cause) {
      const error = GrpcError.from(cause);
      this.#exchange?.fail(error);
      return Promise.reject(error);
    }
    return wait === undefined ? Promise.resolve() : wait.then(() => this.#whetherOver());
  }

  end(): void {
    this.#isHalfClosed = true;
    this.#exchange?.halfClose();
  }

  cancel(): void {
    this.#queue.clear();
    this.#exchange?.cancel();
  }

  [Symbol.asyncIterator](): AsyncIterator<Res, undefined> {
    return {
      next: async () => {
        const bytes = await this.#queue.next();
        return bytes === undefined ? { done: true, value: undefined } : { done: false, value: this.#decode(bytes) };
      },
      return: () => {
        this.cancel();
        return Promise.resolve({ done: true, value: undefined });
      },
    };
  }

  /** A call that the server ended well takes no more requests, but that is no failure. */
  #whetherOver(): Promise<void> {
    const error = this.#outcome?.error;
    return error === undefined ? Promise.resolve() : Promise.reject(error);
  }

  #decode(bytes: Uint8Array): Res {
    try {
      return decodeMessage(this.#method, bytes);
    } catch (error) {
      this.#queue.clear();
      this.#exchange?.fail(GrpcError.from(error));
      throw error;
    }
  }

  #checkCount(): GrpcError | undefined {
    return this.#method.responseStream || this.#messages === 1 ? undefined : wrongMessageCount(this.#messages);
  }
}

function statusOfError(error: GrpcError | undefined, received: Status): Status {
  return error === undefined ? received : { ...received, code: error.code, details: error.details };
}

function settledLater<T>(): { promise: Promise<T>; resolve(value: T): void; reject(error: Error): void } {
  let resolve!: (value: T) => void;
  let reject!: (error: Error) => void;
  const promise = new Promise<T>((accept, refuse) => {
    resolve = accept;
    reject = refuse;
  });
  return { promise, resolve, reject };
}
