import { defineCommand } from '../../command.ts';
import { only } from '../arguments.ts';

export const command = defineCommand({
  usage: '<role name>',
  flags: {},
  prints: () => ['roleAdd'],
  options: (_flags, invocation) => only(invocation, 'role add command requires role name as its argument'),
  run: async (context, name) => {
    const { auth } = await context.client();
    context.print.roleAdd(name, await auth.roleAdd({ name }, context.bounds));
  },
});
