import { jointCommitted, jointVote, sortedIds, type VoteResult } from '../quorum/index.ts';
import { EMPTY_CONFIG, type TrackerConfig } from './config.ts';
import { Inflights, type InflightLimits } from './inflights.ts';
import { Progress, type ProgressMap } from './progress.ts';

export interface Tally {
  readonly granted: number;
  readonly rejected: number;
  readonly result: VoteResult;
}

/** The membership together with the progress of each member and the votes of the election under way. */
export class ProgressTracker {
  readonly #limits: InflightLimits;
  readonly #votes = new Map<bigint, boolean>();
  #config: TrackerConfig = EMPTY_CONFIG;
  #progress = new Map<bigint, Progress>();
  /** Members in ascending order: messages go out in it, so that a run can be replayed. */
  #ids: readonly bigint[] = [];

  constructor(limits: InflightLimits) {
    this.#limits = limits;
  }

  get config(): TrackerConfig {
    return this.#config;
  }

  get progress(): ProgressMap {
    return this.#progress;
  }

  /** Every member, voters and learners, in ascending order. */
  get ids(): readonly bigint[] {
    return this.#ids;
  }

  get(id: bigint): Progress | undefined {
    return this.#progress.get(id);
  }

  switchTo(config: TrackerConfig, progress: ProgressMap): void {
    this.#config = config;
    this.#progress = new Map(progress);
    this.#ids = sortedIds(progress.keys());
  }

  newInflights(): Inflights {
    return new Inflights(this.#limits);
  }

  /** Forgets what is known of every member's log; `selfId`'s own log ends at `lastIndex`. */
  resetProgress(selfId: bigint, lastIndex: bigint): void {
    for (const [id, { isLearner }] of this.#progress) {
      const match = id === selfId ? lastIndex : 0n;
      const inflights = this.newInflights();
      this.#progress.set(id, new Progress({ match, next: lastIndex + 1n, inflights, isLearner, recentActive: false }));
    }
  }

  /** The highest index that a quorum is known to have in its log. */
  committed(): bigint {
    return jointCommitted(this.#config.voters, (id) => this.#progress.get(id)?.match);
  }

  /** Whether `id` decides alone. A leader that was removed from a membership with one voter left does not. */
  isOnlyVoter(id: bigint): boolean {
    const { incoming, outgoing } = this.#config.voters;
    return incoming.size === 1 && incoming.has(id) && outgoing.size === 0;
  }

  /** Whether a quorum was heard from since the flags were last cleared. */
  isQuorumActive(): boolean {
    const active = new Map<bigint, boolean>();
    for (const [id, pr] of this.#progress) {
      if (!pr.isLearner) {
        active.set(id, pr.recentActive);
      }
    }
    return jointVote(this.#config.voters, active) === 'won';
  }

  resetVotes(): void {
    this.#votes.clear();
  }

  /** Only a node's first vote counts. */
  recordVote(id: bigint, granted: boolean): void {
    if (!this.#votes.has(id)) {
      this.#votes.set(id, granted);
    }
  }

  tallyVotes(): Tally {
    let granted = 0;
    let rejected = 0;
    for (const [id, pr] of this.#progress) {
      const vote = pr.isLearner ? undefined : this.#votes.get(id);
      if (vote === true) {
        granted++;
      } else if (vote === false) {
        rejected++;
      }
    }
    return { granted, rejected, result: jointVote(this.#config.voters, this.#votes) };
  }
}
