import { defineCommand } from '../../command.ts';
import { exactly } from '../arguments.ts';

export const command = defineCommand({
  usage: '',
  flags: {},
  prints: () => ['roleList'],
  options: (_flags, invocation) => exactly(0, invocation, 'role list command requires no arguments'),
  run: async (context) => {
    const { auth } = await context.client();
    context.print.roleList(await auth.roleList(context.bounds));
  },
});
