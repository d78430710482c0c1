import { type Call, GrpcError, StatusCode } from '../grpc/index.ts';

type Listener = (value?: unknown) => void;

/**
 * A call in the shape that etcd3's clients give out, an emitter, and at the same time in the one that this
 * room works with, an async iterable, whose reader is never overrun. Use one of the two.
 */
export class RpcStream<Req, Res> implements AsyncIterable<Res> {
  /** etcd3 looks at this before it reports an error as the connection's fault. */
  readonly writable = true;
  readonly call: Call<Req, Res>;
  #pumping = false;
  readonly #dataListeners: Listener[] = [];

  constructor(call: Call<Req, Res>) {
    this.call = call;
  }

  [Symbol.asyncIterator](): AsyncIterator<Res> {
    return this.call[Symbol.asyncIterator]();
  }

  write(message: Req): Promise<void> {
    return this.call.write(message);
  }

  end(): void {
    this.call.end();
  }

  cancel(): void {
    this.call.cancel();
  }

  /** `data` sets the stream flowing; `error`, `end` and `status` come once, after all data. */
  on(event: 'data' | 'error' | 'end' | 'status', listener: Listener): this {
    if (event === 'data') {
      this.#dataListeners.push(listener);
      void this.#pump();
      return this;
    }
    void this.call.status.then((status) => {
      if (event === 'status') listener(status);
      if (event === 'end' && status.code === StatusCode.OK) listener();
      if (event === 'error' && status.code !== StatusCode.OK) listener(new GrpcError(status.code, status.details));
    });
    return this;
  }

  async #pump(): Promise<void> {
    if (this.#pumping) return;
    this.#pumping = true;
    try {
      for await (const message of this.call) for (const listener of this.#dataListeners) listener(message);
    } catch {
      // The listeners of `error` hear of it through the status.
    }
  }
}
