import { defineCommand } from '../../command.ts';
import { int64 } from '../../flags/index.ts';
import { lockFlags } from '../snapshot/lock-flags.ts';
import { withSource } from '../snapshot/source.ts';
import { oneArgument } from './usage-errors.ts';

const flags = {
  rev: int64(0n, 'highest revision to hash (0: the latest)'),
  ...lockFlags,
} as const;

export const command = defineCommand({
  usage: '<filename>',
  flags,
  offline: true,
  prints: () => ['offlineHashKv'],
  options: ({ rev, timeout }, invocation) => ({ path: oneArgument(invocation), revision: rev, timeout }),
  run: async (context, { revision, ...source }) => {
    const { hashKv } = await import('../../../snapshot/hash-kv.ts');
    await withSource(context, source, async (path, signal) => {
      context.print.offlineHashKv(await hashKv(path, revision, { signal }));
    });
  },
});
