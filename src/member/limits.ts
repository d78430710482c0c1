import type { MemberOptions } from './options.ts';
import { SERVER_VERSION } from './versions.ts';

const REQUEST_TIMEOUT_MS = 5000;

/** The options with every default filled in, and what follows from them. */
export type Limits = ReturnType<typeof limitsOf>;

export function limitsOf(options: MemberOptions) {
  const heartbeatMs = options.heartbeatMs ?? 100;
  const electionTicks = options.electionTicks ?? 10;
  const electionMs = heartbeatMs * electionTicks;
  return {
    version: options.version ?? SERVER_VERSION,
    heartbeatMs,
    electionTicks,
    electionMs,
    /** Time enough for a disk, and for two elections. */
    requestTimeoutMs: REQUEST_TIMEOUT_MS + 2 * electionMs,
    /** Shorter leases could run out during an election. */
    minTtlSeconds: BigInt(Math.ceil((Math.trunc((3 * electionTicks) / 2) * heartbeatMs) / 1000)),
    snapshotCount: BigInt(options.snapshotCount || 10_000),
    snapshotCatchUpEntries: BigInt(options.snapshotCatchUpEntries || 5000),
    quotaBytes: options.quotaBytes ?? 0,
    maxRequestBytes: options.maxRequestBytes ?? 1.5 * 1024 * 1024,
    maxTxnOps: options.maxTxnOps ?? 128,
    maxLearners: options.maxLearners ?? 1,
    strictReconfigCheck: options.strictReconfigCheck ?? true,
    watchProgressIntervalMs: options.watchProgressIntervalMs ?? 600_000,
    watchQueueResponses: options.watchQueueResponses,
    clientCertAuth: options.clientCertAuth ?? false,
    slowApplyMs: options.slowApplyMs ?? 100,
    corruptCheckMs: options.corruptCheckMs ?? 0,
    compactHashCheckMs: options.compactHashCheckMs ?? 0,
    checkpointIntervalMs: options.leaseCheckpointIntervalMs ?? 0,
  };
}
