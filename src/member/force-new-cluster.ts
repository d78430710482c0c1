import type { LogSink } from '../base/index.ts';
import { formatId } from '../base/member-ids.ts';
import { type ConfChangeV1, decodeConfChange, encodeConfChange, type Entry, NO_BYTES } from '../raft/index.ts';
import type { LogStore } from './consensus/log-store.ts';
import { decodeRecord, encodePromotion, encodeRecord } from './membership/record.ts';
import type { State } from './state.ts';

/** What a member that the membership does not know is given, as it has to have one. */
const DEFAULT_PEER_URL = 'http://localhost:2380';

/**
 * Makes a cluster of one out of a member's data when the others are lost for good (etcd's --force-new-cluster): what is
 * not known to be committed is dropped, and changes of the membership that remove everyone else are added to the log as
 * if they had been committed. Only for a member that does not run.
 */
export async function becomeAlone(logStore: LogStore, state: State, log: LogSink): Promise<void> {
  const { storage } = logStore;
  const { hardState } = storage.initialState();
  const { memberId: self, clusterId } = state;
  // A commit that only moved on need not have been written, but what was applied was committed.
  const commit = state.applied.index > hardState.commit ? state.applied.index : hardState.commit;
  const changes = changesToBeAlone(membersAt(commit, logStore, state), self);
  const entries = changes.map((change, i): Entry => {
    return { ...encodeConfChange(change), term: hardState.term, index: commit + 1n + BigInt(i) };
  });
  const last = commit + BigInt(entries.length);
  if (entries.length > 0) {
    await logStore.append({ snapshot: undefined, entries, hardState: { ...hardState, commit: last } });
  }
  const fields = {
    'cluster-id': formatId(clusterId),
    'local-member-id': formatId(self),
    'wal-commit-index': hardState.commit,
    'commit-index': last,
  };
  log({ level: 'info', message: 'forcing restart member', fields });
}

/** Whether each member is a learner, by id. */
type Learners = ReadonlyMap<bigint, boolean>;

/** The membership once all up to there is applied. */
function membersAt(commit: bigint, { storage }: LogStore, { roster, applied }: State): Learners {
  const members = new Map(roster.members.map(({ id, isLearner }) => [id, isLearner]));
  if (commit <= applied.index) return members;
  const entries = storage.entries(applied.index + 1n, commit + 1n, Number.POSITIVE_INFINITY);
  if (entries === 'compacted' || entries === 'unavailable') {
    throw new Error(`the log does not reach back to entry ${applied.index}, as of which the database is`);
  }
  for (const entry of entries) {
    const change = decodeConfChange(entry);
    if (change === undefined || !('nodeId' in change)) continue;
    const { type, nodeId, context } = change;
    if (type === 'ConfChangeRemoveNode') members.delete(nodeId);
    else if (type === 'ConfChangeAddLearnerNode') members.set(nodeId, true);
    else if (type === 'ConfChangeAddNode') members.set(nodeId, context.length > 0 && decodeRecord(context).isLearner);
  }
  return members;
}

/** This member comes first: there is no moment without a voter. */
function changesToBeAlone(members: Learners, self: bigint): ConfChangeV1[] {
  const changes: ConfChangeV1[] = [];
  const isLearner = members.get(self);
  if (isLearner !== false) {
    const record = { id: self, name: '', peerUrls: [DEFAULT_PEER_URL], clientUrls: [], isLearner: false };
    const context = isLearner === true ? encodePromotion(self) : encodeRecord(record);
    changes.push({ id: 0n, type: 'ConfChangeAddNode', nodeId: self, context });
  }
  const others = [...members.keys()].filter((id) => id !== self).toSorted((a, b) => (a < b ? -1 : 1));
  for (const nodeId of others) changes.push({ id: 0n, type: 'ConfChangeRemoveNode', nodeId, context: NO_BYTES });
  return changes;
}
