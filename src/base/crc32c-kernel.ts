/**
 * A WebAssembly function that shortens a run of bytes to 1,672 with the same CRC-32C, by nothing but exclusive or.
 *
 * CRC-32C is the remainder of the bytes, read as a polynomial, by P = 0x1edc6f41. A multiple of P may be added anywhere
 * without changing it, and 1 + x^14 + x^39 + x^54 + x^144 + x^209 is the shortest of six terms (found by
 * trying all; four terms need more than 5,000). Squaring it six times gives the same in x^64: so in words of 64 bits a
 * word may be dropped if it is added to those 65, 155, 170, 195 and 209 after it. That takes a seventh of the time of
 * tables. (Russell, "Chorba: A novel CRC32 implementation", 2024, arXiv 2412.16398, has the idea.)
 */
export const FOLD_DISTANCES: readonly number[] = [65, 155, 170, 195, 209];

/** Bytes of a word. */
export const FOLD_WORD = 8;

/** Bytes before those that are folded, whose words are still to be added to them; what is left stands in the last so many. */
export const FOLD_HISTORY = 209 * FOLD_WORD;

/** `length` must be a multiple of this. */
export const FOLD_STEP = 4 * FOLD_WORD;

export interface FoldKernel {
  /** A page of 64 KiB: history first, then the bytes. */
  readonly memory: Uint8Array<ArrayBuffer>;
  /** Adds to each of the words in `length` bytes behind the history those at the distances before it. */
  readonly fold: (length: number) => void;
}

/** As much of WebAssembly as is needed here: TypeScript knows it among the types of browsers alone. */
interface WebAssemblyApi {
  readonly Module: new (bytes: Uint8Array) => object;
  readonly Instance: new (module: object) => { readonly exports: FoldExports };
}

interface FoldExports {
  readonly memory: { readonly buffer: ArrayBuffer };
  readonly fold: FoldKernel['fold'];
}

declare const WebAssembly: WebAssemblyApi | undefined;

let compiled: object | undefined;

/** Undefined where there is no WebAssembly: Node can be told to go without, and a memory limit may forbid it. */
export function foldKernel(): FoldKernel | undefined {
  if (typeof WebAssembly === 'undefined') return undefined;
  try {
    compiled ??= new WebAssembly.Module(moduleBytes());
    const { memory, fold } = new WebAssembly.Instance(compiled).exports;
    return { memory: new Uint8Array(memory.buffer), fold };
  } catch (error) {
    if (error instanceof RangeError) return undefined; // no room for its memory
    throw error;
  }
}

/* The binary format: https://webassembly.github.io/spec/core/binary, by the names that its text format has. */
const MAGIC = [0x00, 0x61, 0x73, 0x6d, 0x01, 0x00, 0x00, 0x00];
const I32 = 0x7f;
const VOID_BLOCK = 0x40;
const Op = {
  loop: 0x03,
  end: 0x0b,
  brIf: 0x0d,
  localGet: 0x20,
  localTee: 0x22,
  i64Load: 0x29,
  i64Store: 0x37,
  i32Const: 0x41,
  i32LtU: 0x49,
  i32Add: 0x6a,
  i64Xor: 0x85,
} as const;

/** (module (memory (export "memory") 1) (func (export "fold") (param $length i32) (local $at i32) …)) */
function moduleBytes(): Uint8Array<ArrayBuffer> {
  const body = [1, 1, I32, ...foldBody()];
  return Uint8Array.from([
    ...MAGIC,
    ...section(1, [1, 0x60, 1, I32, 0]), // type 0: takes an i32, returns nothing
    ...section(3, [1, 0]), // function 0 is of type 0
    ...section(5, [1, 0, 1]), // a memory of one page
    ...section(7, [2, ...name('memory'), 2, 0, ...name('fold'), 0, 0]),
    ...section(10, [1, ...number(body.length), ...body]),
  ]);
}

/** do { the words of a step; at += step } while (at < length) */
function foldBody(): number[] {
  const length = [Op.localGet, 0];
  const at = [Op.localGet, 1];
  const words: number[] = [];
  for (let offset = FOLD_HISTORY; offset < FOLD_HISTORY + FOLD_STEP; offset += FOLD_WORD) {
    const load = (from: number): number[] => [...at, Op.i64Load, 3, ...number(from)];
    words.push(...at, ...load(offset));
    for (const distance of FOLD_DISTANCES) words.push(...load(offset - distance * FOLD_WORD), Op.i64Xor);
    words.push(Op.i64Store, 3, ...number(offset));
  }
  const next = [...at, Op.i32Const, FOLD_STEP, Op.i32Add, Op.localTee, 1];
  return [Op.loop, VOID_BLOCK, ...words, ...next, ...length, Op.i32LtU, Op.brIf, 0, Op.end, Op.end];
}

function section(id: number, content: readonly number[]): number[] {
  return [id, ...number(content.length), ...content];
}

function name(text: string): number[] {
  return [text.length, ...Buffer.from(text)];
}

/** LEB128, unsigned. */
function number(value: number): number[] {
  return value < 0x80 ? [value] : [(value & 0x7f) | 0x80, ...number(value >>> 7)];
}
