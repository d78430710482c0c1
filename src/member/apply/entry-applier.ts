import type { LogSink } from '../../base/index.ts';
import { decodeConfChange, type Entry } from '../../raft/index.ts';
import { refuse } from '../../wire/etcd-error.ts';
import { ALARM } from '../alarms.ts';
import type { RaftDriver } from '../consensus/driver.ts';
import type { PeerLink } from '../network.ts';
import type { Proposer } from '../proposer.ts';
import type { State } from '../state.ts';
import { type Applier, hasNoEffect } from './applier.ts';
import { applyChange } from './apply-change.ts';
import type { ApplyResult } from './result.ts';
import { decodeRequest } from './store-request.ts';

export interface EntryApplierDeps {
  readonly log: LogSink;
  readonly state: State;
  readonly applier: Applier;
  readonly proposer: Pick<Proposer, 'propose' | 'waits'>;
  readonly link: PeerLink;
  readonly driver: RaftDriver;
  readonly maxLearners: number;
  /** A leader begins its term with an empty entry. */
  readonly firstCommit: (term: bigint) => void;
  /** The member was removed. */
  readonly ended: (reason: Error) => void;
}

const NO_SPACE = refuse.noSpace().message;

/** Makes entries of the log changes of the state, and tells who waits for them what came of it. */
export class EntryApplier {
  readonly #deps: EntryApplierDeps;

  constructor(deps: EntryApplierDeps) {
    this.#deps = deps;
  }

  /** Entries come in order, each once. */
  apply(entry: Entry): void {
    this.#deps.state.term = entry.term;
    if (entry.type !== 'EntryNormal') this.#applyChange(entry);
    else if (entry.data.length === 0) this.#deps.firstCommit(entry.term);
    else this.#applyRequest(entry);
  }

  #applyRequest({ data, index }: Entry): void {
    const { state, applier, proposer } = this.#deps;
    const request = decodeRequest(data);
    const id = request.ID || request.header?.ID;
    if (!id) throw new Error(`entry ${index} of the log has no id`);
    if (hasNoEffect(request) && !proposer.waits.isWaited(id)) return;
    const result = applier.apply(request, index);
    const isFull = result.error?.message === NO_SPACE && !state.alarms.isRaised(ALARM.NOSPACE);
    if (isFull) void this.#raiseNoSpace(id, result);
    else proposer.waits.resolve(id, result);
  }

  /** Who exceeded the quota is told when the alarm is raised. */
  async #raiseNoSpace(id: bigint, result: ApplyResult): Promise<void> {
    const { log, state, proposer } = this.#deps;
    log({ level: 'warn', message: 'message exceeded backend quota; raising alarm', fields: {} });
    const alarm = { action: 1, memberID: state.memberId, alarm: ALARM.NOSPACE } as const;
    await proposer.propose({ alarm }).catch(() => undefined);
    proposer.waits.resolve(id, result);
  }

  #applyChange(entry: Entry): void {
    const { state, proposer, maxLearners, link, driver, log, ended } = this.#deps;
    const change = decodeConfChange(entry);
    if (!change || !('nodeId' in change))
      throw new Error(`entry ${entry.index} changes the membership in an unknown way`);
    const { error, isOwnRemoval } = applyChange(state, change, { maxLearners, link, driver, log });
    proposer.waits.resolve(change.id, error ? { error } : { response: state.roster.members });
    if (isOwnRemoval) ended(new Error('the member has been permanently removed from the cluster'));
  }
}
