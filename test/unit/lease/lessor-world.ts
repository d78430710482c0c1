import { VirtualClock } from '../../../src/base/index.ts';
import { type LeaseCheckpoint, Lessor, type LessorOptions } from '../../../src/lease/index.ts';
import { MemoryBuckets } from '../../support/memory-buckets.ts';

/** A lessor with its clock and its database; checkpoints that it proposes are applied at once. */
export interface World {
  readonly clock: VirtualClock;
  readonly buckets: MemoryBuckets;
  readonly lessor: Lessor;
  readonly proposed: LeaseCheckpoint[];
  /** The lessor of another member, made from the same database. */
  readonly another: (options?: Partial<LessorOptions>) => Lessor;
}

export function lessorWorld(options: Partial<LessorOptions> & { readonly withCheckpoints?: boolean } = {}): World {
  const { withCheckpoints = false, ...given } = options;
  const clock = new VirtualClock();
  const buckets = new MemoryBuckets();
  const proposed: LeaseCheckpoint[] = [];
  const proposeCheckpoints = withCheckpoints
    ? async (checkpoints: readonly LeaseCheckpoint[]) => {
        await Promise.resolve();
        for (const { id, remainingTtl } of checkpoints) lessor.checkpoint(id, remainingTtl);
        proposed.push(...checkpoints);
      }
    : undefined;
  const all = { journal: buckets, clock, minTtlSeconds: 2n, proposeCheckpoints, ...given };
  const lessor = Lessor.open(buckets, all);
  return { clock, buckets, lessor, proposed, another: (other) => Lessor.open(buckets, { ...all, ...other }) };
}

export const bytes = (text: string): Uint8Array => Buffer.from(text, 'latin1');
export const texts = (keys: readonly Uint8Array[]): string[] => keys.map((key) => Buffer.from(key).toString('latin1'));

/** What became of a promise so far. */
export function watched<T>(promise: Promise<T>): { state(): Promise<string> } {
  let state = 'pending';
  promise.then(
    (value) => {
      state = `resolved ${String(value)}`;
    },
    (error: unknown) => {
      state = `rejected ${error instanceof Error ? error.message : String(error)}`;
    },
  );
  return {
    state: async () => {
      for (let i = 0; i < 10; i++) await Promise.resolve();
      return state;
    },
  };
}
