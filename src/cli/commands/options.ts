import { defineCommand } from '../command.ts';
import { optionsText } from '../help.ts';

export const command = defineCommand({
  usage: '',
  flags: {},
  offline: true,
  options: () => undefined,
  run: async (context) => {
    context.io.stdout.write(optionsText());
  },
});
