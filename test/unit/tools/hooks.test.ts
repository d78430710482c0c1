import { describe, expect, it } from 'vitest';
import { readElf } from '../../../tools/standalone/elf.ts';
import { withHook } from '../../../tools/standalone/hooks.ts';
import { UnfitLibrary } from '../../../tools/standalone/libraries.ts';
import { elfFile, ET_DYN } from '../../standalone/made-up-elf.ts';

const HOOK = 0x0800_0020;
const MOV = 'b801010000';
const CALL = 'b820000008';
const before = '4883ec58';
const after = '483d00f0ffff';

/** The code with the hook in it, as hexadecimal digits. */
function hooked(code: string, flags = 5): string {
  const bytes = Buffer.from(code, 'hex');
  const file = elfFile({ type: ET_DYN, segments: [{ flags, address: 0, bytes }] });
  const result = withHook(readElf(file, 'libx.so'), HOOK, 'libx.so');
  expect(result.length).toBe(file.length);
  expect(result.subarray(0, 4096)).toEqual(file.subarray(0, 4096));
  return result.toString('hex', 4096, 4096 + bytes.length);
}

describe('an openat becomes a call', () => {
  it.each([
    ['at once', ''],
    ['after rdi to rsi and a constant to edi', '4889febf9cffffff'],
    ['after registers of 32 bits', '89f289ee'],
    ['after a constant to edx and to esi', 'ba00000000be00000800'],
    ['after r10 is cleared', '4531d2'],
    ['after r8 to rdi', '4c89c7'],
  ])('%s', (_when, moves) => {
    expect(hooked(`${before}${MOV}${moves}0f05${after}`)).toBe(`${before}${CALL}${moves}ffd0${after}`);
  });

  it('wherever there is one', () => {
    const one = `${MOV}0f05${after}`;
    expect(hooked(one.repeat(3))).toBe(`${CALL}ffd0${after}`.repeat(3));
  });

  it('but the number alone is none', () => {
    const number = `${MOV}${'90'.repeat(40)}`;
    expect(hooked(`${number}${MOV}0f05`)).toBe(`${number}${CALL}ffd0`);
  });
});

describe('a library is unfit', () => {
  it.each([
    ['without an openat', `${before}${after}`],
    ['with another system call', 'b8000000000f05'],
    ['where the number changes before the call', `${MOV}89c80f05`],
    ['where something else happens before the call', `${MOV}e8000000000f05`],
    ['where the code ends before the call', `${MOV}89f2`],
  ])('%s', (_which, code) => {
    expect(() => hooked(code)).toThrow(UnfitLibrary);
    expect(() => hooked(code)).toThrow(/^libx\.so has (no openat|an openat of another form)/);
  });

  it('when what looks like one is not code', () => {
    expect(() => hooked(`${MOV}0f05`, 4)).toThrow(/no openat/);
  });

  it('for a hook that is too far up', () => {
    const library = readElf(elfFile({ type: ET_DYN, segments: [] }), 'libx.so');
    expect(() => withHook(library, 2 ** 31, 'libx.so')).toThrow('0x80000000 is too far up to be called');
  });
});
