/** checks/: the laws that every history must obey, one a file. */
import type { Check } from './check.ts';
import { chronicled } from './chronicle.ts';
import { equalHashes } from './equal-hashes.ts';
import { linearizable } from './linearizable.ts';
import { revisions } from './revisions.ts';
import { staleReads } from './stale-reads.ts';
import { watchAtomic } from './watch-atomic.ts';
import { watchBookmarkable } from './watch-bookmarkable.ts';
import { watchFilter } from './watch-filter.ts';
import { watchOrdered } from './watch-ordered.ts';
import { watchPrevKv } from './watch-prev-kv.ts';
import { watchReliable } from './watch-reliable.ts';
import { watchResumable } from './watch-resumable.ts';
import { watchTrue } from './watch-true.ts';
import { watchUnique } from './watch-unique.ts';

export { type Check, type History, NOTHING } from './check.ts';

export const checks: readonly Check[] = [
  linearizable,
  chronicled,
  revisions,
  staleReads,
  watchOrdered,
  watchUnique,
  watchAtomic,
  watchTrue,
  watchReliable,
  watchFilter,
  watchResumable,
  watchBookmarkable,
  watchPrevKv,
  equalHashes,
];
