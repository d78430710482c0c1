import { GrpcError, StatusCode } from '../../grpc/index.ts';
import type { Caller, MemberApi } from '../../member/index.ts';
import { lock } from '../../wire/services/lock.ts';
import type { ResponseHeader } from '../../wire/index.ts';
import type { Registrar } from '../registrar.ts';
import { afterwards } from '../rpc-caller.ts';
import { asUnknown, QueueOfKeys } from './queue-of-keys.ts';
import { deleteOp, ifCreatedAt, putOp, rangeOf, rangeOp } from './requests.ts';

/** Mutexes under etcd's own layout of keys, so that they exclude the clients' own: NAME/LEASE in hexadecimal. */
export function serveLock(routes: Registrar, member: MemberApi): void {
  routes.unary(lock.lock, ({ name, lease }, caller) => acquire(member, caller, { name, lease }));
  routes.unary(lock.unlock, async ({ key }, caller) => {
    const { header } = await asUnknown(
      member.kv.deleteRange({ key, range_end: new Uint8Array(), prev_kv: false }, caller),
    );
    return { header };
  });
}

interface Held {
  readonly header: ResponseHeader | undefined;
  readonly key: Uint8Array;
}

async function acquire(
  member: MemberApi,
  caller: Caller,
  wanted: { readonly name: Uint8Array; readonly lease: bigint },
): Promise<Held> {
  const queue = QueueOfKeys.of(member, caller, wanted.name);
  const lease = await queue.leaseOr(wanted.lease);
  const key = queue.keyOf(lease);
  const { header, succeeded, responses } = await queue.txn(
    ifCreatedAt(key, 0n, {
      success: [putOp(key, new Uint8Array(), lease), rangeOp(queue.oldest())],
      failure: [rangeOp(rangeOf(key)), rangeOp(queue.oldest())],
    }),
  );
  const createdAt = succeeded ? header?.revision : responses[0]?.response_range?.kvs[0]?.create_revision;
  const revision = createdAt ?? 0n;
  const owner = responses[1]?.response_range?.kvs[0];
  if (owner === undefined || owner.create_revision === revision) return { header, key };
  try {
    await queue.waitForOlder(revision - 1n);
    const mine = await queue.range(rangeOf(key));
    // While others held the lock the lease may have run out, and the key with it.
    if (mine.kvs.length === 0) throw expired();
    return { header: mine.header, key };
  } catch (error) {
    await withdraw(member, afterwards(caller), key, revision);
    throw error;
  }
}

/** Whoever gives up must not stand in the way of those behind. The failure that led here is the one to tell of. */
async function withdraw(member: MemberApi, caller: Caller, key: Uint8Array, revision: bigint): Promise<void> {
  const request = ifCreatedAt(key, revision, { success: [deleteOp(key)] });
  await member.kv.txn(request, caller).catch(() => undefined);
}

const expired = (): GrpcError => new GrpcError(StatusCode.Unknown, 'mutex: session is expired');
