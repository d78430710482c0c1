import { defineCommand } from '../../command.ts';
import { downgradeAction } from './target-version.ts';

export const command = defineCommand({
  usage: '',
  flags: {},
  prints: () => ['downgradeCancel'],
  options: () => undefined,
  run: async (context) => {
    const { maintenance } = await context.client();
    context.print.downgradeCancel(await maintenance.downgrade({ action: downgradeAction.cancel }, context.bounds));
  },
});
