import { setImmediate } from 'node:timers/promises';
import type { Page } from './page.ts';

/** How long the event loop is held at most, so that signals and timers get their turn. */
const TURN_MS = 20;

/** Pages between two steps: some tenths of a millisecond's work, since a step itself takes about as long as a page. */
const PAGES_IN_STEP = 128;

/** Tells work that goes from page to page when it should end a step. */
export class Pace {
  #pages = 0;

  /** Whether it should once it is done with this page; to be asked once for each. */
  isStep(page: Page): boolean {
    this.#pages += page.overflow + 1;
    if (this.#pages < PAGES_IN_STEP) return false;
    this.#pages = 0;
    return true;
  }
}

export interface StepOptions {
  /** Stops the work; the promise rejects with the signal's reason. */
  readonly signal?: AbortSignal | undefined;
  /** Called between two turns of work, about fifty times a second. */
  readonly onTurn?: (() => void) | undefined;
}

/**
 * Does work that comes as a generator of small steps, letting the event loop turn in between. The files are read with
 * blocking calls, which cost a fifth of asynchronous ones; this keeps a long walk interruptible all the same.
 */
export async function runSteps<T>(steps: Generator<unknown, T>, options: StepOptions = {}): Promise<T> {
  const { signal, onTurn } = options;
  try {
    signal?.throwIfAborted();
    for (let turnEnds = performance.now() + TURN_MS; ; ) {
      const step = steps.next();
      if (step.done) return step.value;
      if (performance.now() < turnEnds) continue;
      onTurn?.();
      await setImmediate();
      signal?.throwIfAborted();
      turnEnds = performance.now() + TURN_MS;
    }
  } catch (error) {
    // Lets a generator that is given up clean up; one that failed by itself is done, and throws the same again.
    steps.throw(error);
    throw error;
  }
}
