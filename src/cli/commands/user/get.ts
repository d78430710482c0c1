import { defineCommand } from '../../command.ts';
import { bool } from '../../flags/index.ts';
import { only } from '../arguments.ts';

const flags = {
  detail: bool(false, 'show the permissions of the roles granted to the user'),
} as const;

export const command = defineCommand({
  usage: '[options] <user name>',
  flags,
  options: ({ detail }, invocation) => ({
    detail,
    name: only(invocation, 'user get command requires user name as its argument'),
  }),
  prints: ({ detail }) => [detail ? 'roleGet' : 'userGet'],
  run: async (context, { name, detail }) => {
    const { auth } = await context.client();
    const user = await auth.userGet({ name }, context.bounds);
    if (!detail) return context.print.userGet(name, user);
    context.io.stdout.write(`User: ${name}\n`);
    for (const role of user.roles) {
      const answer = await auth.roleGet({ role }, context.bounds);
      context.io.stdout.write('\n');
      context.print.roleGet(role, answer);
    }
  },
});
