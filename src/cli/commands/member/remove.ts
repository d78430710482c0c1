import { defineCommand } from '../../command.ts';
import { memberIdArgument, only } from '../arguments.ts';

export const command = defineCommand({
  usage: '<memberID>',
  flags: {},
  prints: () => ['memberRemove'],
  options: (_flags, invocation) => memberIdArgument(only(invocation, 'member ID is not provided')),
  run: async (context, ID) => {
    const { cluster } = await context.client();
    context.print.memberRemove(ID, await cluster.memberRemove({ ID }, context.bounds));
  },
});
