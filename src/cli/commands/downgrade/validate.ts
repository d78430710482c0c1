import { defineCommand } from '../../command.ts';
import { downgradeAction, targetVersion } from './target-version.ts';

export const command = defineCommand({
  usage: '<TARGET_VERSION>',
  flags: {},
  prints: () => ['downgradeValidate'],
  options: (_flags, invocation) => targetVersion(invocation),
  run: async (context, version) => {
    const { maintenance } = await context.client();
    const request = { action: downgradeAction.validate, version };
    context.print.downgradeValidate(await maintenance.downgrade(request, context.bounds));
  },
});
