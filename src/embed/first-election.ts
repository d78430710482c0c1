import { message } from '../raft/index.ts';
import type { MemberNetwork } from './network/index.ts';
import type { ClusterNode } from './node.ts';

/** Time that one member gets to win before the next is asked. */
const TURN_MS = 40;

/**
 * Has a member campaign at once, as if a leader had handed over to it: nobody leads yet, so there is no one to wait
 * for until an election timeout is over. Where that fails, because another one's log is newer, the next one's turn
 * comes. Resolves when all follow one leader.
 */
export async function electFirst(
  nodes: readonly ClusterNode[],
  network: MemberNetwork,
  isOver: () => boolean,
): Promise<void> {
  const startMs = performance.now();
  let asked = 0;
  while (!isOver() && !isSettled(nodes)) {
    if (performance.now() - startMs >= asked * TURN_MS && asked < 2 * nodes.length) {
      const { id } = nodes[asked % nodes.length] ?? { id: 0n };
      asked += 1;
      network.at(id)?.receiver.message(message('MsgTimeoutNow', { to: id, from: id }));
    }
    await new Promise((resolve) => setImmediate(resolve));
  }
}

function isSettled(nodes: readonly ClusterNode[]): boolean {
  const leaders = new Set(nodes.map(({ running }) => running?.leaderId ?? 0n));
  return leaders.size === 1 && !leaders.has(0n);
}
