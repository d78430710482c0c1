import type { GroupOptions, KeyGroup } from '../../../snapshot/index.ts';
import { prefixEnd } from '../../../base/index.ts';
import { defineCommand, type Invocation } from '../../command.ts';
import type { Context } from '../../context.ts';
import { badArgs } from '../../errors.ts';
import { bool, int64, string } from '../../flags/index.ts';
import { keyBytes } from '../ranges.ts';
import { printInBatches } from './batches.ts';
import { storedRange, withKeys } from './key-space.ts';
import { lockFlags } from './lock-flags.ts';
import type { SourceOptions } from './source.ts';

/** Flags of the commands that go by prefix. */
export const groupFlags = {
  delimiter: string('/', 'what parts the levels of a name'),
  rev: int64(0n, 'take the keys as they were at this revision'),
  ...lockFlags,
} as const;

const flags = {
  recursive: bool(false, 'list every key', { short: 'r' }),
  ...groupFlags,
} as const;

export interface GroupCommandOptions extends SourceOptions, Pick<GroupOptions, 'delimiter' | 'depth'> {
  readonly prefix: Uint8Array;
  readonly revision: bigint;
}

/** What `ls` and `du` have in common. @throws {CliError} exit code 128 */
export function groupOptions(
  name: string,
  { args }: Invocation,
  values: { readonly delimiter: string; readonly rev: bigint; readonly timeout: number },
  depth: number,
): GroupCommandOptions {
  const [path, prefix = ''] = args;
  if (path === undefined || args.length > 2) {
    throw badArgs(`snapshot ${name} needs a filename as argument and an optional prefix`);
  }
  const revision = values.rev > 0n ? values.rev : 0n;
  const [delimiter, bytes] = [keyBytes(values.delimiter), keyBytes(prefix)];
  return { path, timeout: values.timeout, prefix: bytes, revision, delimiter, depth };
}

/** Gives the names in a database, of keys and of what many keys begin with, to whoever prints them. */
export async function withGroups<T>(
  context: Pick<Context, 'io'>,
  { prefix, revision, delimiter, depth, ...source }: GroupCommandOptions,
  work: (groups: AsyncIterable<KeyGroup>) => Promise<T>,
): Promise<T> {
  const { groupKeys, liveKeys } = await import('../../../snapshot/index.ts');
  const range = storedRange({ key: prefix, range_end: prefixEnd(prefix) });
  return withKeys(context, source, (database, signal) =>
    work(groupKeys(liveKeys(database, { range, revision, signal }), { skip: prefix.length, delimiter, depth })),
  );
}

export const command = defineCommand({
  usage: '[options] <filename|data-dir> [prefix]',
  long: `Lists what a snapshot or the database of a data directory holds below a prefix: keys, and for those that go on
behind the next delimiter what they begin with.`,
  flags,
  offline: true,
  prints: () => ['snapshotList'],
  options: (values, invocation) =>
    groupOptions('ls', invocation, values, values.recursive ? Number.POSITIVE_INFINITY : 1),
  run: async (context, options) => {
    await withGroups(context, options, (groups) =>
      printInBatches(groups, context.settings.format, (batch) => context.print.snapshotList(batch)),
    );
  },
});
