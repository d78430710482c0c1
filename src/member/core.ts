import { type Clock, type LogSink, messageOf } from '../base/index.ts';
import type { Figures } from '../figures/index.ts';
import { type Entry, type Message, type RaftNode, type Snapshot, type SoftState } from '../raft/index.ts';
import { refuse } from '../wire/etcd-error.ts';
import { AppliedWaits } from './applied-waits.ts';
import { Applier } from './apply/applier.ts';
import { EntryApplier } from './apply/entry-applier.ts';
import { RaftDriver } from './consensus/driver.ts';
import type { LogStore } from './consensus/log-store.ts';
import type { Home } from './home.ts';
import { LateHeartbeats } from './late-heartbeats.ts';
import { Leadership } from './leadership.ts';
import type { PeerLink } from './network.ts';
import { Proposer } from './proposer.ts';
import { Quota } from './quota.ts';
import { ReadIndex } from './read-index.ts';
import { RequestIds } from './request-ids.ts';
import type { Limits } from './limits.ts';
import { Snapshots } from './snapshots.ts';
import { parseVersion } from './versions.ts';
import { SlowRequests } from './slow-requests.ts';
import type { State } from './state.ts';
import { Ticker } from './ticker.ts';

export interface CoreDeps {
  readonly clock: Clock;
  readonly log: LogSink;
  readonly figures: Figures;
  readonly limits: Limits;
  readonly state: State;
  readonly node: RaftNode;
  readonly home: Home;
  readonly link: PeerLink;
  readonly appliedWaits: AppliedWaits;
  /** The member was removed, or can not go on; it has to be stopped. */
  readonly ended: (reason: Error) => void;
}

/** A member's consensus, and its state as the log makes it. All that asks or serves others stands around it. */
export class Core {
  readonly clock: Clock;
  readonly log: LogSink;
  readonly figures: Figures;
  readonly slow: SlowRequests;
  readonly limits: Limits;
  readonly state: State;
  readonly link: PeerLink;
  readonly driver: RaftDriver;
  readonly leadership: Leadership;
  readonly quota: Quota;
  readonly ids: RequestIds;
  readonly proposer: Proposer;
  readonly reads: ReadIndex;
  readonly appliedWaits: AppliedWaits;
  readonly snapshots: Snapshots;
  readonly #logStore: LogStore;
  readonly #entries: EntryApplier;
  readonly #lateHeartbeats: LateHeartbeats;
  readonly #ticker: Ticker;
  readonly #ended: (reason: Error) => void;
  readonly #firstCommitListeners = new Set<() => void>();
  #committed: bigint;
  #isStopped = false;

