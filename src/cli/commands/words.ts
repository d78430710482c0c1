import { messageOf, rawText, unquote } from '../../base/index.ts';
import { invalidInput } from '../errors.ts';

const word = /"(?<double>(?:[^"\\]|\\.)*)"|'(?<single>[^']*)'|(?<bare>[^'"\s]\S*)/gs;

/**
 * Splits a line into words like a shell, as txn and interactive watch do: a
 * double-quoted word with Go's escapes, a single-quoted one as it stands, or a
 * bare one. A quote that never ends is not part of the bare word behind it.
 * Bytes that are not UTF-8 come as rawText has them.
 * @throws {CliError} if the escapes of a double-quoted word are bad
 */
export function splitWords(line: string): string[] {
  return Array.from(line.matchAll(word), ({ groups = {} }) => {
    const { double, single, bare } = groups;
    return double === undefined ? (single ?? bare ?? '') : withoutEscapes(double);
  });
}

function withoutEscapes(quoted: string): string {
  try {
    return rawText(unquote(`"${quoted}"`));
  } catch (error) {
    throw invalidInput(messageOf(error));
  }
}
