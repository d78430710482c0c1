/** Random numbers that a seed repeats. Not for secrets. */
export interface Random {
  /** A number in `[0, 1)`. */
  fraction(): number;
  /** A whole number in `[0, bound)`. */
  int(bound: number): number;
  /** Another sequence, which the name and this one's seed decide. */
  fork(name: string): Random;
}

const WARM_UP = 12;

/** Chris Doty-Humphrey's sfc32: 128 bits of state, small and fast. */
export function seededRandom(seed: number): Random {
  let a = seed >>> 0;
  let b = Math.floor(seed / 2 ** 32) >>> 0;
  let c = 0x9e3779b9;
  let counter = 1;
  const next = (): number => {
    const sum = (((a + b) >>> 0) + counter) >>> 0;
    counter = (counter + 1) >>> 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) >>> 0;
    c = (((c << 21) | (c >>> 11)) + sum) >>> 0;
    return sum;
  };
  for (let turn = 0; turn < WARM_UP; turn++) next();
  return {
    fraction: () => next() / 2 ** 32,
    int: (bound) => Math.floor((next() / 2 ** 32) * bound),
    fork: (name) => seededRandom(hashOf(name, seed)),
  };
}

/** FNV-1a over the name, begun with the seed. */
function hashOf(name: string, seed: number): number {
  let hash = (0x811c9dc5 ^ seed) >>> 0;
  for (const character of name) hash = Math.imul(hash ^ (character.codePointAt(0) ?? 0), 0x01000193) >>> 0;
  return hash;
}
