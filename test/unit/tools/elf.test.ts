import { describe, expect, it } from 'vitest';
import {
  addressOf,
  freeAddress,
  interpreterOf,
  neededBy,
  readElf,
  roundUp,
  withSegments,
} from '../../../tools/standalone/elf.ts';
import { elfFile, ET_DYN, ET_EXEC } from '../../standalone/made-up-elf.ts';

const code = { flags: 5, address: 0x20_0000, bytes: Buffer.from('code') };
const data = { flags: 6, address: 0x30_0000, bytes: Buffer.alloc(5000, 'data') };
const program = {
  type: ET_EXEC,
  entry: 0x20_0002,
  segments: [code, data],
  interpreter: '/lib64/ld.so',
  needed: ['libc.so.6', 'libm.so.6'],
};
const executable = () => readElf(elfFile(program), 'program');

describe('an ELF file', () => {
  it('is read', () => {
    const elf = executable();
    expect(elf.entry).toBe(program.entry);
    expect(elf.headers.map(({ type }) => type)).toEqual([1, 1, 3, 1, 2, 1]);
    expect(elf.headers[1]).toMatchObject({ flags: 6, address: 0x30_0000, fileSize: 5000, memorySize: 5000 });
    expect(interpreterOf(elf)?.path).toBe('/lib64/ld.so');
    expect(neededBy(elf)).toEqual(['libc.so.6', 'libm.so.6']);
  });

  it('may ask for nothing', () => {
    const elf = readElf(elfFile({ type: ET_DYN, segments: [code] }), 'library');
    expect([interpreterOf(elf), neededBy(elf)]).toEqual([undefined, []]);
  });

  it('has addresses for what is loaded of it', () => {
    expect(addressOf(executable(), 0x1002)).toBe(0x20_0002);
    expect(() => addressOf(executable(), 0x800)).toThrow('what is at 2048 of the file is not loaded');
  });

  it.each<[string, (file: Buffer) => Buffer]>([
    ['empty', () => Buffer.alloc(0)],
    ['cut off', (file) => file.subarray(0, 40)],
    ['a script', () => Buffer.from('#!/bin/sh\n'.repeat(20))],
    ['for 32 bits', (file) => Buffer.from(file.fill(1, 4, 5))],
    ['for another processor', (file) => Buffer.from(file.fill(0xb7, 18, 19))],
  ])('is refused when it is %s', (_how, make) => {
    expect(() => readElf(make(elfFile(program)), 'that')).toThrow('that is not an ELF file for x86-64');
  });

  it('that asks for libraries by names that are nowhere is refused', () => {
    const file = elfFile({ ...program, segments: [] });
    const { headers } = readElf(file, 'program');
    const dynamic = headers.find(({ type }) => type === 2);
    // The entry of the table of names comes behind those of the two libraries.
    file.writeBigUInt64LE(0x7000_0000n, (dynamic?.offset ?? 0) + 2 * 16 + 8);
    expect(() => neededBy(readElf(file, 'program'))).toThrow('nothing of the file is at 0x70000000');
  });
});

describe('segments that are added', () => {
  const added = [
    { flags: 5, address: 0x100_0000, bytes: Buffer.from('begin') },
    { flags: 4, address: 0x100_1000, bytes: Buffer.alloc(10_000, 'read') },
  ];
  const whole = () => readElf(withSegments(executable(), added, 0x100_0001), 'whole');

  it('leave all of the file but three fields of its header', () => {
    const before = executable().bytes;
    const { bytes } = whole();
    const changed = [...before.keys()].filter((at) => before[at] !== bytes[at]);
    expect(changed.every((at) => (at >= 24 && at < 40) || at === 56)).toBe(true);
  });

  it('are loaded behind those of before, with what they hold', () => {
    const { bytes, headers } = whole();
    for (const [index, segment] of added.entries()) {
      const header = headers.at(index - added.length);
      expect(header).toMatchObject({ type: 1, flags: segment.flags, address: segment.address });
      expect(header?.offset).toBe(roundUp(header?.offset ?? 1));
      const { offset = 0, fileSize = 0 } = header ?? {};
      expect(bytes.subarray(offset, offset + fileSize)).toEqual(segment.bytes);
    }
  });

  it('replace the entry and the wish for a loader', () => {
    const elf = whole();
    expect(elf.entry).toBe(0x100_0001);
    expect(interpreterOf(elf)).toBeUndefined();
    expect(elf.headers.filter(({ type }) => type === 1)).toHaveLength(4 + added.length);
    expect(neededBy(elf)).toEqual(program.needed);
  });

  it('are refused by what has no addresses of its own', () => {
    const library = readElf(elfFile({ type: ET_DYN, segments: [code] }), 'library');
    expect(() => withSegments(library, added, 0)).toThrow('the executable has no addresses of its own');
  });

  it('have a place above all that is loaded', () => {
    expect(freeAddress(executable())).toBe(0x100_0000);
    const far = { flags: 6, address: 0x1ff_f000, bytes: Buffer.alloc(0x1000) };
    expect(freeAddress(readElf(elfFile({ type: ET_EXEC, segments: [far] }), 'far'))).toBe(0x300_0000);
  });
});
