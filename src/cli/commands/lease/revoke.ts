import { defineCommand } from '../../command.ts';
import { leaseIdArgument, only } from '../arguments.ts';
import { wrapped } from './failures.ts';

export const command = defineCommand({
  usage: '<leaseID>',
  flags: {},
  prints: () => ['leaseRevoke'],
  options: (_flags, invocation) => leaseIdArgument(only(invocation, 'lease revoke command needs 1 argument')),
  run: async (context, ID) => {
    const { lease } = await context.client();
    context.print.leaseRevoke(ID, await wrapped('failed to revoke lease', lease.leaseRevoke({ ID }, context.bounds)));
  },
});
