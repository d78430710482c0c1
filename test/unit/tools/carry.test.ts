import { describe, expect, it } from 'vitest';
import { carrying, startCode } from '../../../tools/standalone/carry.ts';
import { interpreterOf, readElf, type Elf } from '../../../tools/standalone/elf.ts';
import { elfFile, ET_DYN, ET_EXEC } from '../../standalone/made-up-elf.ts';

const PAGE = 4096;
const opening = Buffer.from('b8010100000f05'.repeat(3), 'hex');
/** The headers are in what is loaded, as those of every linked program. */
const program = (interpreter?: string): Elf => {
  const file = elfFile({
    type: ET_EXEC,
    entry: 0x20_0100,
    segments: [{ flags: 5, address: 0x20_0000, bytes: Buffer.alloc(PAGE, 0x90) }],
    ...(interpreter === undefined ? {} : { interpreter }),
  });
  file.writeBigUInt64LE(0n, 64 + 8);
  file.writeBigUInt64LE(BigInt(2 * PAGE), 64 + 32);
  return readElf(file, 'program');
};
const library = (name: string, bytes = opening) => {
  const functions = {
    open64: { address: 0, size: 7 },
    openat64: { address: 7, size: 7 },
    __open64_nocancel: { address: 14, size: 7 },
  };
  const elf = readElf(elfFile({ type: ET_DYN, segments: [{ flags: 5, address: 0, bytes }], functions }), name);
  return { name, elf };
};
const libraries = () => [library('ld.so'), library('libc.so.6'), library('libm.so.6', Buffer.from('mathematics'))];

describe('a program that carries its libraries', () => {
  const before = program('/lib64/ld.so');
  const whole = readElf(carrying(before, libraries()), 'whole');
  const [code, settings, contents] = whole.headers.slice(-3);
  const at = (address: number): Buffer => {
    const { offset = 0, address: start = 0 } = contents ?? {};
    return whole.bytes.subarray(offset + address - start);
  };
  const words = Array.from({ length: 16 }, (_, index) =>
    Number(whole.bytes.readBigUInt64LE((settings?.offset ?? 0) + index * 8)),
  );

  it('begins with code that nobody can write to, one page before what it knows', () => {
    expect(whole.entry).toBe(code?.address);
    expect([code?.flags, settings?.flags, contents?.flags]).toEqual([5, 6, 4]);
    expect((settings?.address ?? 0) - (code?.address ?? 0)).toBe(PAGE);
    const { offset = 0 } = code ?? {};
    expect(whole.bytes.subarray(offset, offset + startCode().length)).toEqual(startCode());
  });

  it('knows its old beginning, its old headers and its loader', () => {
    const [entry, headers, count, loader, files] = words;
    expect([entry, headers, count]).toEqual([0x20_0100, 0x20_0040, before.headers.length]);
    expect(loader).toBe(interpreterOf(before)?.address);
    expect(files).toBe(3);
  });

  it('has every library under its name, the loader first', () => {
    const files = [0, 1, 2].map((index) => {
      const [name = 0, bytes = 0, size = 0] = words.slice(5 + index * 3);
      return { name: at(name).toString('latin1', 0, at(name).indexOf(0)), bytes: at(bytes).subarray(0, size) };
    });
    expect(files.map(({ name }) => name)).toEqual(['ld.so', 'libc.so.6', 'libm.so.6']);
    const [ld, libc, libm] = files.map(({ bytes }) => bytes);
    expect(libm).toEqual(library('', Buffer.from('mathematics')).elf.bytes);
    // The loader's openat and the C library's lead to hooks of their own, below 2^31.
    const start = code?.address ?? 0;
    for (const site of [0, 7, 14]) {
      expect(ld?.readUInt32LE(PAGE + site + 1)).toBe(start + 32);
      expect(libc?.readUInt32LE(PAGE + site + 1)).toBe(start + 48);
    }
  });

  it('is the same every time', () => {
    expect(carrying(program('/lib64/ld.so'), libraries()).equals(whole.bytes)).toBe(true);
  });
});

describe('carrying is refused', () => {
  it.each<[string, () => Buffer, string]>([
    [
      'to a program that asks for no loader',
      () => carrying(program(), libraries()),
      'the executable asks for no loader',
    ],
    [
      'for more libraries than there is room for',
      () =>
        carrying(
          program('/ld.so'),
          Array.from({ length: 17 }, (_, index) => library(`lib${index}.so`)),
        ),
      'there is room for 16 libraries, not 17',
    ],
    [
      'for a C library that opens files in another way',
      () => carrying(program('/ld.so'), [library('ld.so'), library('libc.so.6', Buffer.from('none'))]),
      'open64 of libc.so.6 has no openat of a form that is known',
    ],
  ])('%s', (_why, make, message) => {
    expect(make).toThrow(message);
  });
});
