import type { HashKVResponse } from '../../wire/index.ts';
import { ALARM } from '../alarms.ts';
import type { Core } from '../core.ts';
import { formatId } from '../../base/member-ids.ts';
import { repeat } from './repeat.ts';

/** Every so often the leader compares the history of keys with the other members'. */
export function watchCorruption(core: Core): () => void {
  const { corruptCheckMs } = core.limits;
  if (corruptCheckMs <= 0) return () => undefined;
  return repeat(core.clock, corruptCheckMs, async () => {
    if (core.leadership.isSelf) await checkPeers(core);
  });
}

interface PeerHash {
  readonly id: bigint;
  readonly response: HashKVResponse;
}

/** Raises the alarm for the first member found that differs from this one. */
async function checkPeers(core: Core): Promise<void> {
  const { store } = core.state;
  const before = store.hashKv(0n);
  const peers = await askPeers(core, before.hashRevision);
  await core.reads.catchUp();
  const after = store.hashKv(0n);
  const suspect = peers.find(({ response }) => {
    const revision = response.header?.revision ?? 0n;
    if (revision > after.revision || response.compact_revision > after.compactRevision) return true;
    return response.compact_revision === before.compactRevision && response.hash !== before.hash;
  });
  if (!suspect || core.isStopped) return;
  const fields = { 'follower-peer-id': formatId(suspect.id), 'leader-hash': before.hash };
  core.log({ level: 'warn', message: 'same compact revision then hashes must match', fields });
  await core.proposer.propose({ alarm: { action: 1, memberID: suspect.id, alarm: ALARM.CORRUPT } });
}

async function askPeers({ state, link }: Core, revision: bigint): Promise<PeerHash[]> {
  const others = state.roster.members.filter(({ id }) => id !== state.memberId);
  const answers = await Promise.all(
    others.map(async ({ id }): Promise<PeerHash | undefined> => {
      try {
        return { id, response: await link.ask(id).hashKv({ revision }) };
      } catch {
        return undefined; // too far behind or ahead, or not there: no sign of corruption
      }
    }),
  );
  return answers.filter((answer) => answer !== undefined);
}
