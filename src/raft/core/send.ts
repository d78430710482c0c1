import { fail } from '../errors.ts';
import { type Message, message, type MessageType } from '../message.ts';
import { NONE } from '../types.ts';
import type { Raft } from './state.ts';

/** A message to send; `from` defaults to this node. */
type Fields = Omit<Parameters<typeof message>[1], 'term'> & { readonly to: bigint };

/** Sends in the current term. */
export function send(r: Raft, type: MessageType, fields: Fields): void {
  enqueue(r, message(type, { from: r.id, ...fields, term: r.term }));
}

/** Requests for votes and answers to them name the term of the election, which may not be the node's own. */
export function sendVote(r: Raft, type: MessageType, fields: Fields & { readonly term: bigint }): void {
  if (fields.term === 0n) {
    fail(`term should be set when sending ${type}`);
  }
  enqueue(r, message(type, { from: r.id, ...fields }));
}

/**
 * Passes a client's request on to the leader. A proposal or a read is for
 * whoever leads when it arrives and so belongs to no term; a transfer of
 * leadership is asked of the leader of this term only.
 */
export function forwardToLeader(r: Raft, request: Message): void {
  const from = request.from === NONE ? r.id : request.from;
  enqueue(r, { ...request, to: r.lead, from, term: request.type === 'MsgTransferLeader' ? r.term : 0n });
}

/**
 * A vote, and the acknowledgement of entries, are promises that a restart must
 * not break (§3.8 of the dissertation): they wait until what they promise is
 * persisted. So do refusals, though it might be safe to send those earlier.
 */
function enqueue(r: Raft, m: Message): void {
  if (m.type === 'MsgAppResp' || m.type === 'MsgVoteResp' || m.type === 'MsgPreVoteResp') {
    r.outboxAfterAppend.push(m);
    return;
  }
  if (m.to === r.id) {
    fail(`message should not be self-addressed when sending ${m.type}`);
  }
  r.outbox.push(m);
}
