import { readFileSync } from 'node:fs';
import process from 'node:process';
import { rawText } from '../base/index.ts';

/**
 * The words after the program's name, byte for byte. Node puts U+FFFD where an
 * argument is not UTF-8; the kernel still has the bytes.
 */
export function processArguments(): readonly string[] {
  const words = process.argv.slice(2);
  if (!words.some((word) => word.includes('\uFFFD'))) return words;
  try {
    const all = readFileSync('/proc/self/cmdline').toString('latin1').split('\0').slice(0, -1);
    return all.slice(all.length - words.length).map((word) => rawText(Buffer.from(word, 'latin1')));
  } catch {
    return words; // no /proc here: the best there is
  }
}
