import { array, assert, integer, nat, property, uint8Array } from 'fast-check';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { crc32c } from '../../../src/base/crc32c.ts';
import { FOLD_DISTANCES, FOLD_HISTORY, FOLD_STEP, FOLD_WORD, foldKernel } from '../../../src/base/crc32c-kernel.ts';
import { Crc32cStream } from '../../../src/base/crc32c-stream.ts';

/** Bytes without a pattern, the same in each run. */
function scrambled(length: number): Uint8Array {
  let state = 1;
  return Uint8Array.from({ length }, () => (state = Math.imul(state, 1_664_525) + 1_013_904_223) >>> 24);
}

const bytes = scrambled(200_000);

/** Where the stream begins to fold, goes on folding, and just beside. */
const lengths = [0, 1, 3, 4, 1671, 1672, 1673, 16_383, 16_384, 16_385, 16_388, 32_767, 32_768, 50_001, 200_000];
const seeds = [0, 1, 0x1234_5678, 0xffff_ffff];
const cases = lengths.flatMap((length) => seeds.map((seed) => [length, seed] as const));

/** What every environment must do. */
function sumsAsTables(): void {
  it.each(cases)('sums %i bytes after %i', (length, seed) => {
    const stream = new Crc32cStream(seed);
    stream.update(bytes, 0, length);
    expect(stream.value).toBe(crc32c(bytes.subarray(0, length), seed));
  });

  it('sums pieces of any length, and tells the sum after each', () => {
    assert(
      property(
        array(nat({ max: 20_000 }), { maxLength: 20 }),
        integer({ min: 0, max: 0xffff_ffff }),
        (pieces, seed) => {
          const stream = new Crc32cStream(seed);
          let expected = seed;
          for (const length of pieces) {
            const start = 200_000 - 20_000 - length;
            stream.update(bytes, start, start + length);
            expected = crc32c(bytes.subarray(start, start + length), expected);
            expect(stream.value).toBe(expected);
          }
        },
      ),
    );
  });

  it('takes bytes that lie within a larger buffer', () => {
    const within = bytes.subarray(1001, 100_001);
    const stream = new Crc32cStream();
    stream.update(within, 7);
    expect(stream.value).toBe(crc32c(within.subarray(7)));
  });

  it('keeps nothing of the bytes that it was given', () => {
    const given = bytes.slice(0, 10_000);
    const stream = new Crc32cStream();
    stream.update(given);
    given.fill(0);
    stream.update(bytes, 10_000, 60_000);
    expect(stream.value).toBe(crc32c(bytes.subarray(0, 60_000)));
  });

  it('keeps streams apart', () => {
    const one = new Crc32cStream();
    const other = new Crc32cStream(1);
    for (let at = 0; at < 100_000; at += 5000) {
      one.update(bytes, at, at + 5000);
      other.update(bytes, at + 1, at + 5001);
    }
    expect(one.value).toBe(crc32c(bytes.subarray(0, 100_000)));
    expect(other.value).toBe(crc32c(bytes.subarray(1, 100_001), 1));
  });

  it.each([
    [-1, 4],
    [0, 33],
    [5, 4],
  ])('refuses the range %i..%i of 32 bytes', (start, end) => {
    expect(() => new Crc32cStream().update(new Uint8Array(32), start, end)).toThrow(RangeError);
  });
}

describe('a CRC-32C of many pieces', sumsAsTables);

describe('without WebAssembly', () => {
  beforeEach(() => void vi.stubGlobal('WebAssembly', undefined));
  afterEach(() => void vi.unstubAllGlobals());

  it('has no kernel', () => {
    expect(foldKernel()).toBeUndefined();
  });
  sumsAsTables();
});

describe('where the memory of a kernel finds no room', () => {
  const { WebAssembly: real } = globalThis as unknown as { WebAssembly: { Module: unknown } };
  const refusing = (error: Error) => ({
    Module: real.Module,
    Instance: vi.fn(function refuse() {
      throw error;
    }),
  });
  afterEach(() => void vi.unstubAllGlobals());

  it('goes without', () => {
    vi.stubGlobal('WebAssembly', refusing(new RangeError('could not allocate memory')));
    expect(foldKernel()).toBeUndefined();
  });

  it('does not take another failure for that', () => {
    vi.stubGlobal('WebAssembly', refusing(new TypeError('no such import')));
    expect(() => foldKernel()).toThrow(TypeError);
  });
});

describe('the kernel', () => {
  /** Its definition, a word at a time. */
  function folded(memory: Uint8Array, length: number): Uint8Array {
    const words = new BigUint64Array(memory.slice().buffer);
    const first = FOLD_HISTORY / FOLD_WORD;
    for (let at = first; at < first + length / FOLD_WORD; at++) {
      for (const distance of FOLD_DISTANCES) words[at] = (words[at] ?? 0n) ^ (words[at - distance] ?? 0n);
    }
    return new Uint8Array(words.buffer);
  }

  it.each([FOLD_STEP, FOLD_STEP * 10, FOLD_STEP * 512])('folds %i bytes', (length) => {
    const kernel = foldKernel();
    if (!kernel) throw new Error('this runtime has no WebAssembly');
    kernel.memory.set(bytes.subarray(0, kernel.memory.length));
    const expected = folded(kernel.memory, length);
    kernel.fold(length);
    expect(Buffer.compare(kernel.memory, expected)).toBe(0);
  });

  it('drops words without changing the checksum: its terms are a multiple of the polynomial', () => {
    assert(
      property(uint8Array({ minLength: FOLD_WORD, maxLength: FOLD_WORD }), (word) => {
        const there = new Uint8Array(FOLD_HISTORY + FOLD_WORD);
        there.set(word);
        const added = new Uint8Array(there.length);
        for (const distance of FOLD_DISTANCES) added.set(word, distance * FOLD_WORD);
        expect(crc32c(added, 0xffff_ffff)).toBe(crc32c(there, 0xffff_ffff));
      }),
    );
  });
});
