import { defineCommand } from '../../command.ts';
import { memberIdArgument, only } from '../arguments.ts';

export const command = defineCommand({
  usage: '<memberID>',
  flags: {},
  prints: () => ['memberPromote'],
  options: (_flags, invocation) => memberIdArgument(only(invocation, 'member ID is not provided')),
  run: async (context, ID) => {
    const { cluster } = await context.client();
    context.print.memberPromote(ID, await cluster.memberPromote({ ID }, context.bounds));
  },
});
