import { defineCommand } from '../../command.ts';
import { only } from '../arguments.ts';

export const command = defineCommand({
  usage: '<role name>',
  flags: {},
  prints: () => ['roleDelete'],
  options: (_flags, invocation) => only(invocation, 'role delete command requires role name as its argument'),
  run: async (context, role) => {
    const { auth } = await context.client();
    context.print.roleDelete(role, await auth.roleDelete({ role }, context.bounds));
  },
});
