import type { Event } from '../../src/wire/index.ts';

/** What a watch tells of a key's change at a revision: put to a value, or deleted where there is none. */
export const event = (revision: number, key: string, value?: string): Event => ({
  type: value === undefined ? 1 : 0,
  kv: {
    key: Buffer.from(key),
    value: Buffer.from(value ?? ''),
    mod_revision: BigInt(revision),
    create_revision: 0n,
    version: 0n,
    lease: 0n,
  },
  prev_kv: undefined,
});
