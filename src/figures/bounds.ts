/** Upper bounds of a histogram's buckets: `count` of them from `first` on, each twice the one before. */
export const doubling = (first: number, count: number): readonly number[] =>
  Array.from({ length: count }, (_, power) => first * 2 ** power);
