import type { AnyCommand, Invocation } from './command.ts';
import type { CommandNode } from './command-node.ts';
import { readEnvironment, variableName } from './environment.ts';
import { CliError } from './errors.ts';
import { ExitCode } from './exit-codes.ts';
import {
  type FlagSpecs,
  type FlagValues,
  parseFlags,
  type SplitCommand,
  splitCommand,
  unknownCommand,
} from './flags/index.ts';
import type { GlobalValues } from './globals.ts';
import type { Io } from './io.ts';
import { LiveContext, type OpenClient } from './live-context.ts';
import { defaultSettings, formatOf, type Settings } from './settings.ts';
import { helpFlag, inheritedFlags, type Parsed, parseWithProgram } from './program.ts';
import { reportError } from './report.ts';
import { withFlagHint } from './flag-hint.ts';

/** cobra's hidden commands, which completion scripts call. */
async function answerCompletion(io: Io, tool: CommandNode, [command, ...words]: readonly string[]): Promise<number> {
  await (await import('./complete.ts')).complete(tool, words, io, command !== '__completeNoDesc');
  return ExitCode.Success;
}

type Found = SplitCommand<CommandNode>;

type Runnable = Extract<Parsed, { kind: 'run' }>;

/** What every step of one run needs. */
interface Run {
  readonly io: Io;
  readonly openClient: OpenClient | undefined;
}

/**
 * Runs one command line of a tool and says all there is to say of it.
 * @param tool the tool's commands
 * @param argv the words after the tool's name
 * @param openClient for tests: stands in for the client
 * @returns the exit code
 */
export async function main(
  tool: CommandNode,
  argv: readonly string[],
  io: Io,
  openClient?: OpenClient,
): Promise<number> {
  let path: readonly CommandNode[] = [tool];
  try {
    if (argv[0]?.startsWith('__complete') === true && argv.length > 1) return await answerCompletion(io, tool, argv);
    const found = splitCommand(tool, argv, (node) => flagsOnTheWay(tool, node));
    path = found.path;
    const { load } = found.command;
    return load === undefined ? await showParent(io, found) : await runLeaf({ io, openClient }, found, await load());
  } catch (error) {
    const { exitCode, showUsage } = await reportError(io, await withFlagHint(error, path));
    if (showUsage) io.stderr.write((await import('./help.ts')).usageText(path, await path.at(-1)?.load?.()));
    return exitCode;
  }
}

/** The flags known while a command's name is looked for; cobra knows help's at the root alone. */
const flagsOnTheWay = (tool: CommandNode, node: CommandNode): FlagSpecs => ({
  ...tool.persistentFlags,
  ...(node === tool ? helpFlag(tool.name) : node.persistentFlags),
});

/** A parent has nothing to run: it shows its help, or says that it has no such subcommand. */
async function showParent(io: Io, { path, args: words }: Found): Promise<number> {
  const parsed = parseFlags({ ...inheritedFlags(path), ...helpFlag(path.at(-1)?.name ?? '') }, words);
  const isHelp = parsed.kind === 'help' || parsed.values['help'];
  const unknown = isHelp ? undefined : parsed.args[0];
  if (unknown !== undefined) throw unknownCommand(path, unknown);
  io.stdout.write((await import('./help.ts')).helpText(path));
  return ExitCode.Success;
}

async function runLeaf(run: Run, { path, args: words }: Found, command: AnyCommand): Promise<number> {
  const { io } = run;
  const parsed = await parseWithProgram(path, command, words);
  if (parsed.kind === 'help') {
    io.stdout.write((await import('./help.ts')).helpText(path, command));
    return ExitCode.Success;
  }
  const { values, invocation } = parsed;
  if (!command.offline) return runOnline(run, path, command, values, invocation);
  const options = await command.options(values, invocation);
  const settings = { ...defaultSettings, ...(command.prints && outputSettings(io, path, parsed)) };
  const { createPrinter } = await import('./printers/index.ts');
  const print = await createPrinter(io, settings, command.prints?.(options) ?? []);
  return (await command.run(new LiveContext(io, settings, print), options)) ?? ExitCode.Success;
}

/** Of the global flags and their variables only the output format concerns a command without a cluster. */
function outputSettings(io: Io, path: readonly CommandNode[], { values, invocation }: Runnable): Partial<Settings> {
  const variables = Object.entries(io.env).filter(([name]) => outputVariables.includes(name));
  const env = path[0]?.readsVariables === true ? Object.fromEntries(variables) : {};
  const reading = readEnvironment(env, inheritedFlags(path), invocation.given);
  for (const warning of reading.warnings) io.stderr.write(`Warning: ${warning}\n`);
  const { writeOut, hex } = { ...values, ...Object.fromEntries(reading.values) };
  return { format: formatOf(String(writeOut)), hex: hex === true };
}

const outputVariables = ['writeOut', 'hex'].map(variableName);

async function runOnline(
  { io, openClient }: Run,
  path: readonly CommandNode[],
  command: AnyCommand,
  values: FlagValues<FlagSpecs>,
  invocation: Invocation,
): Promise<number> {
  const reading = readEnvironment(io.env, inheritedFlags(path), invocation.given, command.variables);
  const merged = { ...values, ...Object.fromEntries(reading.values) };
  const options = await command.options(merged, invocation);
  if (reading.fatal !== undefined) throw new CliError(ExitCode.Error, reading.fatal);
  for (const warning of reading.warnings) io.stderr.write(`Warning: ${warning}\n`);

  const { resolveSettings } = await import('./resolve-settings.ts');
  const set = new Set([...invocation.given, ...reading.values.keys()]);
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the global flags are among what every command inherits
  const settings = await resolveSettings(io, { flags: merged as unknown as GlobalValues, set });
  const { createPrinter } = await import('./printers/index.ts');
  const print = await createPrinter(io, settings, command.prints?.(options) ?? []);
  const context = new LiveContext(io, settings, print, openClient, command.waits);
  try {
    return (await command.run(context, options)) ?? ExitCode.Success;
  } finally {
    if (io.endsWithCommand !== true) context.close();
  }
}
