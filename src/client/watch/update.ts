import type { Event, WatchResponse } from '../../wire/index.ts';
import type { WatchUpdate } from '../api.ts';
import type { ClientError } from '../errors.ts';

const COMPACTED = 'etcdserver: mvcc: required revision has been compacted';

/** A response of the server, with the events that are new. */
export function updateOf(response: WatchResponse, events: readonly Event[]): WatchUpdate {
  const { header, created, canceled, compact_revision: compactRevision } = response;
  return {
    header,
    events,
    created,
    canceled,
    compactRevision,
    cancelReason: compactRevision === 0n ? response.cancel_reason : COMPACTED,
    isProgressNotify: isProgress(response),
  };
}

/** Neither events nor news of the watch itself: all is delivered up to the header's revision. */
export function isProgress({ header, events, created, canceled, compact_revision }: WatchResponse): boolean {
  return (
    events.length === 0 &&
    !created &&
    !canceled &&
    compact_revision === 0n &&
    header !== undefined &&
    header.revision > 0n
  );
}

/** The end of a watch whose stream failed for good, or that the server would not set up. */
export function ended(cancelReason: string, error?: ClientError): WatchUpdate {
  return {
    header: undefined,
    events: [],
    created: false,
    canceled: true,
    compactRevision: 0n,
    cancelReason,
    isProgressNotify: false,
    ...(error && { error }),
  };
}
