import { formatId } from '../../base/member-ids.ts';
import type { LogEvent } from '../../base/index.ts';
import { refuse } from '../../wire/etcd-error.ts';
import { MemberStartError } from '../founding.ts';
import { type Asker, askPeers, type PeerHash } from './peer-hashes.ts';

/**
 * Compares this member's history with that of the others before it takes part: the same revision since the same
 * compaction has the same hash. One that does not answer, or can not, proves nothing.
 * @throws MemberStartError if another member has another history
 */
export async function checkInitially(asker: Asker, timeoutMs: number): Promise<void> {
  const { state, log } = asker;
  const self = { 'local-member-id': formatId(state.memberId) };
  const start = { ...self, timeout: `${timeoutMs / 1000}s` };
  log({ level: 'info', message: 'starting initial corruption check', fields: start });
  const { hash, compactRevision, hashRevision } = state.store.hashKv(0n);
  const own = {
    ...self,
    'local-member-revision': hashRevision,
    'local-member-compact-revision': compactRevision,
    'local-member-hash': hash,
  };
  let mismatches = 0;
  for (const peer of await askPeers(asker, hashRevision)) {
    const finding = compare(peer, { hash, compactRevision });
    if (finding === undefined) continue;
    log({ level: 'warn', message: finding, fields: { ...own, ...fieldsOf(peer) } });
    if (finding === DIFFERENT) mismatches += 1;
  }
  if (mismatches > 0) {
    const error = `${formatId(state.memberId)} found data inconsistency with peers`;
    log({ level: 'error', message: 'checkInitialHashKV failed', fields: { error } });
    throw new MemberStartError(error);
  }
  log({ level: 'info', message: 'initial corruption checking passed; no corruption', fields: self });
}

const DIFFERENT = 'found different hash values from remote peer';

const REASONS: ReadonlyMap<string, string> = new Map([
  [refuse.futureRevision().message, 'cannot fetch hash from slow remote peer'],
  [refuse.compacted().message, 'cannot fetch hash from remote peer; local member is behind'],
  [refuse.clusterIdMismatch().message, 'cluster ID mismatch'],
]);

/** What there is to say of a peer; undefined if nothing. */
function compare(
  { response, error }: PeerHash,
  own: { readonly hash: number; readonly compactRevision: bigint },
): string | undefined {
  if (response === undefined) return error instanceof Error ? REASONS.get(error.message) : undefined;
  if (response.hash === own.hash) return undefined;
  if (response.compact_revision === own.compactRevision) return DIFFERENT;
  return 'found different compact revision values from remote peer';
}

function fieldsOf({ id, peerUrls, response }: PeerHash): LogEvent['fields'] {
  const peer = { 'remote-peer-id': formatId(id), 'remote-peer-endpoints': peerUrls };
  if (response === undefined) return peer;
  return {
    ...peer,
    'remote-peer-revision': response.header?.revision ?? 0n,
    'remote-peer-compact-revision': response.compact_revision,
    'remote-peer-hash': response.hash,
  };
}
