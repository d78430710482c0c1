import { parseInt64, quote, scanQuoted } from '../../../base/index.ts';
import type { Compare, Compare_CompareResult, Compare_CompareTarget, Init } from '../../../wire/index.ts';
import { invalidInput } from '../../errors.ts';

const results: Readonly<Record<string, Compare_CompareResult>> = { '=': 0, '>': 1, '<': 2, '!=': 3 };

type Target = 'version' | 'create' | 'mod' | 'value' | 'lease';

const targets: Readonly<Record<string, Target>> = {
  ver: 'version',
  version: 'version',
  c: 'create',
  create: 'create',
  m: 'mod',
  mod: 'mod',
  val: 'value',
  value: 'value',
  lease: 'lease',
};

const targetNumbers: Readonly<Record<Target, Compare_CompareTarget>> = {
  version: 0,
  create: 1,
  mod: 2,
  value: 3,
  lease: 4,
};

/**
 * A compare line: `TARGET("key") OP "value"`, e.g. `mod("k1") > "0"`. A lease
 * is written in hexadecimal (etcdctl <= 3.7 panics there, later ones agree).
 * @throws {CliError} exit code 3, in etcdctl's words
 */
export function parseCompare(line: string): Init<Compare> {
  const paren = line.indexOf('(');
  if (paren < 0) throw invalidInput(`malformed comparison: ${line}`);
  const targetText = line.slice(0, paren);
  const { key, operator, value } = scanCompare(line, targetText, paren + 1);
  const target = targets[targetText];
  if (target === undefined) throw invalidInput(`malformed comparison: ${line} (unknown target ${targetText})`);
  const result = results[operator];
  if (result === undefined) {
    throw invalidInput(`malformed comparison: ${line} (unknown operator ${operator}, want one of = != < >)`);
  }
  return { key, result, target: targetNumbers[target], ...operand(line, target, value) };
}

interface Scanned {
  readonly key: Uint8Array;
  readonly operator: string;
  readonly value: Uint8Array;
}

/** What fmt.Sscanf reads with `%q) %s %q`; a failure quotes how far it came. */
function scanCompare(line: string, target: string, from: number): Scanned {
  let key: Uint8Array = new Uint8Array();
  let operator = '';
  try {
    const keyQuote = scanQuoted(line, skipBlanks(line, from));
    key = keyQuote.bytes;
    const [gap] = /^\)[ \t]+/.exec(line.slice(keyQuote.next)) ?? [];
    if (gap === undefined) throw new Error('input does not match format');
    const operatorAt = keyQuote.next + gap.length;
    operator = /^\S*/.exec(line.slice(operatorAt))?.[0] ?? '';
    const value = scanQuoted(line, skipBlanks(line, operatorAt + operator.length)).bytes;
    return { key, operator, value };
  } catch {
    throw invalidInput(`malformed comparison: ${line}; got ${target}(${quote(key)}) ${operator} ""`);
  }
}

function skipBlanks(text: string, from: number): number {
  let at = from;
  while (text[at] === ' ' || text[at] === '\t') at++;
  return at;
}

function operand(line: string, target: Target, value: Uint8Array): Init<Compare> {
  if (target === 'value') return { value };
  const text = Buffer.from(value).toString();
  try {
    if (target === 'lease') return { lease: parseInt64(text, 16) };
    const number = parseInt64(text);
    if (target === 'version') return { version: number };
    return target === 'create' ? { create_revision: number } : { mod_revision: number };
  } catch {
    throw invalidInput(`invalid txn compare request: ${line}`);
  }
}
