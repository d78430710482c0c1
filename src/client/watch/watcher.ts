import { GrpcError, StatusCode } from '../../grpc/index.ts';
import type { Init, WatchRequest, WatchResponse } from '../../wire/index.ts';
import type { CallBounds, WatchSpec, WatchUpdate } from '../api.ts';
import { ClientError } from '../errors.ts';
import { isStaleToken } from '../retry.ts';
import type { DuplexStream, StreamSource } from '../stream-source.ts';
import { Fragments } from './fragments.ts';
import { Position } from './position.ts';
import { ended, isProgress, updateOf } from './update.ts';

/** Answers to a request for progress come under this id, since they speak for the whole stream. */
const ALL_WATCHES = -1n;

/** A stream of the Watch service. */
export type WatchStream = DuplexStream<Init<WatchRequest>, WatchResponse>;

export type WatchSource = StreamSource<WatchStream>;

export type WatchOptions = CallBounds & { readonly yieldCreated?: boolean };

/** One watch over as many streams as it takes. Each has a stream of its own, so that a slow reader holds up no other watch. */
export class Watcher {
  readonly #spec: WatchSpec;
  readonly #source: WatchSource;
  readonly #options: WatchOptions;
  readonly #position: Position;
  /** The stream, once the server has set the watch up on it. */
  #live: WatchStream | undefined;
  #isProgressWanted = false;
  #isCreated = false;

  constructor(spec: WatchSpec, source: WatchSource, options: WatchOptions) {
    this.#spec = spec;
    this.#source = source;
    this.#options = options;
    this.#position = new Position(spec.startRevision ?? 0n);
  }

  /** Asks the server now, or as soon as it has set the watch up. */
  requestProgress(): void {
    this.#isProgressWanted = this.#live === undefined;
    if (this.#live !== undefined) send(this.#live, { progress_request: {} });
  }

  async *updates(): AsyncGenerator<WatchUpdate, undefined, undefined> {
    const { signal } = this.#options;
    try {
      for (;;) {
        const failure = yield* this.#oneStream();
        if (failure === 'canceled') return;
        await this.#source.recovery.after(failure, this.#options);
      }
    } catch (error) {
      if (signal?.aborted) return;
      const failure = await this.#source.fail(error, this.#options);
      if (!(failure instanceof ClientError)) throw failure;
      yield ended(failure.message, failure);
    }
  }

  /** Follows one stream to its end; returns how it ended, undefined if the server ended it politely. */
  async *#oneStream(): AsyncGenerator<WatchUpdate, GrpcError | 'canceled' | undefined, undefined> {
    const stream = await this.#source.open(this.#options);
    const fragments = new Fragments();
    this.#position.resume();
    send(stream, this.#createRequest());
    try {
      for await (const part of stream) {
        const response = fragments.push(part);
        if (response === undefined) continue;
        const update = this.#take(response, stream);
        if (update !== undefined) yield update;
        if (response.canceled) return 'canceled';
      }
      return undefined;
    } catch (error) {
      if (error instanceof GrpcError) return error;
      throw error;
    } finally {
      this.#live = undefined;
      stream.cancel();
    }
  }

  #createRequest(): Init<WatchRequest> {
    const { key, rangeEnd, prevKv = false, filters = [] } = this.#spec;
    return {
      create_request: {
        key,
        ...(rangeEnd && { range_end: rangeEnd }),
        start_revision: this.#position.startRevision,
        prev_kv: prevKv,
        filters,
        fragment: true,
        // Asked for even when the user does not want to see it: it moves the point to resume from past compactions.
        progress_notify: true,
      },
    };
  }

  /** @throws GrpcError when the server refuses the watch for the sake of its token, which can be mended */
  #take(response: WatchResponse, stream: WatchStream): WatchUpdate | undefined {
    if (response.created)
      return response.canceled ? refused(response.cancel_reason) : this.#takeCreated(response, stream);
    if (isProgress(response)) return this.#takeProgress(response);
    const events = this.#position.take(response.events);
    if (events.length === 0 && !response.canceled) return undefined;
    this.#source.recovery.progressed();
    return updateOf(response, events);
  }

  #takeCreated(response: WatchResponse, stream: WatchStream): WatchUpdate | undefined {
    this.#position.created(response.header?.revision ?? 0n);
    this.#source.recovery.progressed();
    this.#live = stream;
    if (this.#isProgressWanted) this.requestProgress();
    const isFirst = !this.#isCreated;
    this.#isCreated = true;
    return isFirst && this.#options.yieldCreated ? updateOf(response, []) : undefined;
  }

  #takeProgress(response: WatchResponse): WatchUpdate | undefined {
    const isAnswer = response.watch_id === ALL_WATCHES;
    // Servers before 3.5.8 may answer ahead of events that are still on their way: an answer is shown, never resumed from.
    if (!isAnswer) this.#position.progress(response.header?.revision ?? 0n);
    return isAnswer || this.#spec.progressNotify ? updateOf(response, []) : undefined;
  }
}

/** The server would not set the watch up. Its reason is the text of an error, sometimes with gRPC's frame. */
function refused(reason: string): WatchUpdate {
  if (isStaleToken(reason)) {
    throw new GrpcError(StatusCode.Unauthenticated, reason.replace(/^rpc error: code = \w+ desc = /, ''), {
      unprocessed: true,
    });
  }
  return ended(reason);
}

/** A failed write is the failure of the stream, which its reader hears of. */
function send(stream: WatchStream, request: Init<WatchRequest>): void {
  stream.write(request).catch(() => undefined);
}
