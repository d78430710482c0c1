import { defineCommand } from '../../command.ts';
import { int64 } from '../../flags/index.ts';
import { oneArgument } from './usage-errors.ts';

const flags = {
  rev: int64(0n, 'highest revision to hash (0: the latest)'),
} as const;

export const command = defineCommand({
  usage: '<filename>',
  flags,
  offline: true,
  prints: () => ['offlineHashKv'],
  options: ({ rev }, invocation) => ({ path: oneArgument(invocation), revision: rev }),
  run: async (context, { path, revision }) => {
    const { hashKv } = await import('../../../snapshot/hash-kv.ts');
    context.print.offlineHashKv(await hashKv(path, revision));
  },
});
