import { randomFillSync } from 'node:crypto';

const randomBytes = 10;
const pool = new Uint8Array(randomBytes * 1024);
let used = pool.length;

/** A key under the prefix that nothing else has: some random bytes, and zero bytes up to the length. */
export function randomKey(prefix: Uint8Array, length: number): Uint8Array {
  if (used === pool.length) {
    randomFillSync(pool);
    used = 0;
  }
  const key = new Uint8Array(prefix.length + length);
  key.set(prefix);
  key.set(pool.subarray(used, used + randomBytes), prefix.length);
  used += randomBytes;
  return key;
}
