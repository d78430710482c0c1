import type { Message } from '../message.ts';
import type { Progress } from '../tracker/index.ts';
import { NONE } from '../types.ts';
import { hex } from '../text.ts';
import { sendAppend } from './replicate.ts';
import { forwardToLeader, send } from './send.ts';
import type { Raft } from './state.ts';

/**
 * A leader is asked to hand over to the sender of `m`. It takes no proposals
 * until the other is up to date and elected, or an election timeout has passed.
 */
export function transferAsLeader(r: Raft, m: Message, pr: Progress): void {
  const to = m.from;
  if (pr.isLearner) {
    r.logger.debug(`${hex(r.id)} is learner. Ignored transferring leadership`);
    return;
  }
  if (r.leadTransferee === to) {
    r.logger.info(
      `${hex(r.id)} [term ${r.term}] transfer leadership to ${hex(to)} is in progress, ` +
        `ignores request to same node ${hex(to)}`,
    );
    return;
  }
  if (r.leadTransferee !== NONE) {
    const previous = r.leadTransferee;
    abortTransfer(r);
    r.logger.info(`${hex(r.id)} [term ${r.term}] abort previous transferring leadership to ${hex(previous)}`);
  }
  if (to === r.id) {
    r.logger.debug(`${hex(r.id)} is already leader. Ignored transferring leadership to self`);
    return;
  }
  r.logger.info(`${hex(r.id)} [term ${r.term}] starts to transfer leadership to ${hex(to)}`);
  r.electionElapsed = 0;
  r.leadTransferee = to;
  if (pr.match === r.log.lastIndex()) {
    send(r, 'MsgTimeoutNow', { to });
    r.logger.info(
      `${hex(r.id)} sends MsgTimeoutNow to ${hex(to)} immediately as ${hex(to)} already has up-to-date log`,
    );
  } else {
    sendAppend(r, to, true);
  }
}

export function transferAsFollower(r: Raft, m: Message): void {
  if (r.lead === NONE) {
    r.logger.info(`${hex(r.id)} no leader at term ${r.term}; dropping leader transfer msg`);
    return;
  }
  forwardToLeader(r, m);
}

/** The transferee has acknowledged entries: once it has them all it may campaign. */
export function continueTransfer(r: Raft, from: bigint, pr: Progress): void {
  if (from === r.leadTransferee && pr.match === r.log.lastIndex()) {
    r.logger.info(`${hex(r.id)} sent MsgTimeoutNow to ${hex(from)} after received MsgAppResp`);
    send(r, 'MsgTimeoutNow', { to: from });
  }
}

export function abortTransfer(r: Raft): void {
  r.leadTransferee = NONE;
}
