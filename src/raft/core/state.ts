import type { Settings } from '../config.ts';
import { RaftLog } from '../log/index.ts';
import type { Logger } from '../logger.ts';
import type { Message } from '../message.ts';
import { ProgressTracker } from '../tracker/index.ts';
import { type HardState, NONE, type ReadState, type Role, type SoftState } from '../types.ts';
import { ReadQueue } from './read-queue.ts';

/**
 * Everything that a node knows. The functions of this folder take it as their
 * first argument and change it; between two calls from outside it is consistent.
 */
export class Raft {
  readonly id: bigint;
  readonly settings: Settings;
  readonly logger: Logger;
  readonly log: RaftLog;
  readonly tracker: ProgressTracker;

  term = 0n;
  vote = NONE;
  role: Role = 'follower';
  lead = NONE;
  /** The node that leadership is being transferred to. */
  leadTransferee = NONE;

  /** Messages that may leave at once. */
  outbox: Message[] = [];
  /** Messages that speak for state which must be persisted first: votes and acknowledged entries. */
  outboxAfterAppend: Message[] = [];

  /** Reads whose index is known, for the application to pick up. */
  readStates: ReadState[] = [];
  /** A leader's reads that wait for a quorum to confirm its leadership. */
  reads = new ReadQueue();
  /** A new leader's reads that wait until it has committed an entry of its own term. */
  postponedReads: Message[] = [];

  /** No membership change may be proposed before the application has applied up to here. */
  pendingConfIndex = 0n;
  /** A leader's estimate of the payload bytes that are in its log and not yet applied; never too high. */
  uncommittedBytes = 0;

  /** Ticks since the last quorum check (leader), or since the leader was last heard from (others). */
  electionElapsed = 0;
  heartbeatElapsed = 0;
  /** Drawn anew, from one to two election timeouts, with every change of role. */
  randomizedElectionTicks = 0;

  constructor(settings: Settings) {
    const { id, storage, logger, maxInflightMessages, maxInflightBytes, maxApplyingBytes } = settings;
    this.id = id;
    this.settings = settings;
    this.logger = logger;
    this.log = new RaftLog(storage, logger, maxApplyingBytes);
    this.tracker = new ProgressTracker({ maxMessages: maxInflightMessages, maxBytes: maxInflightBytes });
  }

  softState(): SoftState {
    return { lead: this.lead, role: this.role };
  }

  hardState(): HardState {
    return { term: this.term, vote: this.vote, commit: this.log.committed };
  }
}