  constructor(deps: CoreDeps) {
    const { clock, log, figures, limits, state, node, home, link, appliedWaits } = deps;
    const { logStore } = home;
    this.clock = clock;
    this.log = log;
    this.figures = figures;
    this.slow = new SlowRequests(figures, log, limits.slowApplyMs);
    this.limits = limits;
    this.state = state;
    this.link = link;
    this.appliedWaits = appliedWaits;
    this.#logStore = logStore;
    this.#ended = deps.ended;
    this.#ticker = new Ticker(clock, limits.heartbeatMs, () => this.driver.tick());
    this.#committed = node.basicStatus().commit;
    this.leadership = new Leadership(clock, state.memberId);
    this.quota = new Quota(limits.quotaBytes, () => state.backend.sizes().sizeBytes);
    this.ids = new RequestIds(state.memberId, clock.wallMs());
    this.#lateHeartbeats = new LateHeartbeats(clock, figures, limits.heartbeatMs);
    this.driver = new RaftDriver(node, logStore, clock, {
      leadershipChanged: (soft) => this.#leadershipChanged(soft),
      committed: (index) => void (this.#committed = index),
      apply: (entries) => this.#apply(entries),
      install: (snapshot) => this.#install(snapshot),
      readable: (states) => this.reads.answered(states),
      send: (messages) => this.#send(messages),
      sendSnapshot: (m) => this.snapshots.send(m),
      failed: (error) => this.#fail(error),
    });
    this.proposer = new Proposer({
      self: state.memberId,
      clock,
      figures,
      ids: this.ids,
      leadership: this.leadership,
      driver: this.driver,
      maxRequestBytes: limits.maxRequestBytes,
      timeoutMs: limits.requestTimeoutMs,
      electionMs: limits.electionMs,
      progress: () => ({ committed: this.#committed, applied: this.appliedWaits.applied }),
      members: () => state.roster.members,
      clusterVersion: () => state.roster.version,
      version: parseVersion(limits.version),
      activeSince: (id) => link.activeSince(id),
    });
    this.#entries = this.#entryApplier();
    this.reads = new ReadIndex({
      clock,
      figures,
      timeoutMs: limits.requestTimeoutMs,
      nextId: () => this.ids.next(),
      ask: (context) => this.driver.readIndex(context),
      untilApplied: (index) => this.appliedWaits.until(index),
    });
    this.snapshots = new Snapshots({
      clock,
      log,
      figures,
      limits,
      state,
      home,
      logStore,
      link,
      driver: this.driver,
      failed: (error) => this.#fail(error),
    });
  }

  get committed(): bigint {
    return this.#committed;
  }

  get applied(): bigint {
    return this.appliedWaits.applied;
  }

  get isStopped(): boolean {
    return this.#isStopped;
  }

  start(): void {
    this.appliedWaits.reached(this.state.applied.index);
    this.driver.start();
    this.#ticker.start();
  }

  /** Calls back whenever a leader has committed the first entry of its term. */
  onFirstCommitInTerm(listener: () => void): void {
    this.#firstCommitListeners.add(listener);
  }

  /** For one that need not wait for a sign of life of others: stands for election once the membership is applied. */
  campaignSoon(): void {
    this.appliedWaits.until(this.#committed).then(
      () => this.driver.campaign(),
      () => undefined,
    );
  }

  /**
   * Whether this member still leads: what it believes is not enough when it was held up, as another one may have been
   * elected meanwhile.
   */
  async ensureLeadership(): Promise<boolean> {
    if (!this.leadership.isSelf) return false;
    if (this.#ticker.sinceLastMs < 3 * this.limits.heartbeatMs) return true;
    try {
      await this.reads.catchUp();
    } catch {
      return false;
    }
    return this.leadership.isSelf;
  }

  /** Waits until what is committed now is applied, at most a second. @throws EtcdError timeoutWaitingForApply */
  async untilCommittedIsApplied(): Promise<void> {
    if (this.#committed <= this.applied) return;
    const giveUp = new AbortController();
    const cancel = this.clock.after(APPLY_TIMEOUT_MS, () => giveUp.abort(refuse.timeoutWaitingForApply()));
    try {
      await this.appliedWaits.until(this.#committed, giveUp.signal);
    } finally {
      cancel();
    }
  }

  async stop(error: Error): Promise<void> {
    this.#isStopped = true;
    this.#ticker.stop();
    this.snapshots.close();
    this.reads.close(error);
    this.appliedWaits.close(error);
    this.proposer.waits.close(error);
    await this.driver.stop();
    this.state.close(error);
  }

  #entryApplier(): EntryApplier {
    const { clock, figures, slow, state, quota, log, proposer, link, driver, limits } = this;
    return new EntryApplier({
      log,
      state,
      applier: new Applier(state, quota, { clock, figures, slow }),
      proposer,
      link,
      driver,
      maxLearners: limits.maxLearners,
      firstCommit: (term) => this.#firstCommit(term),
      ended: this.#ended,
    });
  }

  #leadershipChanged(soft: SoftState): void {
    const isNew = this.leadership.update(soft);
    if (!this.leadership.isSelf) this.state.lessor.demote();
    if (isNew) this.reads.leaderChanged();
    this.#lateHeartbeats.reset();
  }

  #send(messages: readonly Message[]): void {
    const { roster } = this.state;
    this.#lateHeartbeats.sent(messages);
    this.link.send(
      messages.some(({ to }) => roster.isRemoved(to)) ? messages.filter(({ to }) => !roster.isRemoved(to)) : messages,
    );
  }

  #apply(entries: readonly Entry[]): void {
    for (const entry of entries) {
      // A snapshot that was installed in the meantime contains it.
      if (entry.index <= this.state.applied.index) continue;
      this.#entries.apply(entry);
      this.state.setApplied({ index: entry.index, term: entry.term });
      this.#logStore.storage.setApplied(this.state.applied, this.state.confState);
      this.appliedWaits.reached(entry.index);
    }
    this.snapshots.makeIfDue();
  }

  #firstCommit(term: bigint): void {
    this.reads.firstCommitInTerm();
    for (const listener of this.#firstCommitListeners) listener();
    const isOwn = this.leadership.isSelf && this.driver.node.basicStatus().term === term;
    if (isOwn) this.state.lessor.promote(this.limits.electionMs);
  }

  #install(snapshot: Snapshot): void {
    this.snapshots.install(snapshot);
    this.#logStore.storage.setApplied(this.state.applied, this.state.confState);
    this.appliedWaits.reached(this.state.applied.index);
  }

  #fail(error: unknown): void {
    if (this.#isStopped) return;
    this.log({ level: 'error', message: 'the member can not go on', fields: { error: messageOf(error) } });
    this.#ended(error instanceof Error ? error : new Error(String(error)));
  }
}

const APPLY_TIMEOUT_MS = 1000;
