import type { WatchUpdate } from '../../../client/index.ts';
import type { ResponseOp, TxnResponse } from '../../../wire/index.ts';
import { watchHeader } from '../watch-header.ts';
import { type Shape, Struct } from './struct.ts';

/** A transaction's answers stand in a wrapper named `Response`, as Go's oneof once had it. */
export function txnShape(response: TxnResponse): Shape {
  return {
    header: response.header,
    succeeded: response.succeeded,
    responses: response.responses.map((op) => new Struct([['Response', answerShape(op)]])),
  };
}

function answerShape(op: ResponseOp): Shape {
  return op.response_txn === undefined ? op : { response_txn: txnShape(op.response_txn) };
}

/** The reason of a cancellation is told on stderr alone. */
export function watchShape(update: WatchUpdate): Shape {
  return new Struct([
    ['Header', watchHeader(update) ?? {}],
    ['Events', update.events.length === 0 ? null : update.events],
    ['CompactRevision', update.compactRevision],
    ['Canceled', update.canceled],
    ['Created', update.created],
    ['CancelReason', ''],
  ]);
}
