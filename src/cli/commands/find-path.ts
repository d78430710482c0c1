import type { CommandNode } from '../command-node.ts';

/** The path to the command that words name, exactly or by a prefix that fits only one; undefined if there is none. */
export function findPath(root: CommandNode, words: readonly string[]): readonly CommandNode[] | undefined {
  const path = [root];
  for (const word of words) {
    const children = path.at(-1)?.children ?? [];
    const candidates = children.filter((node) => node.name.startsWith(word));
    const next = children.find((node) => node.name === word) ?? (candidates.length === 1 ? candidates[0] : undefined);
    if (next === undefined) return undefined;
    path.push(next);
  }
  return path;
}
