import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { AssertionFailure, formatJson, quoteJson } from '../../../src/base/index.ts';
import { fromHex, recorded } from './testdata.ts';

describe('quoteJson', () => {
  it.each(recorded<[string, string]>('quote-json'))('%s -> %s', (hex, quoted) => {
    expect(quoteJson(fromHex(hex))).toBe(quoted);
  });

  it('takes a string as its UTF-8 form', () => {
    expect(quoteJson('<é>\u2028\b')).toBe('"\\u003cé\\u003e\\u2028\\b"');
    expect(quoteJson('\ud800')).toBe('"\ufffd"');
    expect(quoteJson('😀')).toBe('"😀"');
  });

  it('is undone by any JSON parser', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        expect(JSON.parse(quoteJson(text))).toBe(text);
      }),
    );
  });
});

describe('formatJson', () => {
  it.each(recorded<[string, string]>('json-float'))('number %s -> %s', (text, written) => {
    expect(formatJson(Number(text))).toBe(written);
  });

  it('writes every kind of value, names in their order', () => {
    const value = {
      z: 13173989514183604169n,
      a: [null, true, false, -1n, 0.5, [], {}],
      gone: undefined,
      'a<b': 'x&y',
      bytes: Uint8Array.of(0xff, 0x00),
      none: new Uint8Array(),
    };
    expect(formatJson(value)).toBe(
      '{"z":13173989514183604169,"a":[null,true,false,-1,0.5,[],{}],"a\\u003cb":"x\\u0026y","bytes":"/wA=","none":""}',
    );
    expect(formatJson(-0)).toBe('-0');
  });

  it('takes a view of a buffer for its own bytes only', () => {
    expect(formatJson(Uint8Array.of(1, 2, 3, 4).subarray(1, 3))).toBe('"AgM="');
  });

  it('refuses numbers that JSON has not', () => {
    expect(() => formatJson(Number.NaN)).toThrow(AssertionFailure);
    expect(() => formatJson([Number.POSITIVE_INFINITY])).toThrow(AssertionFailure);
  });
});
