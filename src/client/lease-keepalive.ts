import { Deadline } from '../base/index.ts';
import { GrpcError, StatusCode } from '../grpc/index.ts';
import type { Init, LeaseKeepAliveRequest, LeaseKeepAliveResponse } from '../wire/index.ts';
import type { CallBounds } from './api.ts';
import { pause, within } from './pause.ts';
import type { DuplexStream, StreamSource } from './stream-source.ts';

/** A stream of LeaseKeepAlive. */
export type KeepAliveStream = DuplexStream<Init<LeaseKeepAliveRequest>, LeaseKeepAliveResponse>;

export type KeepAliveSource = StreamSource<KeepAliveStream>;

/** Answers that nobody has taken yet; older ones are dropped, for only the renewal itself matters. */
const QUEUE_LIMIT = 16;
/** How often in its life a lease is renewed. */
const RENEWALS_PER_TTL = 3;

/**
 * Renews a lease every third of its TTL, whether or not the reader keeps up, and yields the answers. Ends when the
 * server says that the lease is gone, when its time has run out without an answer, or when the signal fires.
 * @throws ClientError when the server refuses, or the deadline passes
 */
export async function* keepAlive(
  id: bigint,
  source: KeepAliveSource,
  bounds: CallBounds,
): AsyncGenerator<LeaseKeepAliveResponse, undefined, undefined> {
  const queue: LeaseKeepAliveResponse[] = [];
  const stop = new AbortController();
  const onAbort = (): void => stop.abort();
  bounds.signal?.addEventListener('abort', onAbort);
  if (bounds.signal?.aborted) stop.abort();
  let wake: (() => void) | undefined;
  let end: { readonly error: unknown } | undefined;
  const renewal = new Renewal(id, source, { ...bounds, signal: stop.signal }, (response) => {
    if (queue.push(response) > QUEUE_LIMIT) queue.shift();
    wake?.();
  });
  const finish = (error?: unknown): void => {
    end = { error };
    wake?.();
  };
  renewal.run().then(() => finish(), finish);
  try {
    for (;;) {
      for (let next = queue.shift(); next !== undefined; next = queue.shift()) yield next;
      if (end !== undefined) break;
      await new Promise<void>((resolve) => {
        wake = resolve;
      });
    }
    if (end.error !== undefined && !stop.signal.aborted) throw await source.fail(end.error, bounds);
  } finally {
    bounds.signal?.removeEventListener('abort', onAbort);
    stop.abort();
  }
}

/** One lease's renewals, over as many streams as it takes. */
class Renewal {
  readonly #id: bigint;
  readonly #source: KeepAliveSource;
  readonly #bounds: CallBounds;
  readonly #onAnswer: (response: LeaseKeepAliveResponse) => void;
  /** When the lease runs out unless it is renewed; unknown before the first answer. */
  #expiry = Deadline.never;
  /** An answer later than this is taken for none. */
  #patienceMs = Number.POSITIVE_INFINITY;

  constructor(
    id: bigint,
    source: KeepAliveSource,
    bounds: CallBounds,
    onAnswer: (response: LeaseKeepAliveResponse) => void,
  ) {
    this.#id = id;
    this.#source = source;
    this.#bounds = bounds;
    this.#onAnswer = onAnswer;
  }

  /** Returns when the lease is gone. */
  async run(): Promise<void> {
    for (;;) {
      try {
        const failure = await this.#oneStream();
        if (failure === 'gone') return;
        await this.#source.recovery.after(failure, this.#life);
      } catch (error) {
        if (this.#expiry.hasPassed) return;
        throw error;
      }
    }
  }

  /** The user's bounds, and the lease's own. */
  get #life(): CallBounds {
    return { ...this.#bounds, deadline: this.#expiry.min(this.#bounds.deadline ?? Deadline.never) };
  }

  async #oneStream(): Promise<GrpcError | 'gone' | undefined> {
    // The stream outlives the life that the lease has now.
    const stream = await within(this.#source.open(this.#bounds), this.#life);
    const answers = stream[Symbol.asyncIterator]();
    try {
      for (;;) {
        // The reader hears of a failed write.
        stream.write({ ID: this.#id }).catch(() => undefined);
        const answer = await this.#withPatience(answers.next());
        if (answer.done) return undefined;
        if (answer.value.TTL <= 0n) return 'gone';
        await this.#take(answer.value);
      }
    } catch (error) {
      if (error instanceof GrpcError) return error;
      throw error;
    } finally {
      stream.cancel();
    }
  }

  async #take(response: LeaseKeepAliveResponse): Promise<void> {
    const ttlMs = Number(response.TTL) * 1000;
    this.#expiry = Deadline.after(ttlMs);
    this.#patienceMs = ttlMs / RENEWALS_PER_TTL;
    this.#source.recovery.progressed();
    this.#onAnswer(response);
    await pause(ttlMs / RENEWALS_PER_TTL, this.#bounds);
  }

  /** A server that hangs must not cost the lease: in time another stream is tried. */
  async #withPatience<T>(answer: Promise<T>): Promise<T> {
    const patience = Deadline.after(this.#patienceMs);
    try {
      return await within(answer, { ...this.#bounds, deadline: patience.min(this.#life.deadline ?? Deadline.never) });
    } catch (error) {
      const isOurs = patience.hasPassed && !(this.#life.deadline?.hasPassed ?? false);
      throw isOurs ? new GrpcError(StatusCode.Unavailable, 'the server did not answer in time') : error;
    }
  }
}
