import type { AnyCommand } from './command.ts';
import { type CommandNode, groups } from './command-node.ts';
import { type FlagSpecs, flagUsages } from './flags/index.ts';
import { helpFlag, inheritedFlags } from './program.ts';

const smallestNameColumn = 11; // cobra pads command names to at least this

/**
 * Help in cobra's layout, as etcdctl 3.7 shows it: what the command is, its
 * usage, its subcommands or flags, and where the global flags are.
 * @param path root first
 * @param command the leaf at the end of the path, if it is one
 */
export function helpText(path: readonly CommandNode[], command?: AnyCommand): string {
  const about = command?.long ?? path.at(-1)?.summary ?? '';
  return `${about}\n\n${usageText(path, command).trimEnd()}\n${optionsLine(path)}`;
}

/** The usage block alone, which follows a flag error. */
export function usageText(path: readonly CommandNode[], command?: AnyCommand): string {
  return command === undefined ? parentUsage(path) : leafUsage(path, command);
}

/** A tool without an `options` command shows its few global flags in every help. */
const hasOptions = (root: CommandNode | undefined): boolean =>
  root?.children?.some(({ name }) => name === 'options') === true;

const optionsLine = ([root]: readonly CommandNode[]): string =>
  !hasOptions(root)
    ? ''
    : `Use "${root?.name} options" for a list of global command-line options (applies to all commands).\n`;

const names = (path: readonly CommandNode[]): string => path.map((node) => node.name).join(' ');

function parentUsage(path: readonly CommandNode[]): string {
  const node = path.at(-1);
  const children = node?.children ?? [];
  const isGrouped = children.some((child) => child.group !== undefined) && path.length === 1;
  const lists = isGrouped ? groupedLists(children) : `\nAvailable Commands:\n${list(children)}`;
  const flags =
    path.length === 1 ? '' : flagsBlock('Flags', { ...node?.persistentFlags, ...helpFlag(node?.name ?? '') });
  const more = `\nUse "${names(path)} [command] --help" for more information about a command.\n`;
  return `Usage:\n  ${names(path)} [command]\n${lists}${flags}${more}`;
}

function leafUsage(path: readonly CommandNode[], { usage, flags }: AnyCommand): string {
  const words = [names(path), usage, '[flags]'].filter((word) => word !== '').join(' ');
  const inherited = inheritedFlags(hasOptions(path[0]) ? path.slice(1) : path);
  const own = Object.fromEntries(Object.entries(flags).filter(([name]) => !(name in inherited)));
  const blocks =
    flagsBlock('Flags', { ...own, ...helpFlag(path.at(-1)?.name ?? '') }) + flagsBlock('Global Flags', inherited);
  return `Usage:\n  ${words}\n${blocks}\n`;
}

function groupedLists(children: readonly CommandNode[]): string {
  return Object.entries(groups)
    .map(([group, title]) => `\n${title}\n${list(children.filter((node) => node.group === group))}`)
    .join('');
}

function list(children: readonly CommandNode[]): string {
  const width = Math.max(smallestNameColumn, ...children.map((node) => node.name.length));
  return children.map((node) => `  ${node.name.padEnd(width)} ${node.summary}\n`).join('');
}

const flagsBlock = (title: string, flags: FlagSpecs): string =>
  Object.keys(flags).length === 0 ? '' : `\n${title}:\n${flagUsages(flags)}`;

/** What `etcdctl options` prints. */
export function optionsText(tool: CommandNode): string {
  return `The following options can be passed to any command:\n\n${flagUsages(tool.persistentFlags ?? {})}`;
}
