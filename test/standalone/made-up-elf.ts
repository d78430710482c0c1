/** ELF files for x86-64, as small as they can be. */

export const ET_EXEC = 2;
export const ET_DYN = 3;

const PAGE = 4096;
const PT_LOAD = 1;
const PT_DYNAMIC = 2;
const PT_INTERP = 3;
const DT_NEEDED = 1;
const DT_STRTAB = 5;

export interface MadeUpSegment {
  readonly flags: number;
  readonly address: number;
  readonly bytes: Buffer;
}

export interface MadeUpElf {
  readonly type: number;
  readonly segments: readonly MadeUpSegment[];
  readonly entry?: number;
  readonly interpreter?: string;
  readonly needed?: readonly string[];
  /** What it lends to others, in a table that the last section headers lead to. */
  readonly functions?: Readonly<Record<string, { readonly address: number; readonly size: number }>>;
}

interface Placed extends MadeUpSegment {
  readonly type: number;
  readonly offset: number;
}

/** The header and the program headers, then every segment on a page of its own. */
export function elfFile({ type, segments, entry = 0, interpreter, needed = [], functions = {} }: MadeUpElf): Buffer {
  const placed: Placed[] = [];
  let end = PAGE;
  const place = (segment: MadeUpSegment, types: readonly number[]): void => {
    for (const type of types) placed.push({ ...segment, type, offset: end });
    end += Math.ceil(segment.bytes.length / PAGE) * PAGE;
  };
  for (const segment of segments) place(segment, [PT_LOAD]);
  const address = Math.max(PAGE, ...segments.map((segment) => segment.address)) + 16 * PAGE;
  if (interpreter !== undefined)
    place({ flags: 4, address, bytes: Buffer.from(`${interpreter}\0`) }, [PT_INTERP, PT_LOAD]);
  if (needed.length > 0) {
    const at = address + PAGE;
    place({ flags: 6, address: at, bytes: dynamicSection(needed, at) }, [PT_DYNAMIC, PT_LOAD]);
  }
  const file = Buffer.alloc(end);
  file.writeUInt32BE(0x7f454c46, 0);
  file.set([2, 1, 1], 4);
  file.writeUInt16LE(type, 16);
  file.writeUInt16LE(62, 18);
  file.writeBigUInt64LE(BigInt(entry), 24);
  file.writeBigUInt64LE(64n, 32);
  file.writeUInt16LE(56, 54);
  file.writeUInt16LE(placed.length, 56);
  for (const [index, { type, flags, offset, address, bytes }] of placed.entries()) {
    const at = 64 + index * 56;
    file.writeUInt32LE(type, at);
    file.writeUInt32LE(flags, at + 4);
    const words = [offset, address, address, bytes.length, bytes.length, PAGE];
    for (const [place, word] of words.entries()) file.writeBigUInt64LE(BigInt(word), at + 8 + place * 8);
    bytes.copy(file, offset);
  }
  return withFunctions(file, functions);
}

function withFunctions(file: Buffer, functions: NonNullable<MadeUpElf['functions']>): Buffer {
  const names = Object.keys(functions);
  if (names.length === 0) return file;
  const strings = Buffer.from(`\0${names.join('\0')}\0`);
  const symbols = Buffer.alloc((names.length + 1) * 24);
  for (const [index, [name, { address, size }]] of Object.entries(functions).entries()) {
    const at = (index + 1) * 24;
    symbols.writeUInt32LE(strings.indexOf(`\0${name}\0`) + 1, at);
    symbols.writeBigUInt64LE(BigInt(address), at + 8);
    symbols.writeBigUInt64LE(BigInt(size), at + 16);
  }
  const sections = Buffer.alloc(3 * 64);
  let end = file.length;
  // The second has the symbols, the third their names.
  for (const [index, { type, bytes }] of [
    { type: 11, bytes: symbols },
    { type: 3, bytes: strings },
  ].entries()) {
    const at = (index + 1) * 64;
    sections.writeUInt32LE(type, at + 4);
    sections.writeBigUInt64LE(BigInt(end), at + 24);
    sections.writeBigUInt64LE(BigInt(bytes.length), at + 32);
    sections.writeUInt32LE(2, at + 40);
    end += bytes.length;
  }
  file.writeBigUInt64LE(BigInt(end), 40);
  file.writeUInt16LE(3, 60);
  return Buffer.concat([file, symbols, strings, sections]);
}

/** The names come behind the entries. */
function dynamicSection(needed: readonly string[], address: number): Buffer {
  const entriesBytes = (needed.length + 2) * 16;
  const strings = Buffer.from(`\0${needed.join('\0')}\0`);
  const entries: [tag: number, value: number][] = needed.map((name) => [DT_NEEDED, strings.indexOf(`\0${name}\0`) + 1]);
  entries.push([DT_STRTAB, address + entriesBytes], [0, 0]);
  const words = BigUint64Array.from(entries.flat().map(BigInt));
  return Buffer.concat([Buffer.from(words.buffer), strings]);
}
