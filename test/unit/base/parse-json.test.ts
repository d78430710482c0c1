import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { formatJson, parseJson, TextError } from '../../../src/base/index.ts';
import { messageOf } from './testdata.ts';

const nested = (depth: number): string => '['.repeat(depth) + ']'.repeat(depth);

describe('parseJson', () => {
  it.each([
    ['0', 0n],
    ['-0', 0n],
    ['18446744073709551615', 18446744073709551615n],
    ['-9223372036854775808', -9223372036854775808n],
    ['1.5', 1.5],
    ['1e3', 1000],
    ['-2.5E-3', -0.0025],
    [' \t\r\n"x" ', 'x'],
    ['""', ''],
    ['"\\u00e9\\n\\"\\\\\\/\\ud83d\\ude00"', 'é\n"\\/😀'],
    ['"é\u007f"', 'é\u007f'],
    ['true', true],
    ['false', false],
    ['null', null],
    ['[]', []],
    ['[ ]', []],
    ['[1, [2 ,3] , "x"]', [1n, [2n, 3n], 'x']],
    ['{}', {}],
    ['{ }', {}],
    [
      '{"id":9372538179322589801,"peerURLs":["http://a:1"],"a":{"b":null}}',
      { id: 9372538179322589801n, peerURLs: ['http://a:1'], a: { b: null } },
    ],
    ['{"a":1,"a":2}', { a: 2n }],
  ])('%s', (text, value) => {
    expect(parseJson(text)).toEqual(value);
  });

  it.each([
    ['', 'invalid JSON at offset 0: a value is missing'],
    [' ', 'invalid JSON at offset 1: a value is missing'],
    ['nul', 'invalid JSON at offset 0: a value is missing'],
    ['01', 'invalid JSON at offset 1: something follows the value'],
    ['1 2', 'invalid JSON at offset 2: something follows the value'],
    ['1.', 'invalid JSON at offset 1: something follows the value'],
    ['+1', 'invalid JSON at offset 0: a value is missing'],
    ['-', 'invalid JSON at offset 0: a value is missing'],
    ['.5', 'invalid JSON at offset 0: a value is missing'],
    ['"a', 'invalid JSON at offset 0: the string is not closed or has a bad character'],
    ['"a\nb"', 'invalid JSON at offset 0: the string is not closed or has a bad character'],
    ['"\\x41"', 'invalid JSON at offset 0: the string is not closed or has a bad character'],
    ['"\\u12"', 'invalid JSON at offset 0: the string is not closed or has a bad character'],
    ['[1', 'invalid JSON at offset 2: a comma or ] is missing'],
    ['[1,]', 'invalid JSON at offset 3: a value is missing'],
    ['[,1]', 'invalid JSON at offset 1: a value is missing'],
    ['{"a" 1}', 'invalid JSON at offset 4: a colon is missing'],
    ['{"a":1', 'invalid JSON at offset 6: a comma or } is missing'],
    ['{"a":1,}', 'invalid JSON at offset 7: a name is missing'],
    ['{a:1}', 'invalid JSON at offset 1: a name is missing'],
    ["'a'", 'invalid JSON at offset 0: a value is missing'],
  ])('%j is refused', (text, message) => {
    expect(messageOf(() => parseJson(text))).toBe(message);
    expect(() => parseJson(text)).toThrow(TextError);
    expect(() => JSON.parse(text)).toThrow(SyntaxError);
  });

  it('keeps names that mean something to objects', () => {
    const value = parseJson('{"__proto__":1,"constructor":2}');
    expect(formatJson(value)).toBe('{"__proto__":1,"constructor":2}');
    expect(Object.getPrototypeOf(value)).toBe(null);
  });

  it('refuses depth before the stack runs out', () => {
    expect(formatJson(parseJson(nested(500)))).toBe(nested(500));
    expect(() => parseJson(nested(100_000))).toThrow('it nests deeper than 500 levels');
  });

  it('takes long strings, closed or not, in its stride', () => {
    const long = 'a\\n'.repeat(300_000);
    expect(parseJson(`"${long}"`)).toHaveLength(600_000);
    expect(() => parseJson(`"${long}`)).toThrow('not closed');
  });

  it('reads what JSON.parse reads, but for integers', () => {
    fc.assert(
      fc.property(fc.jsonValue({ noUnicodeString: false }), (value) => {
        const widened: unknown = JSON.parse(formatJson(parseJson(JSON.stringify(value))));
        expect(widened).toEqual(JSON.parse(JSON.stringify(value)));
      }),
    );
  });

  it('keeps every digit of an integer', () => {
    fc.assert(
      fc.property(fc.bigInt(), (value) => {
        expect(parseJson(`{"n":${value}}`)).toEqual({ n: value });
      }),
    );
  });
});
