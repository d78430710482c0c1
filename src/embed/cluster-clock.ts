import { type Clock, systemClock, VirtualClock } from '../base/index.ts';
import type { ClusterClock } from './api.ts';
import { StartError } from './options.ts';

/** Turns of the event loop in which nothing is under way before a cluster counts as being at rest. */
const QUIET_TURNS = 4;

/** What else goes on beside timers. */
export interface Activity {
  /** Nothing is under way now that does not wait for the clock. */
  readonly isQuiet: boolean;
}

/** The clock that members live by, and the handle by which a test moves it. */
export class EmbeddedClock implements ClusterClock {
  readonly members: Clock;
  readonly #virtual: VirtualClock | undefined;
  readonly #activity: Activity;

  constructor(kind: 'system' | 'virtual', activity: Activity) {
    this.#virtual = kind === 'virtual' ? new VirtualClock() : undefined;
    this.members = this.#virtual ?? systemClock;
    this.#activity = activity;
  }

  get isVirtual(): boolean {
    return this.#virtual !== undefined;
  }

  nowMs(): number {
    return this.members.nowMs();
  }

  async advance(durationMs: number): Promise<void> {
    const clock = this.#virtual;
    if (clock === undefined)
      throw new StartError("the cluster lives by the system's clock: start it with clock: 'virtual'");
    if (!(durationMs >= 0)) throw new RangeError(`time does not go back: ${durationMs} ms`);
    const endMs = clock.nowMs() + durationMs;
    await this.settle();
    for (let nextMs = clock.nextDueMs(); nextMs !== undefined && nextMs <= endMs; nextMs = clock.nextDueMs()) {
      clock.advance(Math.max(0, nextMs - clock.nowMs()));
      await this.settle();
    }
    clock.advance(Math.max(0, endMs - clock.nowMs()));
  }

  /** Until what is under way now has happened: messages between members, answers, writes to memory. */
  async settle(): Promise<void> {
    for (let turn = 0; turn < QUIET_TURNS; turn++) {
      await new Promise((resolve) => setImmediate(resolve));
      if (!this.#activity.isQuiet) turn = -1;
    }
  }
}
