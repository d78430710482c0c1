import { assert } from './assert.ts';
import { forEachRune, utf8DecodeStrict, utf8DecodeValid } from './utf8.ts';

/** What {@link formatJson} takes: bigint for integers of any width, bytes for base64. */
export type JsonInput =
  | null
  | boolean
  | number
  | bigint
  | string
  | Uint8Array
  | readonly JsonInput[]
  | { readonly [name: string]: JsonInput | undefined };

const escapes: Readonly<Record<string, string>> = {
  '<': '\\u003c',
  '>': '\\u003e',
  '&': '\\u0026',
  '\u2028': '\\u2028',
  '\u2029': '\\u2029',
};

/**
 * A JSON string as Go's encoding/json writes it: `<`, `>`, `&` and the two Unicode line ends are escaped too, and of
 * bytes that are not UTF-8 each becomes `\ufffd`.
 */
export function quoteJson(value: string | Uint8Array): string {
  if (typeof value === 'string') return `"${escapeText(value)}"`;
  const text = utf8DecodeStrict(value);
  return `"${text === undefined ? escapeTorn(value) : escapeText(text)}"`;
}

function escapeText(text: string): string {
  if (/^[ !#-%'-;=?-[\]-~]*$/.test(text)) return text;
  const wellFormed = text.replace(/\p{Surrogate}/gu, '\ufffd');
  const inner = JSON.stringify(wellFormed).slice(1, -1);
  return inner.replace(/[<>&\u2028\u2029]/g, (character) => escapes[character] ?? character);
}

/** Escapes bytes of which some are not UTF-8, stretch by stretch of those that are. */
function escapeTorn(bytes: Uint8Array): string {
  let out = '';
  let from = 0;
  forEachRune(bytes, (rune, at) => {
    if (rune >= 0) return;
    out += `${escapeText(utf8DecodeValid(bytes.subarray(from, at)))}\\ufffd`;
    from = at + 1;
  });
  return out + escapeText(utf8DecodeValid(bytes.subarray(from)));
}

/** Compact JSON as Go's encoding/json writes it: names in the order given, undefined ones left out, bytes as base64. */
export function formatJson(value: JsonInput): string {
  if (value === null || typeof value === 'boolean' || typeof value === 'bigint') return String(value);
  if (typeof value === 'number') {
    assert(Number.isFinite(value), `JSON has no number ${value}`);
    return Object.is(value, -0) ? '-0' : String(value);
  }
  if (typeof value === 'string') return quoteJson(value);
  if (value instanceof Uint8Array) {
    return `"${Buffer.from(value.buffer, value.byteOffset, value.length).toString('base64')}"`;
  }
  if (isList(value)) return `[${value.map(formatJson).join(',')}]`;
  const members = Object.entries(value).flatMap(([name, member]) =>
    member === undefined ? [] : [`${quoteJson(name)}:${formatJson(member)}`],
  );
  return `{${members.join(',')}}`;
}

/** Array.isArray does not narrow a readonly array. */
function isList(value: object): value is readonly JsonInput[] {
  return Array.isArray(value);
}
