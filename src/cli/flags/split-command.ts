import { quote } from '../../base/index.ts';
import { type FlagIndex, indexFlags } from './names.ts';
import type { FlagSpecs } from './spec.ts';
import { suggest } from './suggest.ts';

/** A command as far as finding it goes; `Node` is the caller's own type of it. */
export interface CommandLike<Node> {
  readonly name: string;
  /** Not suggested when a name is mistyped. */
  readonly hidden?: boolean;
  readonly children?: readonly Node[];
}

export interface SplitCommand<Node> {
  /** From the root to the command found. */
  readonly path: readonly Node[];
  readonly command: Node;
  /** The command line without the names of the commands: flags and positionals where they stood. */
  readonly args: readonly string[];
}

/** A word stands where the name of a command should. */
export class UnknownCommandError extends Error {
  override readonly name = 'UnknownCommandError';
  readonly parent: string;
  readonly typed: string;
  readonly suggestions: readonly string[];

  /** @param parent the names that lead to the command which has no child of the typed name, e.g. `etcdctl lease` */
  constructor(parent: string, typed: string, suggestions: readonly string[]) {
    const list = suggestions.map((name) => `\t${name}\n`).join('');
    const hint = list === '' ? '' : `\n\nDid you mean this?\n${list}`;
    super(`unknown command ${quote(typed)} for ${quote(parent)}${hint}`);
    this.parent = parent;
    this.typed = typed;
    this.suggestions = suggestions;
  }
}

/**
 * Finds the command that a command line means, as cobra does: level by level, by exact name or by a prefix that only
 * one command has. On the way a flag without `=` takes the next word for its value unless it is known to need none, so
 * an unknown flag may swallow a command's name. An unknown name is an error at the root only; below, it is an argument.
 * @param flagsOf the flags a command knows while its children are looked for: its own and those it inherits
 * @throws {UnknownCommandError}
 */
export function splitCommand<Node extends CommandLike<Node>>(
  root: Node,
  argv: readonly string[],
  flagsOf: (command: Node) => FlagSpecs,
): SplitCommand<Node> {
  const path = [root];
  let command = root;
  let args = [...argv];
  for (;;) {
    const at = firstPositional(args, indexFlags(flagsOf(command)));
    const word = args[at];
    if (word === undefined) return { path, command, args };
    const next = findChild(command, word);
    if (next === undefined) {
      if (command === root && root.children !== undefined) throw unknownCommand(path, word);
      return { path, command, args };
    }
    args = [...args.slice(0, at), ...args.slice(at + 1)];
    path.push(next);
    command = next;
  }
}

/** Index of the first word that is neither a flag nor the value of one; the number of words if there is none. */
function firstPositional(args: readonly string[], flags: FlagIndex): number {
  for (let at = 0; at < args.length; at++) {
    const word = args[at] ?? '';
    if (word === '--') return args.length;
    if (takesNextWord(word, flags)) at++;
    else if (word !== '' && !word.startsWith('-')) return at;
  }
  return args.length;
}

function takesNextWord(word: string, { byName, byShort }: FlagIndex): boolean {
  if (word.includes('=')) return false;
  if (word.startsWith('--')) return byName.get(word.slice(2))?.spec.noValueText === undefined;
  // Only a dash and one letter: of a longer group nobody asks here whether its last letter wants a value.
  return /^-[\0-\x7f]$/.test(word) && byShort.get(word.slice(1))?.spec.noValueText === undefined;
}

function findChild<Node extends CommandLike<Node>>({ children = [] }: Node, word: string): Node | undefined {
  const exact = children.find((child) => child.name === word);
  if (exact !== undefined) return exact;
  const candidates = children.filter((child) => child.name.startsWith(word));
  return candidates.length === 1 ? candidates[0] : undefined;
}

/**
 * The error for a word that names no child of the last command of a path, with the names that may have been meant;
 * cobra never suggests `help`.
 * @param path root first
 */
export function unknownCommand<Node extends CommandLike<Node>>(
  path: readonly Node[],
  typed: string,
): UnknownCommandError {
  const children = path.at(-1)?.children ?? [];
  const names = children.filter(({ name, hidden }) => hidden !== true && name !== 'help').map(({ name }) => name);
  return new UnknownCommandError(path.map(({ name }) => name).join(' '), typed, suggest(typed, names));
}
