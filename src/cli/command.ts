import type { Context } from './context.ts';
import type { FlagSpecs, FlagValues } from './flags/index.ts';
import type { PrinterMethod } from './printers/printer.ts';

/** The words of a command line as its command sees them. */
export interface Invocation {
  /** Positional arguments, without the command's own name. */
  readonly args: readonly string[];
  /** How many of `args` stood before `--`; undefined if there was none. */
  readonly argsBeforeDash: number | undefined;
  /** Names (as in the record of specs) of the flags that stood on the command line. */
  readonly given: ReadonlySet<string>;
}

/**
 * One command: its flags, the check that makes options of a command line, and
 * the run. `options` sees no cluster and may throw CliError; `run` gets the
 * checked options and everything else through the context.
 */
export interface Command<Specs extends FlagSpecs, Options> {
  /** What follows the command's path in the usage line, e.g. `[options] <key> [range_end]`. */
  readonly usage: string;
  /** The paragraph above the usage; the tree's summary when absent. */
  readonly long?: string;
  readonly flags: Specs;
  /** The responses it prints, so that an output format that cannot is refused before anything is sent. */
  readonly prints?: (options: Options) => readonly PrinterMethod[];
  /** Commands that speak to no cluster read of flags and ETCDCTL_* variables the output format alone, if they print. */
  readonly offline?: boolean;
  /** Has no deadline: waits for an unreachable server for as long as it takes, and says on stderr what it waits for. */
  readonly waits?: boolean;
  /** `ETCDCTL_*` variables that the command reads by itself. */
  readonly variables?: readonly string[];
  /** Words that complete the positional arguments. */
  readonly completions?: readonly string[];
  options(flags: FlagValues<Specs>, invocation: Invocation): Options | Promise<Options>;
  /** Returns the exit code, 0 when it returns nothing. */
  run(context: Context, options: Options): Promise<number | void>;
}

/** A command whose options are known to itself alone. */
export type AnyCommand = Command<FlagSpecs, unknown>;

/** Gives a command its types and hides them from those who only run it. */
export function defineCommand<const Specs extends FlagSpecs, Options>(command: Command<Specs, Options>): AnyCommand {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- what a command is made of is known to itself alone
  return command as unknown as AnyCommand;
}
