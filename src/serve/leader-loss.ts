import type { Clock } from '../base/index.ts';
import type { MemberApi } from '../member/index.ts';

/** How many election timeouts a stream outlives the leader. Opening one again costs clients more than a little patience. */
const PATIENCE = 3;

/** Calls back once when the member has been without a leader for long. */
export class LeaderLoss {
  readonly #member: MemberApi;
  readonly #clock: Clock;
  readonly #patienceMs: number;
  readonly #listeners = new Set<() => void>();
  readonly #stopListening: () => void;
  #cancelTimer: (() => void) | undefined;

  constructor(member: MemberApi, clock: Clock, electionTimeoutMs: number) {
    this.#member = member;
    this.#clock = clock;
    this.#patienceMs = PATIENCE * electionTimeoutMs;
    this.#stopListening = member.onLeaderChange(() => this.#follow());
    this.#follow();
  }

  /** Returns what ends the interest. */
  onLoss(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  stop(): void {
    this.#stopListening();
    this.#cancelTimer?.();
    this.#listeners.clear();
  }

  #follow(): void {
    if (this.#member.hasLeader()) {
      this.#cancelTimer?.();
      this.#cancelTimer = undefined;
    } else {
      this.#cancelTimer ??= this.#clock.after(this.#patienceMs, () => this.#tell());
    }
  }

  #tell(): void {
    this.#cancelTimer = undefined;
    const listeners = Array.from(this.#listeners);
    this.#listeners.clear();
    for (const listener of listeners) listener();
  }
}
