import { type AuthStore, AuthStore as AuthRoom, type TokenProvider } from '../auth/index.ts';
import type { Backend, BucketReader, Capture, Journal, LogPosition } from '../backend/index.ts';
import { type Clock, compareBytes, type LogSink, utf8Encode } from '../base/index.ts';
import type { Figures } from '../figures/index.ts';
import { type LeaseCheckpoint, Lessor } from '../lease/index.ts';
import { Store } from '../mvcc/index.ts';
import { type ConfState, EMPTY_CONF_STATE } from '../raft/index.ts';
import type { ResponseHeader } from '../wire/index.ts';
import { Alarms } from './alarms.ts';
import type { MemberRecord } from './membership/record.ts';
import { Roster } from './membership/roster.ts';
import { encodeConfState, META, metaCapture, metaRecords, readMeta } from './meta-records.ts';
import { formatVersion, isSameVersion, parseVersion } from './versions.ts';

export interface StateDeps {
  readonly clock: Clock;
  readonly log: LogSink;
  readonly figures: Figures;
  readonly tokens: TokenProvider;
  readonly bcryptCost: number | undefined;
  readonly minTtlSeconds: bigint;
  readonly compactionBatchLimit: number | undefined;
  readonly compactionPauseMs: number | undefined;
  readonly checkpointIntervalMs: number | undefined;
  readonly proposeCheckpoints: ((checkpoints: readonly LeaseCheckpoint[]) => Promise<void>) | undefined;
}

/** What a member has applied: the rooms and how far they are. A snapshot replaces all of it at once. */
export class State {
  readonly memberId: bigint;
  readonly clusterId: bigint;
  readonly store: Store;
  lessor: Lessor;
  auth: AuthStore;
  alarms: Alarms;
  roster: Roster;
  confState: ConfState = EMPTY_CONF_STATE;
  /** The members as one that joins was told, before the log tells it itself. */
  told: readonly MemberRecord[] = [];
  /** Such as `3.7.0`; empty until the cluster's version is decided. */
  storageVersion = '';
  /** The last entry that was applied. */
  applied: LogPosition;
  /** The term of the entry that is being applied, or was last. */
  term: bigint;
  /** The cluster went to an older version, so that the log has to be cut for members of that version. */
  wantsSnapshot = false;
  readonly #deps: StateDeps;
  #backend: Backend;
  readonly #versionListeners = new Set<() => void>();

  /** Reads all rooms from what the backend holds. */
  constructor(ids: { readonly memberId: bigint; readonly clusterId: bigint }, backend: Backend, deps: StateDeps) {
    this.memberId = ids.memberId;
    this.clusterId = ids.clusterId;
    this.#deps = deps;
    this.#backend = backend;
    const buckets = backend.reader();
    const journal = this.#journal;
    // Leases come before keys, which attach themselves to them.
    this.lessor = this.#openLessor(buckets);
    this.store = Store.open(buckets, {
      journal,
      leases: {
        exists: (id) => this.lessor.exists(id),
        attach: (id, key) => this.lessor.attach(id, key),
        detach: (id, key) => this.lessor.detach(id, key),
      },
      clock: deps.clock,
      logger: deps.log,
      figures: deps.figures,
      compactionBatchLimit: deps.compactionBatchLimit,
      compactionPauseMs: deps.compactionPauseMs,
    });
    this.auth = this.#openAuth(buckets);
    this.alarms = new Alarms(buckets, journal);
    this.roster = new Roster(buckets, journal);
    this.applied = this.#readMeta(buckets);
    this.term = this.applied.term;
  }

  get backend(): Backend {
    return this.#backend;
  }

  /** Ids, term and revision: the current one unless it is given. */
  header(revision?: bigint): ResponseHeader {
    return {
      cluster_id: this.clusterId,
      member_id: this.memberId,
      revision: revision ?? this.store.revision,
      raft_term: this.term,
    };
  }

  /** Whether this member has no vote, as far as it knows. */
  get isLearner(): boolean {
    const self = this.roster.member(this.memberId) ?? this.told.find(({ id }) => id === this.memberId);
    return self?.isLearner === true;
  }

  /** An entry was applied: its changes are complete. */
  setApplied(position: LogPosition): void {
    this.applied = position;
    this.#backend.applied(position);
  }

  setConfState(confState: ConfState): void {
    // What is the same stays as it was written, even if another release wrote it in another form.
    if (compareBytes(encodeConfState(confState), encodeConfState(this.confState)) === 0) return;
    this.confState = confState;
    this.#backend.put('meta', META.confState, encodeConfState(confState));
  }

  onClusterVersionChange(listener: () => void): void {
    this.#versionListeners.add(listener);
  }

  /** The database follows the cluster's version. */
  clusterVersionChanged(isDowngrade: boolean): void {
    const { version } = this.roster;
    const stored = parseVersion(this.storageVersion);
    // Databases before 3.6 do not tell their version, and members before it do not look for one.
    const isTold = version !== undefined && (version.major > 3 || version.minor >= 6 || stored !== undefined);
    if (isTold && !(stored && isSameVersion(stored, version))) {
      this.storageVersion = formatVersion(version);
      this.#backend.put('meta', META.storageVersion, utf8Encode(this.storageVersion));
    }
    if (isDowngrade) this.wantsSnapshot = true;
    for (const listener of this.#versionListeners) listener();
  }

  /** All that makes up the database, as it is at this moment. */
  captures(): Capture[] {
    const { store, lessor, auth, alarms, roster, applied: position, confState, storageVersion } = this;
    const meta = [...metaRecords({ position, confState, storageVersion }), ...store.metaRecords()];
    const rooms = [store, lessor, auth, alarms, roster].map((room) => room.capture());
    return [...rooms, metaCapture(meta)];
  }

  /** Takes over a snapshot. Open watches stay. */
  restore(backend: Backend): void {
    const buckets = backend.reader();
    this.#backend = backend;
    this.lessor.close();
    this.lessor = this.#openLessor(buckets);
    this.store.restore(buckets);
    this.auth = this.#openAuth(buckets);
    this.alarms = new Alarms(buckets, this.#journal);
    this.roster = new Roster(buckets, this.#journal);
    this.applied = this.#readMeta(buckets);
    this.term = this.applied.term;
  }

  close(error: Error): void {
    this.lessor.close();
    this.store.close(error);
  }

  /** Of the backend that is current at the time of a change. */
  get #journal(): Journal {
    return {
      put: (bucket, key, value) => this.#backend.put(bucket, key, value),
      delete: (bucket, key) => this.#backend.delete(bucket, key),
    };
  }

  #openLessor(buckets: BucketReader): Lessor {
    const { clock, figures, minTtlSeconds, proposeCheckpoints, checkpointIntervalMs } = this.#deps;
    const journal = this.#journal;
    return Lessor.open(buckets, { journal, clock, figures, minTtlSeconds, proposeCheckpoints, checkpointIntervalMs });
  }

  #openAuth(buckets: BucketReader): AuthStore {
    const { tokens, bcryptCost, log: logger } = this.#deps;
    const leases = { keysOf: (id: bigint) => this.lessor.keysOf(id) };
    return AuthRoom.open(buckets, { journal: this.#journal, tokens, leases, bcryptCost, logger });
  }

  #readMeta(buckets: BucketReader): LogPosition {
    const meta = readMeta(buckets.records('meta'));
    this.confState = meta.confState ?? EMPTY_CONF_STATE;
    this.storageVersion = meta.storageVersion;
    return meta.position;
  }
}
