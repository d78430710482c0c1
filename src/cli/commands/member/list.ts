import { defineCommand } from '../../command.ts';
import { string } from '../../flags/index.ts';
import { isSerializable } from '../get.ts';

const flags = {
  consistency: string('l', 'Linearizable(l) or Serializable(s)', { values: ['l', 's'] }),
} as const;

export const command = defineCommand({
  usage: '[options]',
  flags,
  prints: () => ['memberList'],
  options: ({ consistency }) => ({ linearizable: !isSerializable(consistency) }),
  run: async (context, request) => {
    const { cluster } = await context.client();
    context.print.memberList(await cluster.memberList(request, context.bounds));
  },
});
