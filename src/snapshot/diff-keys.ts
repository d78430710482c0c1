import { compareBytes, equalBytes } from '../base/index.ts';
import type { Database } from '../bbolt/index.ts';
import type { LiveKey, LiveKeysOptions } from './live-keys.ts';
import { liveKeys } from './live-keys.ts';

/** A key that is not the same in two databases. */
export interface KeyChange {
  /** As it is in the first, if it is there. */
  readonly before: LiveKey | undefined;
  /** As it is in the second, if it is there. */
  readonly after: LiveKey | undefined;
}

/** Memory for keys of either database at a time. */
const BUDGET_EACH = 32 * 1024 * 1024;

/**
 * The keys, in order, that only one of two databases has, or that have another value or lease in the other. Revisions
 * are not compared: those of two clusters have nothing to do with each other.
 * @throws as `liveKeys`
 */
export async function* diffKeys(
  first: Database,
  second: Database,
  options: Omit<LiveKeysOptions, 'revision'> = {},
): AsyncGenerator<KeyChange> {
  const each = { ...options, budget: options.budget ?? BUDGET_EACH };
  const ours = liveKeys(first, each);
  const theirs = liveKeys(second, each);
  let before = await nextOf(ours);
  let after = await nextOf(theirs);
  while (before ?? after) {
    const order = !before ? 1 : !after ? -1 : compareBytes(before.key, after.key);
    if (order < 0) yield { before, after: undefined };
    else if (order > 0) yield { before: undefined, after };
    else if (before && after && differ(before, after)) yield { before, after };
    if (order <= 0) before = await nextOf(ours);
    if (order >= 0) after = await nextOf(theirs);
  }
}

async function nextOf(keys: AsyncGenerator<LiveKey>): Promise<LiveKey | undefined> {
  const { done, value } = await keys.next();
  return done === true ? undefined : value;
}

function differ(before: LiveKey, after: LiveKey): boolean {
  if (before.valueSize !== after.valueSize) return true;
  const [a, b] = [before.peek(), after.peek()];
  return a.lease !== b.lease || !equalBytes(a.value, b.value);
}
