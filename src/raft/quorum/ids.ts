export function compareIds(a: bigint, b: bigint): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

export function sortedIds(ids: Iterable<bigint>): bigint[] {
  return [...ids].sort(compareIds);
}

/** Node ids in ascending order and in hexadecimal, as in `(1 2 a)`. */
export function formatIds(ids: Iterable<bigint>): string {
  return `(${sortedIds(ids)
    .map((id) => id.toString(16))
    .join(' ')})`;
}
