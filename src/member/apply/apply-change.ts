import type { LogSink } from '../../base/index.ts';
import type { ConfChangeV1 } from '../../raft/index.ts';
import { EtcdError } from '../../wire/etcd-error.ts';
import type { RaftDriver } from '../consensus/driver.ts';
import type { PeerLink } from '../network.ts';
import { formatId } from '../../base/member-ids.ts';
import { type ChangeContext, decodeRecord } from '../membership/record.ts';
import { checkChange } from '../membership/rules.ts';
import type { State } from '../state.ts';

export interface ChangeDeps {
  readonly maxLearners: number;
  readonly link: PeerLink;
  readonly driver: Pick<RaftDriver, 'applyConfChange'>;
  readonly log: LogSink;
}

export interface ChangeOutcome {
  /** Why it was not made. */
  readonly error?: EtcdError;
  readonly isOwnRemoval?: boolean;
}

/** Makes a committed change of the membership, or lets it have no effect: every member comes to the same. */
export function applyChange(state: State, change: ConfChangeV1, deps: ChangeDeps): ChangeOutcome {
  const { nodeId: id, type } = change;
  const context = change.context.length > 0 ? decodeRecord(change.context) : undefined;
  try {
    checkChange(state.roster, { type, id, context }, deps.maxLearners);
  } catch (error) {
    if (!(error instanceof EtcdError)) throw error;
    deps.log({
      level: 'error',
      message: 'Validation on configuration change failed',
      fields: { error: error.message },
    });
    deps.driver.applyConfChange({ ...change, nodeId: 0n });
    return { error };
  }
  state.setConfState(deps.driver.applyConfChange(change));
  if (type === 'ConfChangeRemoveNode') return remove(state, id, deps);
  if (context && context.id !== id)
    throw new Error(`a change of member ${formatId(id)} tells of ${formatId(context.id)}`);
  if (context && type === 'ConfChangeUpdateNode') update(state, context, deps);
  else if (context) add(state, context, deps);
  return {};
}

function add(state: State, context: ChangeContext, { link, log }: ChangeDeps): void {
  if (context.isPromote) {
    state.roster.promote(context.id);
    log({ level: 'info', message: 'promote member', fields: { 'promoted-member-id': formatId(context.id) } });
    return;
  }
  state.roster.add(context);
  if (context.id !== state.memberId) link.addPeer(context.id, context.peerUrls);
  const fields = {
    'cluster-id': formatId(state.clusterId),
    'local-member-id': formatId(state.memberId),
    'added-peer-id': formatId(context.id),
    'added-peer-peer-urls': context.peerUrls,
    'added-peer-is-learner': context.isLearner,
  };
  log({ level: 'info', message: 'added member', fields });
}

function update(state: State, { id, peerUrls }: ChangeContext, { link, log }: ChangeDeps): void {
  state.roster.setPeerUrls(id, peerUrls);
  if (id !== state.memberId) link.updatePeer(id, peerUrls);
  const fields = { 'updated-remote-peer-id': formatId(id), 'updated-remote-peer-urls': peerUrls };
  log({ level: 'info', message: 'updated member', fields });
}

function remove(state: State, id: bigint, { link, log }: ChangeDeps): ChangeOutcome {
  state.roster.remove(id);
  if (id !== state.memberId) link.removePeer(id);
  log({ level: 'info', message: 'removed member', fields: { 'removed-remote-peer-id': formatId(id) } });
  return { isOwnRemoval: id === state.memberId };
}
