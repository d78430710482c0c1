import { WatchRequest, WatchResponse } from '../gen/rpc/watch.ts';
import { duplex } from '../method.ts';

/** The Watch service: one stream that carries any number of watches. */
export const watch = {
  watch: duplex('/etcdserverpb.Watch/Watch', WatchRequest, WatchResponse),
} as const;
