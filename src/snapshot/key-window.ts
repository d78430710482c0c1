import { isInRange, type KeyRange } from './key-range.ts';
import type { RevisionKey } from './revision-key.ts';

/** About what a key costs in the map beside its own bytes. */
const KEY_COST = 130;

/** Numbers kept for a key: four halves of its revision and the size of its value. */
const STRIDE = 5;

/** Where a key's newest record is. */
export interface KeyPlace {
  readonly main: bigint;
  readonly sub: bigint;
  readonly valueSize: number;
}

/**
 * The newest records of as many keys of a range, from its start on, as fit a budget. Where more come, the last ones are
 * given up and the range is shortened to those that are left: `end` then tells where to go on in another pass.
 */
export class KeyWindow {
  readonly #budget: number;
  #range: KeyRange;
  readonly #slots = new Map<string, number>();
  readonly #free: number[] = [];
  #numbers = new Uint32Array(STRIDE * 1024);
  #used = 0;
  #cost = 0;

  /** @param budget bytes of memory, roughly */
  constructor(range: KeyRange, budget: number) {
    this.#range = range;
    this.#budget = budget;
  }

  /** Where the window ends; undefined if at the last key. */
  get end(): Uint8Array | undefined {
    return this.#range.end;
  }

  put(key: Buffer, revision: RevisionKey, valueSize: number): void {
    if (!isInRange(key, this.#range)) return;
    const name = key.toString('latin1');
    const slot = this.#slots.get(name) ?? this.#add(name);
    const at = slot * STRIDE;
    this.#numbers[at] = revision.mainHigh;
    this.#numbers[at + 1] = revision.mainLow;
    this.#numbers[at + 2] = revision.subHigh;
    this.#numbers[at + 3] = revision.subLow;
    this.#numbers[at + 4] = valueSize;
    if (this.#cost > this.#budget) this.#shorten();
  }

  delete(key: Buffer): void {
    if (isInRange(key, this.#range)) this.#remove(key.toString('latin1'));
  }

  /** The keys in order. */
  *entries(): Generator<readonly [key: Buffer, place: KeyPlace]> {
    // One byte is one character, so that strings sort as their bytes do.
    for (const name of [...this.#slots.keys()].sort()) {
      yield [Buffer.from(name, 'latin1'), this.#place(this.#slots.get(name) ?? 0)];
    }
  }

  #place(slot: number): KeyPlace {
    const [mainHigh = 0, mainLow = 0, subHigh = 0, subLow = 0, valueSize = 0] = this.#numbers.subarray(
      slot * STRIDE,
      (slot + 1) * STRIDE,
    );
    return { main: joined(mainHigh, mainLow), sub: joined(subHigh, subLow), valueSize };
  }

  #add(name: string): number {
    const slot = this.#free.pop() ?? this.#used++;
    if (this.#used * STRIDE > this.#numbers.length) {
      const numbers = new Uint32Array(this.#numbers.length * 2);
      numbers.set(this.#numbers);
      this.#numbers = numbers;
    }
    this.#slots.set(name, slot);
    this.#cost += KEY_COST + name.length;
    return slot;
  }

  #remove(name: string): void {
    const slot = this.#slots.get(name);
    if (slot === undefined) return;
    this.#slots.delete(name);
    this.#free.push(slot);
    this.#cost -= KEY_COST + name.length;
  }

  /** Gives up the last keys until half of the budget is free, but never the only one. */
  #shorten(): void {
    const names = [...this.#slots.keys()].sort();
    let end: string | undefined;
    while (this.#cost > this.#budget / 2 && names.length > 1) {
      end = names.pop() ?? '';
      this.#remove(end);
    }
    if (end !== undefined) this.#range = { ...this.#range, end: Buffer.from(end, 'latin1') };
  }
}

function joined(high: number, low: number): bigint {
  return (BigInt(high) << 32n) | BigInt(low);
}
