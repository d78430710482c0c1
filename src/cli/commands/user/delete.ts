import { defineCommand } from '../../command.ts';
import { only } from '../arguments.ts';

export const command = defineCommand({
  usage: '<user name>',
  flags: {},
  prints: () => ['userDelete'],
  options: (_flags, invocation) => only(invocation, 'user delete command requires user name as its argument'),
  run: async (context, name) => {
    const { auth } = await context.client();
    context.print.userDelete(name, await auth.userDelete({ name }, context.bounds));
  },
});
