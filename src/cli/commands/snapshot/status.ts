import { defineCommand } from '../../command.ts';
import type { Context } from '../../context.ts';
import { progressBar } from '../../progress.ts';
import { only } from '../arguments.ts';

async function run(context: Context, path: string): Promise<void> {
  const { snapshotStatus } = await import('../../../snapshot/status.ts');
  const bar = progressBar(context.io, 'reading');
  try {
    const onProgress = ({ doneBytes, totalBytes }: { doneBytes: number; totalBytes: number }): void =>
      bar.update(doneBytes, totalBytes);
    const status = await snapshotStatus(path, { onProgress });
    bar.clear();
    context.print.snapshotStatus(status);
  } finally {
    bar.clear();
  }
}

export const command = defineCommand({
  usage: '<filename>',
  long: 'Checks a snapshot or database file page by page and sums it up: hash, revision, keys, size, storage version.',
  flags: {},
  offline: true,
  prints: () => ['snapshotStatus'],
  options: (_flags, invocation) => only(invocation, 'snapshot status requires exactly one argument'),
  run,
});
