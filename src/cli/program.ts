import { Command as Commander } from 'commander';
import type { AnyCommand, Invocation } from './command.ts';
import type { CommandNode } from './command-node.ts';
import { bool, type FlagSpec, type FlagSpecs, type FlagValues, type ParsedFlags, parseFlags } from './flags/index.ts';

/** What a command line came to: help was asked for, or a command with its parsed words. */
export type Parsed =
  | { readonly kind: 'help' }
  | { readonly kind: 'run'; readonly values: FlagValues<FlagSpecs>; readonly invocation: Invocation };

/** The flags that a command at the end of `path` inherits from its parents and the root. */
export const inheritedFlags = (path: readonly CommandNode[]): FlagSpecs =>
  path.reduce<FlagSpecs>((flags, node) => ({ ...flags, ...node.persistentFlags }), {});

/** `--help`, which every command has. */
export const helpFlag = (name: string): { readonly help: FlagSpec<boolean> } => ({
  help: bool(false, `help for ${name}`, { short: 'h' }),
});

/**
 * Commander's command for one command line, with pflag's grammar in place of
 * commander's own, because scripts rely on it (`-wjson`, `--prefix=true`, flags
 * anywhere). The names on the way to it have been read already.
 * @param path root first
 * @param words the command line without the names in `path`
 */
export async function parseWithProgram(
  path: readonly CommandNode[],
  command: AnyCommand,
  words: readonly string[],
): Promise<Parsed> {
  let outcome: Parsed = { kind: 'help' };
  const leafName = path.at(-1)?.name ?? '';
  const specs = { ...inheritedFlags(path), ...command.flags, ...helpFlag(leafName) };
  const leaf = new PflagCommand(leafName, specs, (parsed) => {
    outcome = parsed;
  });
  await leaf.parseAsync([...words], { from: 'user' });
  return outcome;
}

class PflagCommand extends Commander {
  readonly #specs: FlagSpecs;
  readonly #onParsed: (parsed: Parsed) => void;
  #parsed: ParsedFlags<FlagSpecs> | undefined;

  constructor(name: string, specs: FlagSpecs, onParsed: (parsed: Parsed) => void) {
    super(name);
    this.#specs = specs;
    this.#onParsed = onParsed;
    this.helpOption(false)
      .helpCommand(false)
      .allowUnknownOption()
      .argument('[words...]')
      .action(() => this.#act());
  }

  override parseOptions(argv: string[]): { operands: string[]; unknown: string[] } {
    const parsed = parseFlags(this.#specs, argv);
    if (parsed.kind === 'parsed' && parsed.values['help'] !== true) this.#parsed = parsed;
    return { operands: this.#parsed === undefined ? [] : [...this.#parsed.args], unknown: [] };
  }

  #act(): void {
    if (this.#parsed === undefined) return this.#onParsed({ kind: 'help' });
    const { values, given, args, argsBeforeDash } = this.#parsed;
    this.#onParsed({ kind: 'run', values, invocation: { args, argsBeforeDash, given } });
  }
}
