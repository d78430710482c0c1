import { type Message, message } from '../message.ts';
import { NO_BYTES, NONE } from '../types.ts';
import { hex } from '../text.ts';
import { broadcastHeartbeat } from './replicate.ts';
import { forwardToLeader, send } from './send.ts';
import type { Raft } from './state.ts';

/**
 * A leader takes a read: the index at which it may be answered is the commit
 * index of now, once it is sure that no other leader has committed more.
 */
export function readAsLeader(r: Raft, request: Message): void {
  if (hasCommittedInTerm(r)) {
    confirm(r, request);
  } else {
    // The commit index may lag behind what earlier leaders have committed, be it this node before a restart.
    r.postponedReads.push(request);
  }
}

export function readAsFollower(r: Raft, request: Message): void {
  if (r.lead === NONE) {
    r.logger.info(`${hex(r.id)} no leader at term ${r.term}; dropping index reading msg`);
    return;
  }
  forwardToLeader(r, request);
}

/** A leader's answer to a read that this node forwarded. */
export function receiveReadIndex(r: Raft, m: Message): void {
  const [entry] = m.entries;
  if (entry === undefined || m.entries.length !== 1) {
    r.logger.error(
      `${hex(r.id)} invalid format of MsgReadIndexResp from ${hex(m.from)}, entries count: ${m.entries.length}`,
    );
    return;
  }
  r.readStates.push({ index: m.index, context: entry.data });
}

/** The leader has committed an entry of its own term: the reads that waited for it may go on. */
export function releasePostponedReads(r: Raft): void {
  if (r.postponedReads.length === 0 || !hasCommittedInTerm(r)) {
    return;
  }
  const requests = r.postponedReads;
  r.postponedReads = [];
  for (const request of requests) {
    confirm(r, request);
  }
}

/** A follower has answered a heartbeat: with a quorum of such answers the reads before it may be answered. */
export function acknowledgeReads(r: Raft, { from, context }: Message): void {
  if (r.settings.readOnly !== 'safe' || context.length === 0) {
    return;
  }
  r.reads.acknowledge(from, context);
  answerConfirmed(r);
}

function confirm(r: Raft, request: Message): void {
  if (r.settings.readOnly === 'leaseBased' || r.tracker.isOnlyVoter(r.id)) {
    answer(r, request, r.log.committed);
    return;
  }
  r.reads.add({ request, index: r.log.committed });
  r.reads.acknowledge(r.id, r.reads.heartbeatContext());
  broadcastHeartbeat(r);
}

function answerConfirmed(r: Raft): void {
  for (const { request, index } of r.reads.takeConfirmed(r.tracker.config.voters)) {
    answer(r, request, index);
  }
}

function answer(r: Raft, request: Message, index: bigint): void {
  if (request.from === NONE || request.from === r.id) {
    r.readStates.push({ index, context: request.entries[0]?.data ?? NO_BYTES });
  } else {
    send(r, 'MsgReadIndexResp', { to: request.from, index, entries: request.entries });
  }
}

function hasCommittedInTerm(r: Raft): boolean {
  return r.log.termOrZero(r.log.committed) === r.term;
}

/** The message that asks for a read; `context` comes back with the answer. */
export function readRequest(context: Uint8Array): Message {
  return message('MsgReadIndex', { entries: [{ term: 0n, index: 0n, type: 'EntryNormal', data: context }] });
}
