/** Where in a library the functions are that it lends to others. */
import { offsetOf, type Elf } from './elf.ts';

const SHT_DYNSYM = 11;
const SYMBOL_BYTES = 24;

/** The code of a function: offsets in the file, the end not included. */
export interface Extent {
  readonly start: number;
  readonly end: number;
}

/** @returns undefined when the library has no function of that name for others */
export function functionOf(elf: Elf, name: string): Extent | undefined {
  const { bytes } = elf;
  const word = (at: number): number => Number(bytes.readBigUInt64LE(at));
  const table = word(40);
  const section = (index: number) => {
    const at = table + index * 64;
    return {
      type: bytes.readUInt32LE(at + 4),
      offset: word(at + 24),
      size: word(at + 32),
      link: bytes.readUInt32LE(at + 40),
    };
  };
  const sections = Array.from({ length: bytes.readUInt16LE(60) }, (_, index) => section(index));
  const symbols = sections.find(({ type }) => type === SHT_DYNSYM);
  const names = sections[symbols?.link ?? 0];
  if (symbols === undefined || names === undefined) return undefined;
  const wanted = Buffer.from(`${name}\0`);
  for (let at = symbols.offset; at < symbols.offset + symbols.size; at += SYMBOL_BYTES) {
    const nameAt = names.offset + bytes.readUInt32LE(at);
    const [address, size] = [word(at + 8), word(at + 16)];
    if (size === 0 || !wanted.equals(bytes.subarray(nameAt, nameAt + wanted.length))) continue;
    const start = offsetOf(elf, address);
    return { start, end: start + size };
  }
  return undefined;
}
