import { describe, expect, expectTypeOf, it } from 'vitest';
import { AssertionFailure, parseDuration } from '../../../../src/base/index.ts';
import { bool, FlagError, flagName, int, parseFlags, string } from '../../../../src/cli/flags/index.ts';
import { recorded, thrownBy } from './recorded.ts';
import { specs } from './specs.ts';

interface ParseCase {
  readonly argv: readonly string[];
  readonly interspersed?: false;
  readonly help?: true;
  readonly error?: string;
  readonly given?: Readonly<Record<string, string | readonly string[]>>;
  readonly args?: readonly string[];
  readonly dash?: number;
}

/** A value as its flag's own type in Go writes it. */
function asText(key: string, value: unknown): unknown {
  if (Array.isArray(value)) return value;
  return key === 'timeout' || key === 'wait' ? Number(value) : String(value);
}

function expected(name: string, text: string | readonly string[]): unknown {
  return name === 'timeout' || name === 'wait' ? Number(parseDuration(String(text))) / 1e6 : text;
}

describe('parseFlags', () => {
  it.each(recorded<ParseCase>('parse-flags'))('$argv', (recordedCase) => {
    const { argv, interspersed = true, help, error, given = {}, args, dash } = recordedCase;
    if (error !== undefined) {
      const thrown = thrownBy(() => parseFlags(specs, argv, { interspersed }));
      expect(thrown).toBeInstanceOf(FlagError);
      expect(thrown.message).toBe(error);
      return;
    }
    const parsed = parseFlags(specs, argv, { interspersed });
    if (help === true || parsed.kind === 'help') {
      expect(parsed).toEqual({ kind: help === true ? 'help' : 'parsed' });
      return;
    }
    expect(parsed.args).toEqual(args);
    expect(parsed.argsBeforeDash).toBe(dash);
    expect([...parsed.given].map(flagName).sort()).toEqual(Object.keys(given).sort());
    const values = Object.entries(parsed.values).filter(([key]) => parsed.given.has(key));
    expect(Object.fromEntries(values.map(([key, value]) => [flagName(key), asText(key, value)]))).toEqual(
      Object.fromEntries(Object.entries(given).map(([name, text]) => [name, expected(name, text)])),
    );
  });

  it('gives defaults, each in its type', () => {
    const parsed = parseFlags(specs, []);
    if (parsed.kind === 'help') throw new Error('no help was asked for');
    expectTypeOf(parsed.values.prefix).toEqualTypeOf<boolean>();
    expectTypeOf(parsed.values.limit).toEqualTypeOf<bigint>();
    expectTypeOf(parsed.values.big).toEqualTypeOf<bigint>();
    expectTypeOf(parsed.values.count).toEqualTypeOf<number>();
    expectTypeOf(parsed.values.timeout).toEqualTypeOf<number>();
    expectTypeOf(parsed.values.writeOut).toEqualTypeOf<string>();
    expectTypeOf(parsed.values.endpoints).toEqualTypeOf<readonly string[]>();
    expect(parsed.values).toEqual({
      interactive: false,
      prefix: false,
      secure: true,
      writeOut: 'simple',
      order: '',
      limit: 0n,
      big: 7n,
      count: 0,
      load: 0,
      timeout: 5000,
      wait: 0,
      endpoints: ['a:1'],
      peers: [],
      secret: 'x',
      quoted: 'a"b\u200b',
    });
    expect(parsed.given.size).toBe(0);
  });

  it('keeps the default list apart from what is given', () => {
    parseFlags(specs, ['--endpoints=b', '--endpoints=c']);
    expect(parseFlags(specs, [])).toMatchObject({ values: { endpoints: ['a:1'] } });
  });

  it('leaves the command line alone', () => {
    const argv = Object.freeze(['--limit', '5', 'k']);
    parseFlags(specs, argv);
    expect(argv).toEqual(['--limit', '5', 'k']);
  });

  it('treats help like any flag where it is defined', () => {
    const withHelp = { ...specs, help: bool(false, 'help for it', { short: 'h' }) };
    expect(parseFlags(withHelp, ['-h', 'k'])).toMatchObject({ kind: 'parsed', values: { help: true }, args: ['k'] });
    expect(parseFlags(withHelp, ['--help=false'])).toMatchObject({ values: { help: false } });
    expect(() => parseFlags(withHelp, ['--help', '--bogus'])).toThrow('unknown flag: --bogus');
    expect(() => parseFlags(withHelp, ['-h=x'])).toThrow('invalid argument "x" for "-h, --help" flag');
  });

  it('says what is wrong with which flag', () => {
    const faults: readonly (readonly [string[], string, string])[] = [
      [['--bogus=1'], 'unknown-flag', 'bogus'],
      [['-ivx'], 'unknown-shorthand', 'v'],
      [['--limit'], 'argument-missing', 'limit'],
      [['-iw'], 'argument-missing', 'w'],
      [['--limit=x'], 'argument-invalid', 'limit'],
      [['---x'], 'bad-syntax', 'x'],
    ];
    for (const [argv, fault, flag] of faults) {
      expect(thrownBy(() => parseFlags(specs, argv))).toMatchObject({ name: 'FlagError', fault, flag });
    }
  });

  it('keeps int within what a number holds exactly', () => {
    const parsed = parseFlags({ n: int(0, 'n') }, ['--n=9223372036854775807']);
    expect(parsed).toMatchObject({ values: { n: Number.MAX_SAFE_INTEGER } });
  });

  it('takes no name from the prototype of objects', () => {
    expect(() => parseFlags(specs, ['--constructor'])).toThrow('unknown flag: --constructor');
    expect(() => parseFlags(specs, ['--__proto__=1'])).toThrow('unknown flag: --__proto__');
  });

  it('refuses to work with flags that collide', () => {
    const twice = { a: string('', '', { short: 'x' }), b: string('', '', { short: 'x' }) };
    expect(() => parseFlags(twice, [])).toThrow(AssertionFailure);
    expect(() => parseFlags({ a: string('', '', { short: 'xy' }) }, [])).toThrow(AssertionFailure);
    expect(() => parseFlags({ fooBar: bool(false, ''), 'foo-bar': bool(false, '') }, [])).toThrow(
      'flag --foo-bar is defined twice',
    );
  });
});

describe('flagName', () => {
  it.each([
    ['hex', 'hex'],
    ['printValueOnly', 'print-value-only'],
    ['insecureSkipTlsVerify', 'insecure-skip-tls-verify'],
    ['cacert', 'cacert'],
  ])('%s -> %s', (key, name) => {
    expect(flagName(key)).toBe(name);
  });
});
