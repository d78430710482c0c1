import type { KeyGroup } from '../../../snapshot/index.ts';
import { defineCommand } from '../../command.ts';
import { bool, int } from '../../flags/index.ts';
import { printInBatches } from './batches.ts';
import { type GroupCommandOptions, groupFlags, groupOptions, withGroups } from './ls.ts';

const flags = {
  all: bool(false, 'tell of single keys too', { short: 'a' }),
  depth: int(1, 'how many levels of names are told apart (0: none, the total alone)'),
  ...groupFlags,
} as const;

type Options = GroupCommandOptions & { readonly all: boolean };

/** Passes on what is to be told of, and at the end the sum of all under the name of the prefix. */
async function* withTotal(groups: AsyncIterable<KeyGroup>, { prefix, depth, all }: Options): AsyncGenerator<KeyGroup> {
  const name = Buffer.from(prefix);
  let total: KeyGroup = { name, isPrefix: true, keys: 0, bytes: 0, modRevision: 0n };
  for await (const group of groups) {
    const modRevision = group.modRevision > total.modRevision ? group.modRevision : total.modRevision;
    total = { ...total, keys: total.keys + group.keys, bytes: total.bytes + group.bytes, modRevision };
    if (depth > 0 && (group.isPrefix || all)) yield group;
  }
  yield total;
}

export const command = defineCommand({
  usage: '[options] <filename|data-dir> [prefix]',
  long: `Sums up the keys and values below a prefix in a snapshot or the database of a data directory: their size, their
number and what they begin with, last the total. The history of keys is not counted.`,
  flags,
  offline: true,
  prints: () => ['snapshotUsage'],
  options: (values, invocation): Options => ({
    ...groupOptions('du', invocation, values, Math.max(0, values.depth)),
    all: values.all,
  }),
  run: async (context, options) => {
    await withGroups(context, options, (groups) =>
      printInBatches(withTotal(groups, options), context.settings.format, (batch) =>
        context.print.snapshotUsage(batch),
      ),
    );
  },
});
