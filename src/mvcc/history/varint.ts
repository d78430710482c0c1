/** Protobuf's numbers of base 128. Those below 2^53 go through Number, which is what makes encoding a put cheap. */

const LOW_BITS = 0x1_0000_0000;

export function varintSize(value: bigint): number {
  const small = Number(value);
  if (small < 0 || small >= Number.MAX_SAFE_INTEGER) return bigVarintSize(BigInt.asUintN(64, value));
  return lengthSize(small);
}

function bigVarintSize(value: bigint): number {
  let size = 1;
  for (let rest = value >> 7n; rest > 0n; rest >>= 7n) size++;
  return size;
}

/** As `varintSize`, of a number below 2^53. */
export function lengthSize(value: number): number {
  let size = 1;
  for (let rest = value; rest >= 128; rest = Math.floor(rest / 128)) size++;
  return size;
}

/** Returns where it ends. */
export function writeVarint(bytes: Uint8Array, start: number, value: bigint): number {
  const small = Number(value);
  if (small >= 0 && small < Number.MAX_SAFE_INTEGER) return writeLength(bytes, start, small);
  let at = start;
  let rest = BigInt.asUintN(64, value);
  for (; rest > 0x7fn; rest >>= 7n) bytes[at++] = Number(rest & 0x7fn) | 0x80;
  bytes[at++] = Number(rest);
  return at;
}

/** As `writeVarint`, of a number below 2^53. */
export function writeLength(bytes: Uint8Array, start: number, value: number): number {
  let at = start;
  let rest = value;
  for (; rest >= LOW_BITS; rest = Math.floor(rest / 128)) bytes[at++] = (rest % 128) | 0x80;
  for (; rest >= 128; rest >>>= 7) bytes[at++] = (rest & 0x7f) | 0x80;
  bytes[at++] = rest;
  return at;
}
