import { formatSize } from '../../../base/index.ts';
import type { Verification } from '../../../snapshot/verify.ts';
import { defineCommand } from '../../command.ts';
import type { Context } from '../../context.ts';
import { CliError } from '../../errors.ts';
import { ExitCode } from '../../exit-codes.ts';
import { progressBar } from '../../progress.ts';
import { only } from '../arguments.ts';
import { lockFlags } from './lock-flags.ts';
import { type SourceOptions, withSource } from './source.ts';

async function run(context: Context, options: SourceOptions): Promise<void> {
  const { verifySnapshot } = await import('../../../snapshot/verify.ts');
  const bar = progressBar(context.io, 'verifying', formatSize);
  const result = await withSource(context, options, async (path, signal) => {
    try {
      return await verifySnapshot(path, {
        signal,
        onProgress: ({ doneBytes, totalBytes }) => bar.update(doneBytes, totalBytes),
      });
    } finally {
      bar.clear();
    }
  });
  context.print.snapshotVerify(result);
  if (!result.isSound) throw damaged(options.path, result);
}

function damaged(path: string, { digest, problemCount }: Verification): CliError {
  const what = [
    ...(digest === 'differs' ? ['its digest differs'] : []),
    ...(problemCount > 0 ? [`${problemCount} problem${problemCount > 1 ? 's' : ''} found`] : []),
  ];
  return new CliError(ExitCode.Error, `${path} is damaged: ${what.join(', ')}`);
}

export const command = defineCommand({
  usage: '<filename|data-dir>',
  long: `Looks for all that can be wrong with a snapshot or database: its digest, every page, every key, value and lease.
Ends with exit code 1 if anything is. Reads a file, the database of a data directory, or with - a snapshot from stdin.`,
  flags: lockFlags,
  offline: true,
  prints: () => ['snapshotVerify'],
  options: ({ timeout }, invocation) => ({
    path: only(invocation, 'snapshot verify requires exactly one argument'),
    timeout,
  }),
  run,
});
