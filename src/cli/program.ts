import { Command as Commander } from 'commander';
import type { AnyCommand, Invocation } from './command.ts';
import type { CommandNode } from './command-node.ts';
import { type FlagSpecs, type FlagValues, type ParsedFlags, parseFlags } from './flags/index.ts';
import { clusterFlag, globalFlags } from './globals.ts';

/** What a command line came to: help was asked for, or a command with its parsed words. */
export type Parsed =
  | { readonly kind: 'help' }
  | { readonly kind: 'run'; readonly values: FlagValues<FlagSpecs>; readonly invocation: Invocation };

/** The flags that a command at the end of `path` inherits: the global ones and those of its parents. */
export function inheritedFlags(path: readonly CommandNode[]): FlagSpecs {
  return path.some((node) => node.hasClusterFlag) ? { ...globalFlags, ...clusterFlag } : globalFlags;
}

/** The flags that are known while the children of a parent are looked for. */
export const ownFlags = (node: CommandNode): FlagSpecs => inheritedFlags([node]);

/**
 * Commander's tree for one command line: the chain from the root to the command
 * that was found, with pflag's grammar in place of commander's own, because
 * scripts rely on it (`-wjson`, `--prefix=true`, flags anywhere).
 * @param path root first
 * @param words the command line without the names in `path`
 */
export async function parseWithProgram(
  path: readonly CommandNode[],
  command: AnyCommand,
  words: readonly string[],
): Promise<Parsed> {
  const [root, ...rest] = path;
  let outcome: Parsed = { kind: 'help' };
  const leaf = new PflagCommand(path.at(-1)?.name ?? '', { ...inheritedFlags(path), ...command.flags }, (parsed) => {
    outcome = parsed;
  });
  const parents = [root, ...rest.slice(0, -1)]
    .filter((node) => node !== undefined)
    .map((node) => bare(new Commander(node.name)));
  for (const [index, node] of [...parents, leaf].entries()) parents[index - 1]?.addCommand(node);
  await (parents[0] ?? leaf).parseAsync([...rest.map((node) => node.name), ...words], { from: 'user' });
  return outcome;
}

/** Leaves every word to the leaf: no options, no help of commander's own. */
function bare(command: Commander): Commander {
  return command
    .helpOption(false)
    .helpCommand(false)
    .allowUnknownOption()
    .passThroughOptions()
    .enablePositionalOptions();
}

class PflagCommand extends Commander {
  readonly #specs: FlagSpecs;
  readonly #onParsed: (parsed: Parsed) => void;
  #parsed: ParsedFlags<FlagSpecs> | undefined;

  constructor(name: string, specs: FlagSpecs, onParsed: (parsed: Parsed) => void) {
    super(name);
    this.#specs = specs;
    this.#onParsed = onParsed;
    bare(this)
      .argument('[words...]')
      .action(() => this.#act());
  }

  override parseOptions(argv: string[]): { operands: string[]; unknown: string[] } {
    const parsed = parseFlags(this.#specs, argv);
    this.#parsed = parsed.kind === 'help' ? undefined : parsed;
    return { operands: parsed.kind === 'help' ? [] : [...parsed.args], unknown: [] };
  }

  #act(): void {
    if (this.#parsed === undefined) return this.#onParsed({ kind: 'help' });
    const { values, given, args, argsBeforeDash } = this.#parsed;
    this.#onParsed({ kind: 'run', values, invocation: { args, argsBeforeDash, given } });
  }
}
