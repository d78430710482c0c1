import { messageOf } from '../../base/index.ts';
import type { LeaseCheckpoint } from '../../lease/index.ts';
import type { Core } from '../core.ts';
import { repeat } from './repeat.ts';

const EVERY_MS = 500;
/** Revocations under way at a time. */
const MAX_PENDING = 16;

/** What only the leader does for leases: ends those that have expired, and notes what is left of the others. */
export function watchLeases(core: Core): () => void {
  return repeat(core.clock, EVERY_MS, async () => {
    if (!core.state.lessor.isPrimary) return;
    const expired = core.state.lessor.takeExpired();
    const checkpoints = core.state.lessor.takeDueCheckpoints();
    if (expired.length === 0 && checkpoints.length === 0) return;
    // One that was held up may have lost its place, and the leases renewed elsewhere.
    if (!(await core.ensureLeadership())) return;
    if (checkpoints.length > 0) await proposeCheckpoints(core, checkpoints).catch(() => undefined);
    await revokeAll(core, expired);
  });
}

export async function proposeCheckpoints(core: Core, checkpoints: readonly LeaseCheckpoint[]): Promise<void> {
  const list = checkpoints.map(({ id, remainingTtl }) => ({ ID: id, remaining_TTL: remainingTtl }));
  await core.proposer.propose({ lease_checkpoint: { checkpoints: list } }, core.state.auth.self());
}

async function revokeAll(core: Core, ids: readonly bigint[]): Promise<void> {
  const left = ids.values();
  const worker = async (): Promise<void> => {
    for (const id of left) await revoke(core, id);
  };
  await Promise.all(Array.from({ length: Math.min(MAX_PENDING, ids.length) }, worker));
}

async function revoke(core: Core, ID: bigint): Promise<void> {
  try {
    await core.proposer.propose({ lease_revoke: { ID } }, core.state.auth.self());
    core.figures.add('etcd_debugging_server_lease_expired_total');
  } catch (error) {
    if (core.isStopped) return;
    const fields = { 'lease-id': ID.toString(16).padStart(16, '0'), error: messageOf(error) };
    core.log({ level: 'warn', message: 'failed to revoke lease', fields });
  }
}
