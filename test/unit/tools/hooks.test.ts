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
    ['where it is cleared before the call', `${MOV}31c00f05`],
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

describe('in functions that are named', () => {
  const PUSH = '6801010000';
  /** Leads to what is called there, at the beginning of the code. */
  const call = (at: number): string => {
    const code = Buffer.alloc(5, 0xe8);
    code.writeInt32LE(-(at + 5), 1);
    return code.toString('hex');
  };
  const ADDRESS = 0x10_0000;
  const library = (code: Buffer, functions: Record<string, { address: number; size: number }>) =>
    readElf(elfFile({ type: ET_DYN, segments: [{ flags: 5, address: ADDRESS, bytes: code }], functions }), 'libx.so');
  const first = Buffer.from(`${MOV}0f05`, 'hex');

  it('the others stay as they are', () => {
    const elf = library(Buffer.concat([first, first, first]), { a: { address: ADDRESS + 7, size: 7 } });
    const result = withHook(elf, HOOK, 'libx.so', ['a']);
    expect(result.toString('hex', 4096, 4096 + 21)).toBe(`${MOV}0f05${CALL}ffd0${MOV}0f05`);
  });

  it('a call of the function for system calls asks the hook first', () => {
    const moves = '4531c048c7c79cffffff';
    const code = Buffer.from(`${PUSH}${moves}${call(15)}5a59`, 'hex');
    const result = withHook(library(code, { a: { address: ADDRESS, size: code.length } }), HOOK, 'libx.so', ['a']);
    const detour = 4096 + code.length;
    // The call of before, which leads behind the code of before.
    expect(result.toString('hex', 4096, 4096 + 15)).toBe(`${PUSH}${moves}`);
    expect(result.readInt32LE(4096 + 16)).toBe(code.length - 20);
    expect(result.toString('hex', 4096 + 20, detour)).toBe('5a59');
    // mov %rcx,%r10; mov $hook,%eax; call *%rax; test %rax,%rax; js; ret; and a jump to what was called.
    expect(result.toString('hex', detour, detour + 17)).toBe(`4989ca${CALL}ffd04885c07801c3e9`);
    expect(result.readInt32LE(detour + 17)).toBe(-(code.length + 21));
    const [header] = readElf(result, 'result').headers;
    expect([header?.fileSize, header?.memorySize]).toEqual([code.length + 21, code.length + 21]);
  });

  it('two calls have a detour each', () => {
    const code = Buffer.from(`${PUSH}${call(5)}${PUSH}${call(15)}`, 'hex');
    const result = withHook(library(code, { a: { address: ADDRESS, size: 20 } }), HOOK, 'libx.so', ['a']);
    expect([result.readInt32LE(4096 + 6), result.readInt32LE(4096 + 16)]).toEqual([20 - 10, 20 + 21 - 20]);
    expect(readElf(result, 'result').headers[0]?.fileSize).toBe(20 + 42);
  });

  it.each<[string, Buffer, string]>([
    ['is not there', Buffer.concat([first, first]), 'libx.so has no function b'],
    ['opens nothing', Buffer.from(before, 'hex'), 'a of libx.so has no openat of a form that is known'],
    [
      'opens in another way',
      Buffer.from(`${PUSH}89c0ffd0`, 'hex'),
      'a of libx.so has an openat of another form at 0x1000',
    ],
    [
      'has no room behind it',
      Buffer.concat([Buffer.from(`${PUSH}${call(5)}`, 'hex'), Buffer.alloc(4070)]),
      'a of libx.so has an openat of another form at 0x1000',
    ],
  ])('a library is unfit if one %s', (_what, code, message) => {
    const elf = library(code, { a: { address: ADDRESS, size: Math.min(code.length, 10) } });
    const make = (): unknown => withHook(elf, HOOK, 'libx.so', ['a', 'b']);
    expect(make).toThrow(UnfitLibrary);
    expect(make).toThrow(message);
  });
});
