import { type LogSink, systemClock } from '../base/index.ts';
import type { Member } from '../member/index.ts';
import { startCompactor } from './auto-compaction.ts';
import { readRetention } from './check-settings.ts';
import type { ServerSettings } from './settings.ts';

/** etcd's --bootstrap-defrag-threshold-megabytes. */
export async function defragmentIfWorth(
  { bootstrapDefragMegabytes }: ServerSettings,
  member: Member,
  log: LogSink,
): Promise<void> {
  if (bootstrapDefragMegabytes === 0) return;
  const { dbSize, dbSizeInUse } = await member.maintenance.status({ asRoot: true });
  const free = dbSize - dbSizeInUse;
  const threshold = BigInt(bootstrapDefragMegabytes) * 1024n * 1024n;
  const fields = { 'current-db-size-bytes': dbSize, 'current-db-size-in-use-bytes': dbSizeInUse };
  if (free < threshold) {
    const more = { ...fields, 'experimental-bootstrap-defrag-threshold-bytes': threshold };
    return log({ level: 'info', message: 'Skipping defragmentation', fields: more });
  }
  await member.maintenance.defragment({ asRoot: true });
  log({ level: 'info', message: 'defragmented at the start', fields });
}

/** etcd's --auto-compaction-mode and -retention. @returns what ends it */
export function compactBySettings(settings: ServerSettings, member: Member, log: LogSink): () => void {
  const retention = readRetention(settings.autoCompaction.mode, settings.autoCompaction.retention);
  if (retention === undefined) return () => {};
  return startCompactor(retention, {
    clock: systemClock,
    log,
    revision: () => member.header().revision,
    isLeader: () => member.leaderId === member.id,
    compact: (revision) => member.kv.compact({ revision, physical: false }, { asRoot: true }),
  });
}
