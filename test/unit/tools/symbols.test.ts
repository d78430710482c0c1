import { describe, expect, it } from 'vitest';
import { readElf } from '../../../tools/standalone/elf.ts';
import { functionOf } from '../../../tools/standalone/symbols.ts';
import { elfFile, ET_DYN } from '../../standalone/made-up-elf.ts';

const functions = {
  open: { address: 0x5010, size: 32 },
  open64: { address: 0x5030, size: 8 },
  borrowed: { address: 0, size: 0 },
  lost: { address: 0x9000_0000, size: 4 },
};
const segments = [{ flags: 5, address: 0x5000, bytes: Buffer.alloc(100) }];
const library = readElf(elfFile({ type: ET_DYN, segments, functions }), 'library');

describe('a function that a library lends', () => {
  it('is where its symbol says', () => {
    expect(functionOf(library, 'open')).toEqual({ start: 4096 + 0x10, end: 4096 + 0x30 });
    expect(functionOf(library, 'open64')).toEqual({ start: 4096 + 0x30, end: 4096 + 0x38 });
  });

  it.each(['ope', 'pen', 'open6', 'open644', '', 'borrowed'])('is not "%s"', (name) => {
    expect(functionOf(library, name)).toBeUndefined();
  });

  it('is none of a library without a table of symbols', () => {
    expect(functionOf(readElf(elfFile({ type: ET_DYN, segments }), 'bare'), 'open')).toBeUndefined();
  });

  it('is refused when it is outside of what is loaded', () => {
    expect(() => functionOf(library, 'lost')).toThrow('nothing of the file is at 0x90000000');
  });
});
