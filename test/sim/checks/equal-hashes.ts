import type { Check } from './check.ts';

export const equalHashes: Check = {
  title: '[inv 20] all members have the same hash in the end',
  find: ({ hashes }) =>
    new Set(hashes.values()).size > 1 ? [[...hashes].map(([name, hash]) => `${name}: ${hash}`).join(', ')] : [],
};
