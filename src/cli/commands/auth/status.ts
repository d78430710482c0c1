import { defineCommand } from '../../command.ts';
import { exactly } from '../arguments.ts';

export const command = defineCommand({
  usage: '',
  flags: {},
  prints: () => ['authStatus'],
  options: (_flags, invocation) => exactly(0, invocation, 'auth status command does not accept any arguments'),
  run: async (context) => {
    const { auth } = await context.client();
    context.print.authStatus(await auth.authStatus(context.bounds));
  },
});
