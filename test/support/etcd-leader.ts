import { setTimeout as sleep } from 'node:timers/promises';
import type { Gateway } from './gateway.ts';

/** Later than any term that a start with its split votes is seen to reach. */
export const SETTLED_TERM = 8;

const SETTLE_TIMEOUT_MS = 60_000;
const PAUSE_MS = 20;

interface Status {
  readonly header: { readonly member_id: string };
  readonly leader: string;
  readonly raftTerm: string;
}

/**
 * Hands leadership around until the first member leads at SETTLED_TERM.
 * Elections are decided by chance; after this, two clusters of the same layout
 * have the same leader and term, and their outputs can be compared.
 */
export async function settleLeader(gateways: readonly Gateway[]): Promise<void> {
  for (const until = Date.now() + SETTLE_TIMEOUT_MS; ; await sleep(PAUSE_MS)) {
    const states = await Promise.all(gateways.map((gateway) => gateway.call<Status>('maintenance/status')));
    if (Date.now() > until) throw new Error(`the members do not agree on a leader: ${JSON.stringify(states)}`);
    const first = states[0]!;
    const leader = states.findIndex((state) => state.header.member_id === first.leader);
    const term = Number(first.raftTerm);
    if (states.some((state) => state.raftTerm !== first.raftTerm || state.leader !== first.leader)) continue;
    if (term >= SETTLED_TERM && leader === 0) return;
    // The step before the last must end elsewhere, for a leader cannot be handed to itself.
    const next = term >= SETTLED_TERM - 1 ? 0 : [1, 2].find((index) => index !== leader)!;
    const targetID = states[next]!.header.member_id;
    await gateways[leader]?.call('maintenance/transfer-leadership', { targetID }).catch(() => undefined);
  }
}
