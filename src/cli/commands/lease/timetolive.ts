import { defineCommand } from '../../command.ts';
import { bool } from '../../flags/index.ts';
import { leaseIdArgument, only } from '../arguments.ts';
import { asBadConnection } from './failures.ts';

const flags = {
  keys: bool(false, 'show the keys attached to the lease'),
} as const;

export const command = defineCommand({
  usage: '[options] <leaseID>',
  flags,
  prints: () => ['leaseTimeToLive'],
  options: ({ keys }, invocation) => ({
    ID: leaseIdArgument(only(invocation, 'lease timetolive command needs lease ID as argument')),
    keys,
  }),
  run: async (context, request) => {
    const { lease } = await context.client();
    const response = await asBadConnection(lease.leaseTimeToLive(request, context.bounds));
    context.print.leaseTimeToLive(response, request.keys);
  },
});
