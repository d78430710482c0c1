import { Deadline } from '../base/index.ts';
import { type GrpcError, StatusCode } from '../grpc/index.ts';
import type { CallBounds } from './api.ts';
import type { Caller } from './caller.ts';
import { boundsError, jittered, pause } from './pause.ts';

const FIRST_WAIT_MS = 2;
const LONGEST_WAIT_MS = 100;
/** A server that keeps failing in the same odd way will not recover. */
const MAX_ODD_FAILURES = 10;

/** Decides, for something that outlives its streams, whether another stream is worth opening after one has ended. */
export class Recovery {
  readonly #caller: Pick<Caller, 'renewToken' | 'isClosed'>;
  readonly #leaderPatienceMs: number;
  #renewals = 0;
  #leaderless: Deadline | undefined;
  #oddFailures = 0;
  #waitMs = FIRST_WAIT_MS;

  /** @param leaderPatienceMs how long members may say that they see no leader; elections take their time */
  constructor(caller: Pick<Caller, 'renewToken' | 'isClosed'>, leaderPatienceMs = Number.POSITIVE_INFINITY) {
    this.#caller = caller;
    this.#leaderPatienceMs = leaderPatienceMs;
  }

  /** The current stream works: whatever comes later is a new trouble. */
  progressed(): void {
    this.#renewals = 0;
    this.#leaderless = undefined;
    this.#oddFailures = 0;
    this.#waitMs = FIRST_WAIT_MS;
  }

  /**
   * Resolves, after a short wait or a new token, when another stream may fare better than the one that ended
   * with `error` (undefined: the server ended it politely).
   * @throws GrpcError when it would not
   */
  async after(error: GrpcError | undefined, bounds: CallBounds): Promise<void> {
    const over = boundsError(bounds);
    if (over !== undefined) throw error?.code === over.code ? error : over;
    if (error !== undefined) {
      if (this.#caller.isClosed) throw error;
      if (await this.#caller.renewToken(error, this.#renewals, bounds)) {
        this.#renewals += 1;
        return;
      }
      if (!this.#isPassing(error)) throw error;
    }
    await pause(jittered(this.#waitMs), bounds);
    this.#waitMs = Math.min(2 * this.#waitMs, LONGEST_WAIT_MS);
  }

  /** The connection or this member is in trouble, not the request. */
  #isPassing({ code, details }: GrpcError): boolean {
    if (details === 'etcdserver: no leader') {
      this.#leaderless ??= Deadline.after(this.#leaderPatienceMs);
      return !this.#leaderless.hasPassed;
    }
    if (code === StatusCode.Unavailable) return true;
    // A server that shuts down cancels its streams; a connection that breaks may leave a broken message behind.
    if (code !== StatusCode.Internal && code !== StatusCode.Canceled) return false;
    this.#oddFailures += 1;
    return this.#oddFailures <= MAX_ODD_FAILURES;
  }
}
