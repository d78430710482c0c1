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
}

interface Placed extends MadeUpSegment {
  readonly type: number;
  readonly offset: number;
}

/** The header and the program headers, then every segment on a page of its own. */
export function elfFile({ type, segments, entry = 0, interpreter, needed = [] }: MadeUpElf): Buffer {
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
  return file;
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
