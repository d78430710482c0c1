import { equalBytes } from '../../base/index.ts';
import { GrpcError, StatusCode } from '../../grpc/index.ts';
import type { Caller, MemberApi } from '../../member/index.ts';
import type { CampaignRequest, CampaignResponse, LeaderKey } from '../../wire/gen/rpc/election.ts';
import type { ResponseHeader, TxnResponse } from '../../wire/index.ts';
import { election } from '../../wire/services/election.ts';
import type { Registrar } from '../registrar.ts';
import { afterwards } from '../rpc-caller.ts';
import { observe } from './observe.ts';
import { QueueOfKeys } from './queue-of-keys.ts';
import { deleteOp, ifCreatedAt, putOp, rangeOf, rangeOp } from './requests.ts';

/** Elections under etcd's own layout of keys: NAME/LEASE in hexadecimal, with what the candidate proclaims. */
export function serveElection(routes: Registrar, member: MemberApi): void {
  routes.unary(election.campaign, (request, caller) => campaign(member, caller, request));
  routes.unary(election.proclaim, async ({ leader, value }, caller) => {
    return { header: await proclaim(queueOf(member, caller, leader), orRefuse(leader), value) };
  });
  routes.unary(election.resign, async ({ leader }, caller) => {
    return { header: (await resign(queueOf(member, caller, leader), orRefuse(leader))).header };
  });
  routes.unary(election.leader, async ({ name }, caller) => {
    const queue = QueueOfKeys.of(member, caller, name);
    const { header, kvs } = await queue.range(queue.oldest());
    if (kvs.length === 0) throw failed('election: no leader');
    return { header, kv: kvs[0] };
  });
  routes.serverStream(election.observe, ({ name }, responses, caller) =>
    observe(QueueOfKeys.of(member, caller, name), responses),
  );
}

async function campaign(
  member: MemberApi,
  caller: Caller,
  { name, lease: wanted, value }: CampaignRequest,
): Promise<CampaignResponse> {
  const queue = QueueOfKeys.of(member, caller, name);
  const lease = await queue.leaseOr(wanted);
  const key = queue.keyOf(lease);
  const answer = await queue.txn(
    ifCreatedAt(key, 0n, { success: [putOp(key, value, lease)], failure: [rangeOp(rangeOf(key))] }),
  );
  const known = answer.responses[0]?.response_range?.kvs[0];
  const rev = answer.succeeded ? (answer.header?.revision ?? 0n) : (known?.create_revision ?? 0n);
  const leader: LeaderKey = { name, key, rev, lease };
  try {
    // Campaigning again with the same lease goes on where it was, with what is proclaimed now.
    if (known !== undefined && !equalBytes(known.value, value)) await proclaim(queue, leader, value);
    await queue.waitForOlder(rev - 1n);
  } catch (error) {
    await resign(QueueOfKeys.of(member, afterwards(caller), name), leader).catch(() => undefined);
    throw error;
  }
  return { header: answer.header, leader };
}

async function proclaim(queue: QueueOfKeys, leader: LeaderKey, value: Uint8Array): Promise<ResponseHeader | undefined> {
  const { key, rev, lease } = leader;
  const { succeeded, header } = await queue.txn(ifCreatedAt(key, rev, { success: [putOp(key, value, lease)] }));
  if (!succeeded) throw failed('election: not leader');
  return header;
}

/** Whoever is not the leader any more has nothing left to resign from, which is no failure. */
function resign(queue: QueueOfKeys, { key, rev }: LeaderKey): Promise<TxnResponse> {
  return queue.txn(ifCreatedAt(key, rev, { success: [deleteOp(key)] }));
}

const queueOf = (member: MemberApi, caller: Caller, leader: LeaderKey | undefined): QueueOfKeys =>
  new QueueOfKeys(member, caller, leader?.name ?? new Uint8Array());

function orRefuse(leader: LeaderKey | undefined): LeaderKey {
  if (leader === undefined) throw failed('"leader" field must be provided');
  return leader;
}

const failed = (details: string): GrpcError => new GrpcError(StatusCode.Unknown, details);
