import { quote, TextError } from '../../base/index.ts';
import { checkValue } from './check-value.ts';
import type { Flag } from './flag.ts';
import { findFlag, FORGOTTEN_FLAGS } from './table.ts';

/** The command line cannot be read: its message, then the usage, exit code 2. */
export class FlagError extends Error {
  override readonly name = 'FlagError';
}

export interface CommandLine {
  /** Flags given, with their values as typed; the last one counts. */
  readonly values: ReadonlyMap<string, string>;
  readonly configFile: string | undefined;
  readonly wantsHelp: boolean;
  readonly wantsVersion: boolean;
  /** The first word that is no flag; etcd takes none. */
  readonly stray: string | undefined;
}

const isSwitch = (name: string): boolean => name === 'version' || findFlag(name)?.kind === 'switch';

/**
 * Reads a command line as Go's flag package does: one dash or two, `--flag=value` or `--flag value`, a switch takes a
 * value only after `=`, `--` or a word without dash ends the flags.
 * @throws FlagError in the words of Go's flag package
 */
export function parseCommandLine(args: readonly string[]): CommandLine {
  const values = new Map<string, string>();
  let configFile: string | undefined;
  let wantsVersion = false;
  let wantsHelp = false;
  let at = 0;
  while (at < args.length) {
    const word = args[at] ?? '';
    if (!word.startsWith('-') || word === '-') break;
    at += 1;
    if (word === '--') break;
    const { name, value } = splitFlag(word);
    if ((name === 'help' || name === 'h') && findFlag(name) === undefined) {
      wantsHelp = true;
      break;
    }
    if (!isKnown(name)) throw new FlagError(`flag provided but not defined: -${name}`);
    let text = value ?? (isSwitch(name) ? 'true' : undefined);
    if (text === undefined) {
      text = args[at];
      at += 1;
    }
    if (text === undefined) throw new FlagError(`flag needs an argument: -${name}`);
    if (name === 'config-file') configFile = text;
    else if (name === 'version') wantsVersion = readSwitch(name, text);
    else if (!FORGOTTEN_FLAGS.has(name)) values.set(name, checked(name, text));
  }
  return { values, configFile, wantsHelp, wantsVersion, stray: wantsHelp ? undefined : args[at] };
}

const isKnown = (name: string): boolean =>
  name === 'config-file' || name === 'version' || FORGOTTEN_FLAGS.has(name) || findFlag(name) !== undefined;

function splitFlag(word: string): { name: string; value: string | undefined } {
  const text = word.startsWith('--') ? word.slice(2) : word.slice(1);
  if (text === '' || text.startsWith('-') || text.startsWith('=')) throw new FlagError(`bad flag syntax: ${word}`);
  const at = text.indexOf('=', 1);
  return at < 0 ? { name: text, value: undefined } : { name: text.slice(0, at), value: text.slice(at + 1) };
}

const VERSION_FLAG: Flag = {
  name: 'version',
  kind: 'switch',
  initial: 'false',
  group: 'Member',
  help: '',
  support: 'honoured',
};

function readSwitch(name: string, text: string): boolean {
  refuseBadValue(VERSION_FLAG, name, text);
  return /^(1|t)/i.test(text);
}

function checked(name: string, text: string): string {
  const flag = findFlag(name);
  if (flag !== undefined) refuseBadValue(flag, name, text);
  return text;
}

function refuseBadValue(flag: Flag, name: string, text: string): void {
  try {
    checkValue(flag, text);
  } catch (error) {
    if (!(error instanceof TextError)) throw error;
    const what = flag.kind === 'switch' ? 'boolean value' : 'value';
    const link = flag.kind === 'switch' ? '' : 'flag ';
    throw new FlagError(`invalid ${what} ${quote(text)} for ${link}-${name}: ${error.message}`);
  }
}
