import { defineCommand } from '../command.ts';
import { apiVersion, version } from '../version.ts';

export const command = defineCommand({
  usage: '',
  flags: {},
  offline: true,
  options: () => undefined,
  run: async (context) => {
    context.io.stdout.write(`etcdctl version: ${version}\nAPI version: ${apiVersion}\n`);
  },
});
