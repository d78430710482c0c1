import { defineCommand } from '../../command.ts';
import { asBadConnection } from './failures.ts';

export const command = defineCommand({
  usage: '',
  flags: {},
  prints: () => ['leaseList'],
  options: () => undefined,
  run: async (context) => {
    const { lease } = await context.client();
    context.print.leaseList(await asBadConnection(lease.leaseLeases(context.bounds)));
  },
});
