import { FlagError } from './errors.ts';
import { type FlagIndex, indexFlags, type NamedFlag } from './names.ts';
import type { FlagSpecs, FlagValues } from './spec.ts';

/** A command line taken apart. */
export interface ParsedFlags<Specs extends FlagSpecs> {
  readonly kind: 'parsed';
  /** Every flag's value: the one given, or its default. */
  readonly values: FlagValues<Specs>;
  /** Keys of the flags that stood on the command line. */
  readonly given: ReadonlySet<string>;
  /** The words that are no flags, in order. */
  readonly args: readonly string[];
  /** How many of `args` stood before `--`; undefined if there was none. */
  readonly argsBeforeDash: number | undefined;
}

/** `--help` or `-h` stood there and no flag of that name is defined; nothing after it was looked at. */
export interface HelpRequested {
  readonly kind: 'help';
}

export interface ParseOptions {
  /** Whether flags may follow positional arguments; if not, the first of these ends the flags. Default true. */
  readonly interspersed?: boolean;
}

/**
 * Reads a command line in pflag's grammar: `--flag value`, `--flag=value`, `-f value`, `-fvalue`, `-f=value`, letters
 * in one group (`-iw json`); a bool takes a value only after `=`; `--` ends the flags and `-` is a positional.
 * @param argv the words after the command's own name
 * @throws {FlagError} at the first word that does not fit
 */
export function parseFlags<const Specs extends FlagSpecs>(
  specs: Specs,
  argv: readonly string[],
  options: ParseOptions = {},
): ParsedFlags<Specs> | HelpRequested {
  const parser = new Parser(indexFlags(specs), argv);
  const isHelp = parser.run(options.interspersed ?? true);
  return isHelp ? { kind: 'help' } : parser.result(specs);
}

class Parser {
  readonly #flags: FlagIndex;
  readonly #rest: string[];
  readonly #given = new Map<string, unknown>();
  readonly #args: string[] = [];
  #argsBeforeDash: number | undefined;

  constructor(flags: FlagIndex, argv: readonly string[]) {
    this.#flags = flags;
    this.#rest = [...argv];
  }

  /** Returns whether help was asked for. */
  run(interspersed: boolean): boolean {
    for (let word = this.#rest.shift(); word !== undefined; word = this.#rest.shift()) {
      if (word === '--') {
        this.#argsBeforeDash = this.#args.length;
        this.#args.push(...this.#rest);
        return false;
      }
      if (!word.startsWith('-') || word === '-') {
        this.#args.push(word);
        if (interspersed) continue;
        this.#args.push(...this.#rest);
        return false;
      }
      const isHelp = word.startsWith('--') ? this.#readLong(word) : this.#readGroup(word.slice(1));
      if (isHelp) return true;
    }
    return false;
  }

  #readLong(word: string): boolean {
    const [, name = '', text] = /^--([^=]*)(?:=(.*))?$/s.exec(word) ?? [];
    if (name === '' || name.startsWith('-')) throw FlagError.badSyntax(word);
    const flag = this.#flags.byName.get(name);
    if (flag === undefined) {
      if (name === 'help') return true;
      throw FlagError.unknown(name);
    }
    const value = text ?? flag.spec.noValueText ?? this.#rest.shift();
    if (value === undefined) throw FlagError.argumentMissing(name);
    this.#set(flag, value);
    return false;
  }

  /** Reads the letters behind one dash, each a flag, until one takes the remainder as its value. */
  #readGroup(letters: string): boolean {
    for (let group = letters; group !== ''; ) {
      // pflag passes over the flags that `go test` hands to its programs.
      if (group.startsWith('test.')) return false;
      const flag = this.#flags.byShort.get(group.slice(0, 1));
      if (flag === undefined) {
        if (group.startsWith('h')) return true;
        throw FlagError.unknownShorthand(group);
      }
      group = this.#readShort(flag, group);
    }
    return false;
  }

  /** Returns the letters still to read. */
  #readShort(flag: NamedFlag, group: string): string {
    const { noValueText } = flag.spec;
    // A bare `-f=` has no value behind the sign: to pflag the sign is then a letter, or the value itself.
    if (group.length > 2 && group[1] === '=') {
      this.#set(flag, group.slice(2));
      return '';
    }
    if (noValueText !== undefined) {
      this.#set(flag, noValueText);
      return group.slice(1);
    }
    const value = group.length > 1 ? group.slice(1) : this.#rest.shift();
    if (value === undefined) throw FlagError.shorthandArgumentMissing(group);
    this.#set(flag, value);
    return '';
  }

  #set({ key, name, spec }: NamedFlag, text: string): void {
    let value: unknown;
    try {
      value = spec.parse(text);
    } catch (cause) {
      throw FlagError.argumentInvalid(name, spec.short, text, cause);
    }
    const joined = this.#given.has(key) ? spec.join?.(this.#given.get(key), value) : undefined;
    this.#given.set(key, joined ?? value);
  }

  result<Specs extends FlagSpecs>(specs: Specs): ParsedFlags<Specs> {
    return {
      kind: 'parsed',
      values: valuesOf(specs, this.#given),
      given: new Set(this.#given.keys()),
      args: this.#args,
      argsBeforeDash: this.#argsBeforeDash,
    };
  }
}

function valuesOf<Specs extends FlagSpecs>(specs: Specs, given: ReadonlyMap<string, unknown>): FlagValues<Specs>;
function valuesOf(specs: FlagSpecs, given: ReadonlyMap<string, unknown>): Readonly<Record<string, unknown>> {
  const withDefaults = Object.entries(specs).map(([key, spec]) => [
    key,
    given.has(key) ? given.get(key) : spec.default,
  ]);
  return Object.fromEntries(withDefaults);
}
