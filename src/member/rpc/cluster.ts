import { messageOf, TextError } from '../../base/index.ts';
import { parsePeerUrls } from '../../base/peer-urls.ts';
import type { ConfChangeType } from '../../raft/index.ts';
import { EtcdError, refuse } from '../../wire/etcd-error.ts';
import type { Member as MemberInfo } from '../../wire/index.ts';
import type { Caller, MemberApi } from '../api.ts';
import { memberId } from '../../base/member-ids.ts';
import { encodePromotion, encodeRecord, type MemberRecord, toInfo } from '../membership/record.ts';
import { checkMayAdd, checkMayPromote, checkMayRemove, type Situation } from '../membership/strict.ts';
import type { RpcContext } from './context.ts';
import { askLeader } from './leader-call.ts';

const NO_BYTES = new Uint8Array(0);
/** How far a learner has to be, as a part of how far the leader is. */
const READY_PERCENT = 90n;
const RETRY_MS = 50;

export function clusterApi(context: RpcContext): MemberApi['cluster'] {
  const { core } = context;
  const answer = (members: readonly MemberRecord[]): { header: ReturnType<typeof header>; members: MemberInfo[] } => ({
    header: header(context),
    members: members.map(toInfo),
  });
  return {
    async list(request, caller) {
      context.refuseLearner();
      if (request.linearizable) await core.reads.catchUp(caller.signal);
      await context.checkNamed(caller);
      return answer(context.state.roster.members);
    },

    async add(request, caller) {
      context.refuseLearner();
      const peerUrls = peerUrlsOf(request.peerURLs);
      await context.checkAdmin(caller);
      const { isLearner } = request;
      if (core.limits.strictReconfigCheck) checkMayAdd(situation(context), isLearner);
      // The time makes it another member than one of these URLs that was removed before.
      const id = memberId(peerUrls, '', Math.trunc(core.clock.wallMs() / 1000));
      const member: MemberRecord = { id, name: '', peerUrls, clientUrls: [], isLearner };
      const type = isLearner ? 'ConfChangeAddLearnerNode' : 'ConfChangeAddNode';
      const members = await configure(context, type, id, encodeRecord(member), caller);
      return { ...answer(members), member: toInfo(member) };
    },

    async remove({ ID }, caller) {
      context.refuseLearner();
      await context.checkAdmin(caller);
      if (core.limits.strictReconfigCheck) {
        const isLearner = context.state.roster.member(ID)?.isLearner ?? false;
        checkMayRemove(situation(context), { id: ID, isLearner });
      }
      return answer(await configure(context, 'ConfChangeRemoveNode', ID, NO_BYTES, caller));
    },

    async update({ ID, peerURLs }, caller) {
      context.refuseLearner();
      await context.checkAdmin(caller);
      const member: MemberRecord = { id: ID, name: '', peerUrls: peerURLs, clientUrls: [], isLearner: false };
      return answer(await configure(context, 'ConfChangeUpdateNode', ID, encodeRecord(member), caller));
    },

    async promote({ ID }, caller) {
      context.refuseLearner();
      await context.checkAdmin(caller);
      if (core.leadership.isSelf) return answer(await promoteHere(context, ID, caller));
      const members = await askLeader(
        core,
        {
          retryMs: RETRY_MS,
          signal: caller.signal,
          isFinal: (error) => error instanceof EtcdError && !isNotLeader(error),
        },
        (leader) => leader.promote(ID),
      );
      return { header: header(context), members: [...members] };
    },
  };
}

/** Those of membership tell no revision, as etcd's do not. */
const header = ({ state }: RpcContext): ReturnType<RpcContext['state']['header']> => state.header(0n);

const isNotLeader = ({ message }: EtcdError): boolean => message === refuse.notLeader().message;

function peerUrlsOf(texts: readonly string[]): string[] {
  try {
    return parsePeerUrls(texts).map(({ text }) => text);
  } catch (error) {
    if (error instanceof TextError) throw refuse.badMemberUrls();
    throw error;
  }
}

function situation({ core, state }: RpcContext): Situation {
  return {
    self: state.memberId,
    voters: state.roster.voters,
    activeSince: (id) => core.link.activeSince(id),
    nowMs: core.clock.nowMs(),
  };
}

/** On the leader, who alone knows how far the learner is. @throws EtcdError */
export async function promoteHere(context: RpcContext, id: bigint, caller: Caller): Promise<readonly MemberRecord[]> {
  const { figures } = context.core;
  try {
    const members = await promote(context, id, caller);
    figures.add('etcd_server_learner_promote_successes');
    return members;
  } catch (error) {
    figures.add('etcd_server_learner_promote_failures', 1, messageOf(error));
    throw error;
  }
}

async function promote(context: RpcContext, id: bigint, caller: Caller): Promise<readonly MemberRecord[]> {
  const { core } = context;
  await core.untilCommittedIsApplied();
  const { progress } = core.driver.node.status();
  if (progress.size === 0) throw refuse.notLeader();
  const learner = progress.get(id);
  if (!learner) throw refuse.memberNotFound();
  const leaderMatch = progress.get(context.state.memberId)?.match ?? 0n;
  if (learner.match * 100n < leaderMatch * READY_PERCENT) throw refuse.learnerNotReady();
  if (core.limits.strictReconfigCheck) checkMayPromote({ voters: context.state.roster.voters });
  return configure(context, 'ConfChangeAddNode', id, encodePromotion(id), caller);
}

/** Puts a change through the log; resolves with the members as they are then. */
async function configure(
  { core }: RpcContext,
  type: ConfChangeType,
  nodeId: bigint,
  context: Uint8Array,
  { signal }: Caller,
): Promise<readonly MemberRecord[]> {
  const id = core.ids.next();
  const { waits } = core.proposer;
  const result = waits.wait(id, signal);
  core.driver.propose({
    data: { id, type, nodeId, context },
    isWanted: () => waits.isWaited(id),
    dropped: (error) => void waits.reject(id, error),
  });
  const { response, error } = await result;
  if (error) throw error;
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- this is how changes of the membership are answered
  return response as readonly MemberRecord[];
}
