import { message } from '../raft/index.ts';
import type { MemberNetwork } from './network/index.ts';
import type { ClusterNode } from './node.ts';

/** What one member gets to win before the next is asked: both must be over, as a busy machine is slow at either. */
const TURNS = 100;
const WAIT_MS = 300;

/**
 * Has a member campaign at once, as if a leader had handed over to it: nobody leads yet, so there is no one to wait
 * for until an election timeout is over. Where it does not win, because another one's log is newer, each of the others
 * is asked once. Resolves when all follow one leader.
 */
export async function electFirst(
  nodes: readonly ClusterNode[],
  network: MemberNetwork,
  isOver: () => boolean,
): Promise<void> {
  const waiting = [...nodes];
  for (let turns = 0, sinceMs = Number.NEGATIVE_INFINITY; !isOver() && !isSettled(nodes); turns++) {
    const [next] = waiting;
    const hadItsTime = turns > TURNS && performance.now() - sinceMs > WAIT_MS;
    if (next !== undefined && mayCampaign(next, nodes) && (waiting.length === nodes.length || hadItsTime)) {
      waiting.shift();
      turns = 0;
      sinceMs = performance.now();
      network.at(next.id)?.receiver.message(message('MsgTimeoutNow', { to: next.id, from: next.id }));
    }
    await new Promise((resolve) => setImmediate(resolve));
  }
}

/** The log of a new cluster begins with its members, and who has not applied them does not campaign. */
const mayCampaign = ({ running }: ClusterNode, founders: readonly ClusterNode[]): boolean =>
  running !== undefined && running.leaderId === 0n && running.appliedIndex >= BigInt(founders.length);

function isSettled(nodes: readonly ClusterNode[]): boolean {
  const leaders = new Set(nodes.map(({ running }) => running?.leaderId ?? 0n));
  return leaders.size === 1 && !leaders.has(0n);
}
