import { formatId } from '../../base/member-ids.ts';
import { type LogEvent, messageOf } from '../../base/index.ts';
import type { StoreHash } from '../../mvcc/index.ts';
import type { Core } from '../core.ts';
import { repeat } from '../tasks/repeat.ts';
import { accuse } from './accuse.ts';
import { askPeers, type PeerHash } from './peer-hashes.ts';

/** Every so often the leader compares the history of keys with the other members'. */
export function watchCorruption(core: Core): () => void {
  const { corruptCheckMs } = core.limits;
  if (corruptCheckMs <= 0) return () => undefined;
  const fields = { 'local-member-id': formatId(core.state.memberId), interval: `${corruptCheckMs / 1000}s` };
  core.log({ level: 'info', message: 'enabled corruption checking', fields });
  return repeat(core.clock, corruptCheckMs, async () => {
    if (!core.leadership.isSelf) return;
    try {
      await checkPeers(core);
    } catch (error) {
      if (core.isStopped) return;
      core.log({ level: 'warn', message: 'failed to check hash KV', fields: { error: messageOf(error) } });
    }
  });
}

/** Raises the alarm for the first member found that differs from this one. */
async function checkPeers(core: Core): Promise<void> {
  const { store } = core.state;
  const before = store.hashKv(0n);
  const peers = await askPeers(core, before.hashRevision);
  // What the others applied before they answered is applied here, too.
  await core.reads.catchUp();
  const after = store.hashKv(0n);
  if (core.isStopped) return;
  const answered = peers.filter(({ response }) => response !== undefined);
  const findings = answered.flatMap((peer) => findingsOn(peer, before, after).map((event) => ({ id: peer.id, event })));
  for (const { event } of findings) core.log(event);
  const [suspect] = findings;
  if (suspect) accuse(core, suspect.id);
  const fields = { 'number-of-peers-checked': answered.length };
  core.log({ level: 'info', message: 'finished peer corruption check', fields });
}

/** What can not be if the peer has the history of its leader. */
function findingsOn({ id, response }: PeerHash, before: StoreHash, after: StoreHash): LogEvent[] {
  const { header, compact_revision = 0n, hash = 0 } = response ?? {};
  const peer = { 'follower-peer-id': formatId(id) };
  const findings: LogEvent[] = [];
  const found = (message: string, fields: LogEvent['fields']): void =>
    void findings.push({ level: 'warn', message, fields: { ...fields, ...peer } });
  const revision = header?.revision ?? 0n;
  if (revision > after.revision) {
    const fields = { 'leader-revision': after.revision, 'follower-revision': revision };
    found("revision from follower must be less than or equal to leader's", fields);
  }
  const compactions = {
    'leader-compact-revision': after.compactRevision,
    'follower-compact-revision': compact_revision,
  };
  if (compact_revision > after.compactRevision) {
    found("compact revision from follower must be less than or equal to leader's", compactions);
  }
  if (compact_revision === before.compactRevision && hash !== before.hash) {
    const fields = { ...compactions, 'leader-hash': before.hash, 'follower-hash': hash };
    found('same compact revision then hashes must match', fields);
  }
  return findings;
}
