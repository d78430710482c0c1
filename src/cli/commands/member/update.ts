import { defineCommand } from '../../command.ts';
import { memberIdArgument, only } from '../arguments.ts';
import { peerUrls, peerUrlsFlag } from './peer-urls.ts';

export const command = defineCommand({
  usage: '<memberID> [options]',
  flags: { peerUrls: peerUrlsFlag },
  prints: () => ['memberUpdate'],
  options: (flags, invocation) => ({
    ID: memberIdArgument(only(invocation, 'member ID is not provided')),
    peerURLs: peerUrls(flags.peerUrls),
  }),
  run: async (context, request) => {
    const { cluster } = await context.client();
    context.print.memberUpdate(request.ID, await cluster.memberUpdate(request, context.bounds));
  },
});
