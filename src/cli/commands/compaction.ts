import { parseInt64 } from '../../base/index.ts';
import { defineCommand } from '../command.ts';
import { badArgs } from '../errors.ts';
import { bool } from '../flags/index.ts';

const flags = {
  physical: bool(false, 'wait until the compacted revisions are really removed'),
} as const;

export const command = defineCommand({
  usage: '[options] <revision>',
  flags,
  options: ({ physical }, { args }) => {
    const [revision] = args;
    if (revision === undefined || args.length > 1) throw badArgs('compaction command needs 1 argument');
    return { revision: parseInt64(revision), physical };
  },
  run: async (context, request) => {
    const { kv } = await context.client();
    await kv.compact(request, context.bounds);
    context.io.stdout.write(`compacted revision ${request.revision}\n`);
  },
});
