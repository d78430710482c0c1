import { defineCommand } from '../../command.ts';
import { downgradeAction, targetVersion } from './target-version.ts';

export const command = defineCommand({
  usage: '<TARGET_VERSION>',
  flags: {},
  prints: () => ['downgradeEnable'],
  options: (_flags, invocation) => targetVersion(invocation),
  run: async (context, version) => {
    const { maintenance } = await context.client();
    const request = { action: downgradeAction.enable, version };
    context.print.downgradeEnable(await maintenance.downgrade(request, context.bounds));
  },
});
