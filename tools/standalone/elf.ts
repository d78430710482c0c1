/**
 * What the build has to know of ELF files for x86-64: the program headers, the libraries that are asked for, and how to
 * add segments to a finished executable. Addresses and offsets are numbers: they stay far below 2^53.
 */

/** Of elf.h: types of program headers, flags of segments and entries of the dynamic section. */
export const PT_LOAD = 1;
const PT_DYNAMIC = 2;
const PT_INTERP = 3;
export const PF_X = 1;
export const PF_W = 2;
export const PF_R = 4;
const DT_NULL = 0;
const DT_NEEDED = 1;
const DT_STRTAB = 5;

const ET_EXEC = 2;
const EM_X86_64 = 62;
export const HEADER_BYTES = 56;
export const PAGE = 4096;

export interface ProgramHeader {
  readonly type: number;
  readonly flags: number;
  readonly offset: number;
  readonly address: number;
  readonly fileSize: number;
  readonly memorySize: number;
}

export interface Elf {
  readonly bytes: Buffer;
  readonly entry: number;
  readonly headersOffset: number;
  readonly headers: readonly ProgramHeader[];
}

const word = (bytes: Buffer, offset: number): number => Number(bytes.readBigUInt64LE(offset));

/** @throws Error when it is not an ELF file for x86-64 */
export function readElf(bytes: Buffer, name: string): Elf {
  const isElf = bytes.length > 64 && bytes.readUInt32BE(0) === 0x7f454c46 && bytes[4] === 2;
  if (!isElf || bytes.readUInt16LE(18) !== EM_X86_64) throw new Error(`${name} is not an ELF file for x86-64`);
  const headersOffset = word(bytes, 32);
  const headers = Array.from({ length: bytes.readUInt16LE(56) }, (_, index) => {
    const at = headersOffset + index * HEADER_BYTES;
    return {
      type: bytes.readUInt32LE(at),
      flags: bytes.readUInt32LE(at + 4),
      offset: word(bytes, at + 8),
      address: word(bytes, at + 16),
      fileSize: word(bytes, at + 32),
      memorySize: word(bytes, at + 40),
    };
  });
  return { bytes, entry: word(bytes, 24), headersOffset, headers };
}

/** Where in the file that is, which is at that address once it is loaded. */
export function offsetOf(elf: Elf, address: number): number {
  const found = elf.headers.find(
    (header) => header.type === PT_LOAD && address >= header.address && address < header.address + header.fileSize,
  );
  if (found === undefined) throw new Error(`nothing of the file is at 0x${address.toString(16)}`);
  return found.offset + address - found.address;
}

/** The address of what is at that place of the file. */
export function addressOf(elf: Elf, offset: number): number {
  const found = elf.headers.find(
    (header) => header.type === PT_LOAD && offset >= header.offset && offset < header.offset + header.fileSize,
  );
  if (found === undefined) throw new Error(`what is at ${offset} of the file is not loaded`);
  return found.address + offset - found.offset;
}

const textAt = (bytes: Buffer, offset: number): string => bytes.toString('latin1', offset, bytes.indexOf(0, offset));

/** The path of the loader that the executable asks for, and its address. */
export function interpreterOf(elf: Elf): { readonly path: string; readonly address: number } | undefined {
  const header = elf.headers.find(({ type }) => type === PT_INTERP);
  return header && { path: textAt(elf.bytes, header.offset), address: header.address };
}

/** The names of the libraries that it asks for. */
export function neededBy(elf: Elf): string[] {
  const dynamic = elf.headers.find(({ type }) => type === PT_DYNAMIC);
  if (dynamic === undefined) return [];
  const names: number[] = [];
  let strings = 0;
  for (let at = dynamic.offset; at < dynamic.offset + dynamic.fileSize; at += 16) {
    const tag = word(elf.bytes, at);
    if (tag === DT_NULL) break;
    if (tag === DT_NEEDED) names.push(word(elf.bytes, at + 8));
    if (tag === DT_STRTAB) strings = offsetOf(elf, word(elf.bytes, at + 8));
  }
  return names.map((name) => textAt(elf.bytes, strings + name));
}

export interface Segment {
  readonly flags: number;
  /** A multiple of the page's size. */
  readonly address: number;
  readonly bytes: Buffer;
}

/** The first address from which on nothing is loaded, with some room before it. */
export function freeAddress(elf: Elf): number {
  const ends = elf.headers.filter(({ type }) => type === PT_LOAD).map((header) => header.address + header.memorySize);
  return roundUp(Math.max(...ends) + 1, 0x100_0000);
}

export const roundUp = (size: number, unit = PAGE): number => Math.ceil(size / unit) * unit;

/**
 * The executable with the segments, which begins at that entry and asks for no loader. The program headers move to its
 * end; those of before stay in their place, and with them what the program says of itself once it is loaded.
 * @throws Error when it is not linked to be loaded at addresses of its own
 */
export function withSegments(elf: Elf, segments: readonly Segment[], entry: number): Buffer {
  if (elf.bytes.readUInt16LE(16) !== ET_EXEC) throw new Error('the executable has no addresses of its own');
  const parts: Buffer[] = [];
  let size = 0;
  const append = (bytes: Buffer): number => {
    const offset = size;
    parts.push(bytes, Buffer.alloc(roundUp(bytes.length) - bytes.length));
    size += roundUp(bytes.length);
    return offset;
  };
  append(elf.bytes);
  const kept = elf.headers.flatMap(({ type }, index) => {
    const at = elf.headersOffset + index * HEADER_BYTES;
    return type === PT_INTERP ? [] : [elf.bytes.subarray(at, at + HEADER_BYTES)];
  });
  const added = segments.map((segment) => loadHeader(segment, append(segment.bytes)));
  const headers = Buffer.concat([...kept, ...added]);
  const headersOffset = append(headers);
  const whole = Buffer.concat(parts, headersOffset + headers.length);
  whole.writeBigUInt64LE(BigInt(entry), 24);
  whole.writeBigUInt64LE(BigInt(headersOffset), 32);
  whole.writeUInt16LE(headers.length / HEADER_BYTES, 56);
  return whole;
}

function loadHeader({ flags, address, bytes }: Segment, offset: number): Buffer {
  const header = Buffer.alloc(HEADER_BYTES);
  header.writeUInt32LE(PT_LOAD, 0);
  header.writeUInt32LE(flags, 4);
  for (const [index, value] of [offset, address, address, bytes.length, bytes.length, PAGE].entries()) {
    header.writeBigUInt64LE(BigInt(value), 8 + index * 8);
  }
  return header;
}
