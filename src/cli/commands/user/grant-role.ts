import { defineCommand } from '../../command.ts';
import { exactly } from '../arguments.ts';

export const command = defineCommand({
  usage: '<user name> <role name>',
  flags: {},
  prints: () => ['userGrantRole'],
  options: (_flags, invocation) => {
    const [user = '', role = ''] = exactly(
      2,
      invocation,
      'user grant command requires user name and role name as its argument',
    );
    return { user, role };
  },
  run: async (context, { user, role }) => {
    const { auth } = await context.client();
    context.print.userGrantRole(user, role, await auth.userGrantRole({ user, role }, context.bounds));
  },
});
