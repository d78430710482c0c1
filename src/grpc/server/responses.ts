import type { ServerCall } from './call.ts';
import { encodeResponse } from './codec.ts';
import type { Responses, ServedMethod } from './types.ts';

/** The responses of a streaming call, paced by the client's flow control. */
export class ResponseStream<Res> implements Responses<Res> {
  readonly #call: ServerCall;
  readonly #method: Pick<ServedMethod<unknown, Res>, 'encodeResponse'>;
  #listener: (() => void) | undefined;
  #waiting: Array<() => void> = [];

  constructor(call: ServerCall, method: Pick<ServedMethod<unknown, Res>, 'encodeResponse'>) {
    this.#call = call;
    this.#method = method;
    call.whenDrained(() => this.#release());
    call.whenOver(() => this.#release());
  }

  get isReady(): boolean {
    return this.#call.isDrained;
  }

  get isOver(): boolean {
    return this.#call.isOver;
  }

  send(message: Res): void {
    if (this.#call.isOver) return;
    const bytes = encodeResponse(this.#call, this.#method, message);
    if (bytes !== undefined) this.#call.send(bytes);
  }

  ready(): Promise<void> {
    if (this.isReady || this.isOver) return Promise.resolve();
    return new Promise((resolve) => this.#waiting.push(resolve));
  }

  onReady(listener: () => void): void {
    this.#listener = listener;
  }

  #release(): void {
    for (const resolve of this.#waiting.splice(0)) resolve();
    if (!this.isOver) this.#listener?.();
  }
}
