import type { Clock } from '../base/index.ts';
import type { SoftState } from '../raft/index.ts';

/** Who leads, as far as this member knows. */
export class Leadership {
  readonly #clock: Clock;
  readonly #self: bigint;
  readonly #listeners = new Set<() => void>();
  #lead = 0n;
  #changes = 0;
  /** When the present leader became known; minus infinity before the first. */
  #sinceMs = Number.NEGATIVE_INFINITY;

  constructor(clock: Clock, self: bigint) {
    this.#clock = clock;
    this.#self = self;
  }

  /** 0 for none. */
  get lead(): bigint {
    return this.#lead;
  }

  /** How often one became known who was not the leader before. */
  get changes(): number {
    return this.#changes;
  }

  get isSelf(): boolean {
    return this.#lead === this.#self;
  }

  get sinceMs(): number {
    return this.#sinceMs;
  }

  /** Calls back whenever there is a leader and was none, or the other way round. Returns what ends that. */
  onPresence(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  /** Returns whether another one leads than before. */
  update({ lead }: SoftState): boolean {
    const before = this.#lead;
    this.#lead = lead;
    const isNew = lead !== 0n && lead !== before;
    if (isNew) {
      this.#sinceMs = this.#clock.nowMs();
      this.#changes += 1;
    }
    if ((lead === 0n) !== (before === 0n)) for (const listener of this.#listeners) listener();
    return isNew;
  }
}
