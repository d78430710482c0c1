import type { WatchUpdate } from '../../client/index.ts';
import type { ResponseHeader } from '../../wire/index.ts';

/**
 * The header as etcd's client sees it: a watch that ends for any reason but
 * compaction reaches it as a closed stream, which has none.
 */
export function watchHeader(update: WatchUpdate): ResponseHeader | undefined {
  return update.canceled && update.compactRevision === 0n ? undefined : update.header;
}
