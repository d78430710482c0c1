import { defineCommand } from '../../command.ts';
import { only } from '../arguments.ts';

export const command = defineCommand({
  usage: '<role name>',
  flags: {},
  prints: () => ['roleGet'],
  options: (_flags, invocation) => only(invocation, 'role get command requires role name as its argument'),
  run: async (context, role) => {
    const { auth } = await context.client();
    context.print.roleGet(role, await auth.roleGet({ role }, context.bounds));
  },
});
