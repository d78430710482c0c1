import { defineCommand } from '../../command.ts';
import { exactly } from '../arguments.ts';

export const command = defineCommand({
  usage: '<user name> <role name>',
  flags: {},
  prints: () => ['userRevokeRole'],
  options: (_flags, invocation) => {
    const [name = '', role = ''] = exactly(
      2,
      invocation,
      'user revoke-role requires user name and role name as its argument',
    );
    return { name, role };
  },
  run: async (context, { name, role }) => {
    const { auth } = await context.client();
    context.print.userRevokeRole(name, role, await auth.userRevokeRole({ name, role }, context.bounds));
  },
});
