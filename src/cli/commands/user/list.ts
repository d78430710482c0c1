import { defineCommand } from '../../command.ts';
import { exactly } from '../arguments.ts';

export const command = defineCommand({
  usage: '',
  flags: {},
  prints: () => ['userList'],
  options: (_flags, invocation) => exactly(0, invocation, 'user list command requires no arguments'),
  run: async (context) => {
    const { auth } = await context.client();
    context.print.userList(await auth.userList(context.bounds));
  },
});
