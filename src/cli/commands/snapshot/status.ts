import { defineCommand } from '../../command.ts';
import type { Context } from '../../context.ts';
import { progressBar } from '../../progress.ts';
import { only } from '../arguments.ts';
import { lockFlags } from './lock-flags.ts';
import { type SourceOptions, withSource } from './source.ts';
import { formatSize } from '../../../base/index.ts';

async function run(context: Context, options: SourceOptions): Promise<void> {
  const { snapshotStatus } = await import('../../../snapshot/status.ts');
  const bar = progressBar(context.io, 'reading', formatSize);
  await withSource(context, options, async (path, signal) => {
    try {
      const status = await snapshotStatus(path, {
        signal,
        onProgress: ({ doneBytes, totalBytes }) => bar.update(doneBytes, totalBytes),
      });
      bar.clear();
      context.print.snapshotStatus(status);
    } finally {
      bar.clear();
    }
  });
}

export const command = defineCommand({
  usage: '<filename>',
  long: `Checks a snapshot or database page by page and sums it up: hash, revision, keys, size, storage version.
Reads a file, the database of a data directory, or with - a snapshot from stdin.`,
  flags: lockFlags,
  offline: true,
  prints: () => ['snapshotStatus'],
  options: ({ timeout }, invocation) => ({
    path: only(invocation, 'snapshot status requires exactly one argument'),
    timeout,
  }),
  run,
});
