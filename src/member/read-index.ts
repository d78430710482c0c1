import { type CancelSignal, type Clock, encodeUint64 } from '../base/index.ts';
import type { Figures } from '../figures/index.ts';
import type { ReadState } from '../raft/index.ts';
import { refuse } from '../wire/etcd-error.ts';

/** Without an answer a request is asked again after so long: the message may be lost, or there was no leader. */
const RETRY_MS = 500;

export interface ReadIndexDeps {
  readonly clock: Clock;
  readonly figures: Figures;
  readonly timeoutMs: number;
  nextId(): bigint;
  /** Asks the leader; what comes of it is told to `answered`. */
  ask(context: Uint8Array): void;
  untilApplied(index: bigint): Promise<void>;
}

interface Reader {
  readonly settle: () => void;
  readonly fail: (error: Error) => void;
}

/** One question to the leader, for all who asked before it was put. */
interface Round {
  readonly readers: readonly Reader[];
  /** The ids under which it was asked: an answer to another one is older than these readers. */
  readonly ids: Set<string>;
  readonly cancelTimeout: () => void;
  cancelRetry: () => void;
}

/**
 * Linearizable reads without the log: a member may answer from its own state once that is as new as the leader's was
 * after the read came in. One question is under way at a time, for all readers until then; who comes later waits for
 * the next, as the answer may be older than he is.
 */
export class ReadIndex {
  readonly #deps: ReadIndexDeps;
  #waiting: Reader[] = [];
  #round: Round | undefined;
  #isBeginning = false;
  /** The index is known, and the state is to catch up with it. */
  #isCatchingUp = false;
  #closed: Error | undefined;

  constructor(deps: ReadIndexDeps) {
    this.#deps = deps;
  }

  /**
   * Resolves when the state is new enough to read from.
   * @throws EtcdError timeout, leaderChanged, stopped, canceled
   */
  catchUp(signal?: CancelSignal): Promise<void> {
    if (this.#closed) return Promise.reject(this.#closed);
    if (signal?.aborted) return Promise.reject(refuse.canceled());
    return new Promise((settle, fail) => {
      if (!signal) this.#waiting.push({ settle, fail });
      else {
        const abort = (): void => fail(refuse.canceled());
        const forget = (): void => signal.removeEventListener('abort', abort);
        signal.addEventListener('abort', abort, { once: true });
        this.#waiting.push({
          settle: () => (forget(), settle()),
          fail: (error) => (forget(), fail(error)),
        });
      }
      this.#beginSoon();
    });
  }

  answered(states: readonly ReadState[]): void {
    const round = this.#round;
    const state = round && states.findLast(({ context }) => round.ids.has(keyOf(context)));
    if (round && !state) this.#deps.figures.add('etcd_server_slow_read_indexes_total');
    if (!round || !state) return;
    this.#end(round);
    this.#isCatchingUp = true;
    void this.#finish(round, state.index);
  }

  /** What was asked of the old leader is void. */
  leaderChanged(): void {
    const round = this.#round;
    if (!round) return;
    this.#end(round);
    this.#deps.figures.add('etcd_server_read_indexes_failed_total');
    for (const { fail } of round.readers) fail(refuse.leaderChanged());
    this.#beginSoon();
  }

  /** A leader answers no reads before the first entry of its term is committed; now it will. */
  firstCommitInTerm(): void {
    if (this.#round) this.#ask(this.#round);
  }

  close(error: Error): void {
    this.#closed = error;
    const round = this.#round;
    if (round) this.#end(round);
    for (const { fail } of [...(round?.readers ?? []), ...this.#waiting]) fail(error);
    this.#waiting = [];
  }

  /** Not at once: those who ask in the same breath go along. */
  #beginSoon(): void {
    if (this.#isBeginning || this.#round || this.#isCatchingUp) return;
    this.#isBeginning = true;
    queueMicrotask(() => {
      this.#isBeginning = false;
      if (this.#waiting.length > 0 && !this.#round && !this.#closed) this.#begin();
    });
  }

  #begin(): void {
    const readers = this.#waiting;
    this.#waiting = [];
    const { clock, timeoutMs } = this.#deps;
    const cancelTimeout = clock.after(timeoutMs, () => this.#timedOut(round));
    const round: Round = { readers, ids: new Set(), cancelTimeout, cancelRetry: () => undefined };
    this.#round = round;
    this.#ask(round);
  }

  #ask(round: Round): void {
    round.cancelRetry();
    round.cancelRetry = this.#deps.clock.after(RETRY_MS, () => this.#ask(round));
    const context = encodeUint64(this.#deps.nextId());
    round.ids.add(keyOf(context));
    this.#deps.ask(context);
  }

  #timedOut(round: Round): void {
    this.#end(round);
    this.#deps.figures.add('etcd_server_slow_read_indexes_total');
    for (const { fail } of round.readers) fail(refuse.timeout());
    this.#beginSoon();
  }

  async #finish({ readers }: Round, index: bigint): Promise<void> {
    try {
      await this.#deps.untilApplied(index);
      for (const { settle } of readers) settle();
    } catch (error) {
      const reason = error instanceof Error ? error : refuse.stopped();
      for (const { fail } of readers) fail(reason);
    }
    this.#isCatchingUp = false;
    if (this.#waiting.length > 0) this.#beginSoon();
  }

  #end(round: Round): void {
    round.cancelTimeout();
    round.cancelRetry();
    this.#round = undefined;
  }
}

const keyOf = (context: Uint8Array): string => Buffer.from(context).toString('latin1');
