import { formatId } from '../../base/member-ids.ts';
import type { StoredHash } from '../../mvcc/index.ts';
import type { Core } from '../core.ts';
import { repeat } from '../tasks/repeat.ts';
import { accuse } from './accuse.ts';
import { askPeers, type PeerHash } from './peer-hashes.ts';

/**
 * Members compact at the same revisions, and keep the hash of what lay between two compactions. Every so often the
 * leader compares its own with the others', which costs nobody another walk through the history.
 */
export function watchCompactHashes(core: Core): () => void {
  const { compactHashCheckMs } = core.limits;
  if (compactHashCheckMs <= 0) return () => undefined;
  const check = new CompactHashCheck(core);
  return repeat(core.clock, compactHashCheckMs, async () => {
    if (core.leadership.isSelf) await check.run();
  });
}

/** What came of comparing one hash with the other members'. */
type Verdict = 'same' | 'different' | 'incomplete';

class CompactHashCheck {
  readonly #core: Core;
  /** Everyone has the same history up to here. */
  #checkedRevision = 0n;

  constructor(core: Core) {
    this.#core = core;
  }

  /** From the newest hash on, until there is one that all could be asked for. */
  async run(): Promise<void> {
    const { state, log, limits } = this.#core;
    const start = { 'local-member-id': formatId(state.memberId), timeout: `${limits.requestTimeoutMs / 1000}s` };
    log({ level: 'info', message: 'starting compact hash check', fields: start });
    const hashes = state.store.compactionHashes.filter(({ hashRevision }) => hashRevision > this.#checkedRevision);
    let checked = 0;
    for (const hash of hashes) {
      checked += 1;
      const peers = await askPeers(this.#core, hash.hashRevision);
      if (this.#core.isStopped) return;
      if (peers.length > 0 && this.#compare(hash, peers) !== 'incomplete') break;
    }
    const fields = { 'number-of-hashes-checked': checked };
    log({ level: 'info', message: 'finished compaction hash check', fields });
  }

  #compare(own: StoredHash, peers: readonly PeerHash[]): Verdict {
    const groups = new Map<number, bigint[]>([[own.hash, [this.#core.state.memberId]]]);
    let compared = 0;
    for (const peer of peers) {
      const { hash = 0, compact_revision } = peer.response ?? {};
      if (compact_revision === own.compactRevision) {
        compared += 1;
        groups.set(hash, [...(groups.get(hash) ?? []), peer.id]);
      } else this.#tellSkipped(own, peer, peers.length);
    }
    if (groups.size > 1) return this.#tellDifferent(own, groups, peers.length + 1);
    const { log } = this.#core;
    const fields = { revision: own.hashRevision, compactRevision: own.compactRevision };
    if (compared < peers.length) {
      const message = 'skipped revision in compaction hash check; was not able to check all peers';
      const counts = { 'number-of-peers-checked': compared, 'number-of-peers': peers.length };
      log({ level: 'warn', message, fields: { ...counts, ...fields } });
      return 'incomplete';
    }
    const message = 'successfully checked hash on whole cluster';
    log({ level: 'info', message, fields: { 'number-of-peers-checked': compared, ...fields } });
    if (own.hashRevision > this.#checkedRevision) this.#checkedRevision = own.hashRevision;
    return 'same';
  }

  #tellSkipped(own: StoredHash, { id, response }: PeerHash, count: number): void {
    const reason =
      response === undefined
        ? 'no response'
        : `the peer's CompactRevision ${response.compact_revision} doesn't match leader's CompactRevision ${own.compactRevision}`;
    const fields = {
      'number-of-peers': count,
      'leader-id': formatId(this.#core.state.memberId),
      'peer-id': formatId(id),
      reason,
    };
    this.#core.log({ level: 'warn', message: "Skipped peer's hash", fields });
  }

  /** Those who differ from a majority are corrupt; without one nobody knows who is. */
  #tellDifferent(own: StoredHash, groups: ReadonlyMap<number, readonly bigint[]>, memberCount: number): Verdict {
    const leader = {
      'leader-id': formatId(this.#core.state.memberId),
      'leader-revision': own.hashRevision,
      'leader-compact-revision': own.compactRevision,
      'leader-hash': own.hash,
    };
    const all = [...groups];
    const majority = all.find(([, ids]) => ids.length > memberCount / 2);
    if (!majority) {
      const message =
        'Detected compaction hash mismatch but cannot identify the corrupted members, so intentionally set the memberID as 0';
      this.#core.log({ level: 'error', message, fields: leader });
      accuse(this.#core, 0n);
    }
    for (const [hash, ids] of all.filter((group) => group !== majority)) {
      if (majority) for (const id of ids) accuse(this.#core, id);
      const fields = {
        ...leader,
        'peer-hash': hash,
        'peer-ids': ids.map(formatId).join(','),
        'quorum-exist': majority !== undefined,
      };
      this.#core.log({ level: 'error', message: 'Detected compaction hash mismatch', fields });
    }
    return 'different';
  }
}
