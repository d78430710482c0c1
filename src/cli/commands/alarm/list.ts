import { defineCommand } from '../../command.ts';
import { exactly } from '../arguments.ts';

export const command = defineCommand({
  usage: '',
  flags: {},
  prints: () => ['alarm'],
  options: (_flags, invocation) => exactly(0, invocation, 'alarm list command accepts no arguments'),
  run: async (context) => {
    const { maintenance } = await context.client();
    context.print.alarm(await maintenance.alarm({}, context.bounds)); // the zero action is GET
  },
});
