/** Ids that differ in every run, in all the forms in which they are printed. */
import type { Surroundings } from './rules.ts';

/**
 * Ids that servers make up (leases, added members) are named in the order in
 * which they first appear, in each of the forms they take: decimal, hex, base64
 * of a key that ends in hex, varint.
 */
export function generatedIds(text: string, { knownIds, leases }: Surroundings): string {
  const names = new Map<string, string>();
  const nameOf = (value: bigint): string | undefined => {
    const decimal = String(value);
    if (knownIds.has(decimal)) return undefined;
    if (!names.has(decimal)) names.set(decimal, `id ${names.size + 1}`);
    return names.get(decimal);
  };
  const hexIds = (plain: string): string =>
    plain.replace(/(?<![0-9A-Za-z])(?=[0-9]*[a-f])[0-9a-f]{14,16}(?![0-9A-Za-z])/g, (hex) => {
      const name = nameOf(BigInt(`0x${hex}`));
      return name === undefined ? hex : `<${name} in hex>`;
    });
  const readable = hexIds(
    text.replace(PADDED_ID, '<padded>$1').replace(/"([A-Za-z0-9+/]{20,}={0,2})"/g, (whole, base64: string) => {
      const decoded = Buffer.from(base64, 'base64').toString('latin1');
      const named = hexIds(decoded);
      return named === decoded ? whole : `base64(${named})`;
    }),
  ).replace(/(?<![\w.])\d{17,20}(?![\w.])/g, (decimal) => {
    const name = nameOf(BigInt(decimal));
    return name === undefined ? decimal : `<${name}>`;
  });
  return [...new Set([...names.keys(), ...leases])].reduce(
    (current, decimal) => current.replaceAll(varint(BigInt(decimal)), () => `<${nameOf(BigInt(decimal))} in varint>`),
    readable,
  );
}

/** `%16x`, where an id of fewer digits has spaces before it. */
const PADDED_ID = /(?<=^Member )(?=[ 0-9a-f]{16} ) *([0-9a-f]+)/gm;

function varint(value: bigint): string {
  let text = '';
  for (let rest = value; ; rest >>= 7n) {
    if (rest < 0x80n) return text + String.fromCharCode(Number(rest));
    text += String.fromCharCode(Number(rest & 0x7fn) | 0x80);
  }
}
