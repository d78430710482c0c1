import { createHash } from 'node:crypto';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isPrint } from '../../../src/base/go-print.ts';
import { hexOf, quote, quoteRune, scanQuoted, TextError, unquote } from '../../../src/base/index.ts';
import { fromHex, messageOf, recorded } from './testdata.ts';

describe('isPrint', () => {
  it('agrees with Go on every code point', () => {
    const bitmap = new Uint8Array(0x110000);
    for (let rune = 0; rune < bitmap.length; rune++) bitmap[rune] = isPrint(rune) ? 1 : 0;
    expect(bitmap.reduce((sum, bit) => sum + bit, 0)).toBe(148_998);
    expect(createHash('sha256').update(bitmap).digest('hex')).toBe(
      'a24a109bc8e347f9490466c59e4160d0dc9dd1006a5be9a4c91af71cd2e7fa99',
    );
  });
});

describe('quote', () => {
  it.each(recorded<[string, string]>('quote'))('%s -> %s', (hex, quoted) => {
    expect(quote(fromHex(hex))).toBe(quoted);
  });

  it('takes a string by its UTF-8 form', () => {
    expect(quote('é"\u200b')).toBe('"é\\"\\u200b"');
    expect(quote('plain ~!')).toBe('"plain ~!"');
    expect(quote('\ud800')).toBe('"\ufffd"');
  });
});

describe('quoteRune', () => {
  it.each(recorded<[number, string]>('quote-rune'))('%d -> %s', (rune, quoted) => {
    expect(quoteRune(rune)).toBe(quoted);
  });
});

interface UnquoteCase {
  readonly in: string;
  readonly hex: string;
  readonly err: string | null;
}

describe('unquote', () => {
  // Single-quoted character literals are no part of what etcd's tools read.
  it.each(recorded<UnquoteCase>('unquote'))('$in', ({ in: text, hex, err }) => {
    if (err === null) expect(hexOf(unquote(text))).toBe(hex);
    else expect(messageOf(() => unquote(text))).toBe(err);
  });

  it('fails with TextError', () => {
    expect(() => unquote('x')).toThrow(TextError);
  });

  it('undoes quote for any bytes', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 64 }), (bytes) => {
        expect(hexOf(unquote(quote(bytes)))).toBe(hexOf(bytes));
      }),
    );
  });

  it('undoes quote for any text', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        expect(hexOf(unquote(quote(text)))).toBe(Buffer.from(text).toString('hex'));
      }),
    );
  });

  it('reads megabytes', () => {
    const plain = 'x'.repeat(2_000_000);
    expect(unquote(`"${plain}"`)).toHaveLength(2_000_000);
    expect(unquote(`"\\n${plain}\\xff"`)).toHaveLength(2_000_002);
  });
});

describe('scanQuoted', () => {
  it.each(recorded<UnquoteCase & { rest: string }>('scan'))('$in', ({ in: text, hex, rest, err }) => {
    if (err !== null) {
      expect(messageOf(() => scanQuoted(text, 0))).toBe(err);
      return;
    }
    const scanned = scanQuoted(text, 0);
    expect(hexOf(scanned.bytes)).toBe(hex);
    expect(text.slice(scanned.next)).toBe(rest);
  });

  it('starts where it is told', () => {
    expect(scanQuoted('key("a") = "b"', 4)).toEqual({ bytes: Uint8Array.of(0x61), next: 7 });
    expect(() => scanQuoted('"a"', 3)).toThrow(/^EOF$/);
  });
});
