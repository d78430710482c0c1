import { type Clock, type LogSink, messageOf } from '../base/index.ts';
import { EtcdError } from '../wire/etcd-error.ts';
import type { Retention } from './check-settings.ts';

export interface CompactorDeps {
  readonly clock: Clock;
  readonly log: LogSink;
  /** The current revision. */
  readonly revision: () => bigint;
  /** Only the leader compacts; the others keep watching the revisions, in case they become it. */
  readonly isLeader: () => boolean;
  readonly compact: (revision: bigint) => Promise<unknown>;
}

const HOUR_MS = 3_600_000;
const REVISION_INTERVAL_MS = 300_000;
/** Revisions are noted so many times in a period, and a compaction that failed is tried again after as long. */
const NOTES_PER_PERIOD = 10;
const OUT_OF_RANGE = 11;

/**
 * Compacts by itself, as etcd's --auto-compaction-* ask: `periodic` keeps the history of a time, `revision` a number
 * of revisions. Returns what ends it.
 */
export function startCompactor(retention: NonNullable<Retention>, deps: CompactorDeps): () => void {
  const turn = 'ms' in retention ? periodicTurn(retention.ms, deps) : revisionTurn(retention.revisions, deps);
  const intervalMs = 'ms' in retention ? Math.min(retention.ms, HOUR_MS) / NOTES_PER_PERIOD : REVISION_INTERVAL_MS;
  let cancel: (() => void) | undefined;
  let isStopped = false;
  const next = (): void => {
    cancel = deps.clock.after(intervalMs, () => {
      void turn().finally(() => {
        if (!isStopped) next();
      });
    });
  };
  next();
  return () => {
    isStopped = true;
    cancel?.();
  };
}

/** Compacts at what the revision was a period ago: after the first period, then each, or each hour if it is longer. */
function periodicTurn(periodMs: number, deps: CompactorDeps): () => Promise<void> {
  const noteEveryMs = Math.min(periodMs, HOUR_MS) / NOTES_PER_PERIOD;
  const kept = Math.floor(periodMs / noteEveryMs) + 1;
  const noted = [deps.revision()];
  let lastRevision = 0n;
  let lastSuccessMs = deps.clock.nowMs();
  let waitMs = periodMs;
  return async () => {
    const [revision = 0n] = noted;
    const isDue = deps.clock.nowMs() - lastSuccessMs >= waitMs && revision !== lastRevision;
    if (deps.isLeader() && isDue) {
      waitMs = Math.min(periodMs, HOUR_MS);
      if (await compact('periodic', revision, deps)) {
        lastRevision = revision;
        lastSuccessMs = deps.clock.nowMs();
      }
    }
    noted.push(deps.revision());
    if (noted.length > kept) noted.shift();
  };
}

function revisionTurn(retention: bigint, deps: CompactorDeps): () => Promise<void> {
  let last = 0n;
  return async () => {
    const revision = deps.revision() - retention;
    if (!deps.isLeader() || revision <= 0n || revision === last) return;
    if (await compact('revision', revision, deps)) last = revision;
  };
}

/** Whether it has been compacted there, by us or by others. */
async function compact(mode: string, revision: bigint, { log, compact: run }: CompactorDeps): Promise<boolean> {
  log({ level: 'info', message: `starting auto ${mode} compaction`, fields: { revision } });
  try {
    await run(revision);
  } catch (error) {
    const isDone = error instanceof EtcdError && error.code === OUT_OF_RANGE && error.message.includes('compacted');
    if (!isDone) {
      const fields = { revision, error: messageOf(error) };
      log({ level: 'warn', message: `failed auto ${mode} compaction`, fields });
      return false;
    }
  }
  log({ level: 'info', message: `completed auto ${mode} compaction`, fields: { revision } });
  return true;
}
