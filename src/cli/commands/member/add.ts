import { defineCommand } from '../../command.ts';
import { badArgs } from '../../errors.ts';
import { bool } from '../../flags/index.ts';
import { peerUrls, peerUrlsFlag } from './peer-urls.ts';

const flags = {
  peerUrls: peerUrlsFlag,
  learner: bool(false, 'add the member as a learner, which has no vote until it is promoted'),
} as const;

function memberName(args: readonly string[]): string {
  const [name] = args;
  if (name === undefined) throw badArgs('member name not provided');
  if (args.length === 1) return name;
  const hints = args.filter((word) => /^http/i.test(word)).map((word) => `, did you mean --peer-urls=${word}`);
  throw badArgs(`too many arguments${hints.join('')}`);
}

export const command = defineCommand({
  usage: '<memberName> [options]',
  flags,
  prints: () => ['memberAdd'],
  options: (values, { args }) => ({
    name: memberName(args),
    typedUrls: values.peerUrls,
    request: { peerURLs: peerUrls(values.peerUrls), isLearner: values.learner },
  }),
  run: async (context, { name, typedUrls, request }) => {
    const { cluster } = await context.client();
    context.print.memberAdd(await cluster.memberAdd(request, context.bounds), name, typedUrls);
  },
});
