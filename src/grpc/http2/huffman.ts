import { http2Error, Http2ErrorCode } from './errors.ts';

/**
 * RFC 7541, appendix B, by the lengths of its codes in bits, from symbol 0 to the end of string; `a` is 5, `z` is 30.
 * The code is canonical: with the lengths in order, each code is the one before plus one, shifted to its length.
 */
const LENGTHS =
  'isxxxxxxxtzxxzxxxxxxxxzxxxxxxxxxbffhibdgffdgdbbbaaabbbbbbbcdkbhf' +
  'ibccccccccccccccccccccccdcdioijbkabababbbaccbbbabcbaabccccckgjix' +
  'prpprrrsrssssststtrstssssqrsrsstrqprrssqsrrtqrssqqrqsrssprrrsrrs' +
  'vvporsruvvvwwvtuoqvwwvwtqqvvxwwwptpqrqqsrruuttvsvwvvwwwwwxwwwwwv' +
  'z';
const LETTER_OF_ZERO_BITS = 'a'.charCodeAt(0) - 5;
const LONGEST_BITS = 30;
const END_OF_STRING = 256;

/** The codes of one length: the first of them, and their symbols in order. */
interface Codes {
  first: number;
  readonly symbols: number[];
}

let codesByLength: readonly Codes[] | undefined;

function makeCodes(): Codes[] {
  const codes: Codes[] = Array.from({ length: LONGEST_BITS + 1 }, () => ({ first: 0, symbols: [] }));
  for (let symbol = 0; symbol <= END_OF_STRING; symbol += 1) {
    codes[LENGTHS.charCodeAt(symbol) - LETTER_OF_ZERO_BITS]?.symbols.push(symbol);
  }
  let next = 0;
  for (const ofLength of codes) {
    ofLength.first = next *= 2;
    next += ofLength.symbols.length;
  }
  return codes;
}

/** @throws Error (compression) on what is no code, and on padding that is not the beginning of the end of string */
export function decodeHuffman(bytes: Uint8Array): string {
  codesByLength ??= makeCodes();
  const symbols: number[] = [];
  let code = 0;
  let bits = 0;
  for (const byte of bytes) {
    for (let mask = 0x80; mask !== 0; mask >>= 1) {
      code = code * 2 + ((byte & mask) === 0 ? 0 : 1);
      bits += 1;
      const { first, symbols: ofLength } = codesByLength[bits] ?? malformed();
      const symbol = ofLength[code - first];
      if (symbol === undefined) continue;
      if (symbol === END_OF_STRING) malformed();
      symbols.push(symbol);
      code = 0;
      bits = 0;
    }
  }
  if (bits > 7 || code !== 2 ** bits - 1) malformed();
  return Buffer.from(symbols).toString('latin1');
}

function malformed(): never {
  throw http2Error(Http2ErrorCode.CompressionError, 'a header has a malformed Huffman code');
}
