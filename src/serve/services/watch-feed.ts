import { GrpcError, StatusCode } from '../../grpc/index.ts';
import type { Caller, MemberApi, WatchSession } from '../../member/index.ts';
import type { WatchCreateRequest, WatchResponse } from '../../wire/index.ts';

/** So many responses may wait for the reader before the member is asked to hold back. */
const MAX_WAITING = 16;

/** One watch of the member's own keys, read by iterating. Leaving the iteration closes it. */
export class WatchFeed implements AsyncIterable<WatchResponse> {
  readonly #session: WatchSession;
  readonly #caller: Caller;
  readonly #stop = (): void => this.#finish(canceled());
  #waiting: WatchResponse[] = [];
  #wake: (() => void) | undefined;
  #end: { readonly error: Error | undefined } | undefined;

  constructor(member: MemberApi, caller: Caller, create: WatchCreateRequest) {
    this.#caller = caller;
    this.#session = member.watch(caller, {
      isReady: () => this.#waiting.length < MAX_WAITING,
      send: (response) => this.#take(response),
      end: (error) => this.#finish(error ?? lost()),
    });
    caller.signal?.addEventListener('abort', this.#stop, { once: true });
    if (caller.signal?.aborted === true) this.#stop();
    this.#session.request({ create_request: create });
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<WatchResponse, undefined> {
    try {
      for (;;) {
        const batch = this.#waiting;
        this.#waiting = [];
        if (batch.length >= MAX_WAITING) this.#session.drained();
        yield* batch;
        if (this.#waiting.length > 0) continue;
        if (this.#end?.error !== undefined) throw this.#end.error;
        if (this.#end !== undefined) return undefined;
        await new Promise<void>((resolve) => {
          this.#wake = resolve;
        });
      }
    } finally {
      this.#caller.signal?.removeEventListener('abort', this.#stop);
      this.#session.close();
    }
  }

  /** A canceled watch ends with its last response, which says why. */
  #take(response: WatchResponse): void {
    this.#waiting.push(response);
    if (response.canceled) this.#finish(undefined);
    this.#wake?.();
  }

  #finish(error: Error | undefined): void {
    this.#end ??= { error };
    this.#wake?.();
  }
}

const canceled = (): GrpcError => new GrpcError(StatusCode.Canceled, 'context canceled');
const lost = (): GrpcError => new GrpcError(StatusCode.Unknown, 'lost watcher');
