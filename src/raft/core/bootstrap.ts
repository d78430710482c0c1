import { asV2, encodeConfChange } from '../confchange/index.ts';
import { RaftError } from '../errors.ts';
import { type ConfChangeV1, type Entry, NO_BYTES, NONE } from '../types.ts';
import { applyConfChange } from './conf-change.ts';
import { becomeFollower } from './roles.ts';
import type { Raft } from './state.ts';

export interface Peer {
  readonly id: bigint;
  /** Goes into the entry that adds the member, for the application to find there. */
  readonly context?: Uint8Array;
}

const FIRST_TERM = 1n;

/**
 * Writes the first membership into the log as committed entries, which the
 * application sees as any other; it is active at once, so that members can elect.
 */
export function bootstrap(r: Raft, peers: readonly Peer[]): void {
  if (peers.length === 0) {
    throw new RaftError('invalidConfChange', 'must provide at least one peer to bootstrap');
  }
  if (r.log.lastIndex() !== 0n) {
    throw new RaftError('notEmpty', "can't bootstrap a nonempty storage");
  }
  becomeFollower(r, FIRST_TERM, NONE);
  const additions = peers.map(addition);
  const entries = additions.map((change, i): Entry => {
    return { term: FIRST_TERM, index: BigInt(i + 1), ...encodeConfChange(change) };
  });
  r.log.append(entries);
  r.log.commitTo(BigInt(entries.length));
  for (const change of additions) {
    applyConfChange(r, asV2(change));
  }
}

function addition({ id, context = NO_BYTES }: Peer): ConfChangeV1 {
  return { id: 0n, type: 'ConfChangeAddNode', nodeId: id, context };
}
