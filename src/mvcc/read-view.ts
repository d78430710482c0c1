import { refuse } from '../wire/etcd-error.ts';
import type { KeyValue } from '../wire/index.ts';
import { type KeySpace, LATEST } from './key-space.ts';

/** What a read sees: within a transaction also what that has written so far. */
export interface ReadView {
  readonly space: KeySpace;
  /** The revision that shows, were it read now. */
  readonly revision: bigint;
  readonly compactRevision: bigint;
}

/**
 * Up to where records show at a revision; zero or less stands for the current one.
 * @throws EtcdError compacted, futureRevision
 */
export function boundAt(view: ReadView, revision: bigint): number {
  if (revision > view.revision) throw refuse.futureRevision();
  if (revision <= 0n || revision === view.revision) return LATEST;
  if (revision < view.compactRevision) throw refuse.compacted();
  return view.space.log.idAfter(revision);
}

/** A key as it is now. */
export function latestKeyValue({ space }: ReadView, key: Uint8Array): KeyValue | undefined {
  return space.read(key) ? space.reader.keyValue() : undefined;
}
