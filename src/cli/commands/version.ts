import type { AnyCommand } from '../command.ts';
import { defineCommand } from '../command.ts';
import { apiVersion, version } from '../version.ts';

export const versionCommand = (tool: string): AnyCommand =>
  defineCommand({
    usage: '',
    flags: {},
    offline: true,
    options: () => undefined,
    run: async (context) => {
      context.io.stdout.write(`${tool} version: ${version}\nAPI version: ${apiVersion}\n`);
    },
  });
