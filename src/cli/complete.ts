import type { CommandNode } from './command-node.ts';
import { findPath } from './commands/find-path.ts';
import { type FlagSpec, type FlagSpecs, flagName, splitCommand, UnknownCommandError } from './flags/index.ts';
import type { Io } from './io.ts';
import { helpFlag, inheritedFlags } from './program.ts';

/** What the shell does where nothing fits: complete file names, or nothing. The numbers are cobra's. */
const directives = {
  Default: 0,
  NoFileComp: 4,
} as const;

interface Candidate {
  readonly word: string;
  readonly about?: string;
}

interface Completion {
  readonly candidates: readonly Candidate[];
  readonly directive: keyof typeof directives;
}

const nothing: Completion = { candidates: [], directive: 'Default' };

/**
 * Answers a completion script in cobra's protocol: a candidate a line, behind a
 * tab what it is, last the directive.
 * @param words the command line so far; the last is the one to complete and may be empty
 */
export async function complete(tool: CommandNode, words: readonly string[], io: Io, withAbout: boolean): Promise<void> {
  const { candidates, directive } = await completionOf(tool, words.slice(0, -1), words.at(-1) ?? '');
  const lines = candidates.map(({ word, about }) => (withAbout && about ? `${word}\t${about}\n` : `${word}\n`));
  io.stdout.write(`${lines.join('')}:${directives[directive]}\n`);
  io.stderr.write(`Completion ended with directive: ShellCompDirective${directive}\n`);
}

async function completionOf(tool: CommandNode, before: readonly string[], typed: string): Promise<Completion> {
  const found = find(tool, before);
  if (found === undefined) return nothing;
  const { path, command } = found;
  const leaf = await command.load?.();
  const shown = { ...inheritedFlags(path.slice(1)), ...leaf?.flags, ...helpFlag(command.name) };
  const known = { ...inheritedFlags(path), ...shown };

  const valueOf = flagAwaitingValue(known, before.at(-1), typed);
  if (valueOf !== undefined)
    return { candidates: (valueOf.values ?? []).map((word) => ({ word })), directive: 'Default' };
  if (typed.startsWith('-')) return { candidates: flagCandidates(shown, before, typed), directive: 'NoFileComp' };
  if (command.name === 'help') return children(findPath(tool, found.args)?.at(-1), typed);
  if (command.children !== undefined) return children(command, typed);
  const fitting = leaf?.completions?.filter((word) => word.startsWith(typed));
  return fitting === undefined ? nothing : { candidates: fitting.map((word) => ({ word })), directive: 'NoFileComp' };
}

function find(tool: CommandNode, before: readonly string[]): ReturnType<typeof splitCommand<CommandNode>> | undefined {
  try {
    return splitCommand(tool, before, (node) => inheritedFlags([tool, node]));
  } catch (error) {
    if (error instanceof UnknownCommandError) return undefined;
    throw error;
  }
}

/** The flag whose value is being typed: `--order x`, `-w x` or `--order=x`. */
function flagAwaitingValue(
  known: FlagSpecs,
  previous: string | undefined,
  typed: string,
): FlagSpec<unknown> | undefined {
  const written = typed.startsWith('-') && typed.includes('=') ? typed.slice(0, typed.indexOf('=')) : previous;
  if (written === undefined || !written.startsWith('-')) return undefined;
  const entry = Object.entries(known).find(
    ([key, { short }]) => written === `--${flagName(key)}` || written === `-${short}`,
  );
  const spec = entry?.[1];
  return spec?.noValueText === undefined || written !== previous ? spec : undefined;
}

function flagCandidates(shown: FlagSpecs, before: readonly string[], typed: string): Candidate[] {
  const list: Candidate[] = [];
  for (const [key, { usage, short, hidden }] of Object.entries(shown).sort(([a], [b]) =>
    flagName(a) < flagName(b) ? -1 : 1,
  )) {
    const isGiven = before.some((word) => word === `--${flagName(key)}` || word.startsWith(`--${flagName(key)}=`));
    if (hidden === true || isGiven) continue;
    list.push({ word: `--${flagName(key)}`, about: usage });
    if (short !== undefined) list.push({ word: `-${short}`, about: usage });
  }
  return list.filter(({ word }) => word.startsWith(typed));
}

function children(node: CommandNode | undefined, typed: string): Completion {
  const fitting = (node?.children ?? []).filter(({ name }) => name.startsWith(typed));
  const sorted = fitting.toSorted((a, b) => (a.name < b.name ? -1 : 1));
  return { candidates: sorted.map(({ name, summary }) => ({ word: name, about: summary })), directive: 'NoFileComp' };
}
