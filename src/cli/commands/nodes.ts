import type { AnyCommand } from '../command.ts';
import type { CommandNode } from '../command-node.ts';

/** A command that is loaded when it is run. */
export const leaf = (
  name: string,
  summary: string,
  load: () => Promise<{ readonly command: AnyCommand }>,
): CommandNode => ({
  name,
  summary,
  load: async () => (await load()).command,
});

/** A command that only holds others. */
export const parent = (name: string, summary: string, children: readonly CommandNode[]): CommandNode => ({
  name,
  summary,
  children,
});
