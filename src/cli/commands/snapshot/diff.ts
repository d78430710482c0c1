import type { KeyRange } from '../../../snapshot/index.ts';
import { defineCommand, type Invocation } from '../../command.ts';
import type { Context } from '../../context.ts';
import { badArgs } from '../../errors.ts';
import { ExitCode } from '../../exit-codes.ts';
import { bool, type FlagValues } from '../../flags/index.ts';
import { keyRange } from '../ranges.ts';
import { printInBatches } from './batches.ts';
import { storedRange, withKeys } from './key-space.ts';
import { lockFlags } from './lock-flags.ts';

const flags = {
  prefix: bool(false, 'compare all keys that begin with the key'),
  exitCode: bool(false, 'end with exit code 1 if there are differences'),
  ...lockFlags,
} as const;

interface Options {
  readonly paths: readonly [string, string];
  readonly range: KeyRange | undefined;
  readonly exitCode: boolean;
  readonly timeout: number;
}

function options({ prefix, exitCode, timeout }: FlagValues<typeof flags>, { args }: Invocation): Options {
  const [first, second, key, ...more] = args;
  if (first === undefined || second === undefined || more.length > 0) {
    throw badArgs('snapshot diff needs two filenames as arguments and an optional key');
  }
  if (first === '-' && second === '-') throw badArgs('only one of the two snapshots can come from stdin');
  const range = key === undefined ? undefined : storedRange(keyRange(key, { prefix, fromKey: false }));
  return { paths: [first, second], range, exitCode, timeout };
}

async function run(context: Context, { paths, range, exitCode, timeout }: Options): Promise<number> {
  const { diffKeys } = await import('../../../snapshot/index.ts');
  const [first, second] = paths;
  const differences = await withKeys(context, { path: first, timeout }, (before, signal) =>
    withKeys(context, { path: second, timeout }, (after) =>
      printInBatches(diffKeys(before, after, { ...(range && { range }), signal }), context.settings.format, (batch) =>
        context.print.snapshotDiff(batch),
      ),
    ),
  );
  return exitCode && differences > 0 ? ExitCode.Error : ExitCode.Success;
}

export const command = defineCommand({
  usage: '[options] <filename|data-dir> <filename|data-dir> [key]',
  long: `Compares the keys of two snapshots, or databases of data directories: those that only the second has (+), that only
the first has (-), and that have another value or lease in the second (~).`,
  flags,
  offline: true,
  prints: () => ['snapshotDiff'],
  options,
  run,
});
