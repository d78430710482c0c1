import {
  checkDeleteRange,
  checkPut,
  checkRange,
  checkTxn,
  txnIsReadonly,
  txnIsSerializable,
} from '../../mvcc/index.ts';
import { refuse } from '../../wire/etcd-error.ts';
import type {
  CompactionResponse,
  DeleteRangeResponse,
  PutResponse,
  RangeResponse,
  TxnResponse,
} from '../../wire/index.ts';
import { ALARM } from '../alarms.ts';
import type { Caller, MemberApi } from '../api.ts';
import { putCost, txnCost } from '../quota.ts';
import type { RpcContext } from './context.ts';

export function kvApi(context: RpcContext): MemberApi['kv'] {
  const { core } = context;
  return {
    async range(request, caller) {
      if (!request.serializable) context.refuseLearner();
      checkRange(request);
      const tellSlow: Tell<RangeResponse> = (tookMs, ...outcome) => core.slow.ranged(tookMs, request, ...outcome);
      return measured(context, { kind: 'Range', tellSlow }, async () => {
        if (!request.serializable) await core.reads.catchUp(caller.signal);
        const { store, auth } = context.state;
        const check = (identity: Parameters<typeof auth.access.checkRange>[0]): void =>
          auth.access.checkRange(identity, request);
        return context.read<RangeResponse>(caller, check, () => store.range(request));
      });
    },

    async put(request, caller) {
      context.refuseLearner();
      checkPut(request);
      await refuseIfFull(context, putCost(request), caller);
      return context.propose<PutResponse>({ put: request }, caller);
    },

    async deleteRange(request, caller) {
      context.refuseLearner();
      checkDeleteRange(request);
      return context.propose<DeleteRangeResponse>({ delete_range: request }, caller);
    },

    async txn(request, caller) {
      context.refuseLearner();
      checkTxn(request, core.limits.maxTxnOps);
      await refuseIfFull(context, txnCost(request), caller);
      if (!txnIsReadonly(request)) return context.propose<TxnResponse>({ txn: request }, caller);
      const tellSlow: Tell<TxnResponse> = (tookMs, ...outcome) => core.slow.read(tookMs, request, ...outcome);
      return measured(context, { kind: 'ReadonlyTxn', tellSlow }, async () => {
        if (!txnIsSerializable(request)) await core.reads.catchUp(caller.signal);
        const { store, auth } = context.state;
        const check = (identity: Parameters<typeof auth.access.checkTxn>[0]): void =>
          auth.access.checkTxn(identity, request);
        return context.read<TxnResponse>(caller, check, () => store.txn(request));
      });
    },

    async compact(request, caller) {
      context.refuseLearner();
      await context.checkAdmin(caller);
      const identity = await context.identify(caller);
      const { done } = await core.proposer.propose({ compaction: request }, identity, caller.signal);
      if (request.physical) {
        await done?.catch(() => {
          throw refuse.stopped();
        });
        // Else a crash could bring back what the answer says is gone.
        await context.state.backend.commit();
      }
      return { header: context.state.header() } satisfies CompactionResponse;
    },
  };
}

type Tell<T> = (tookMs: number, response: T | undefined, error?: unknown) => void;

/** Requests that go through the log are measured there. */
async function measured<T>(
  { core }: RpcContext,
  { kind, tellSlow }: { readonly kind: string; readonly tellSlow: Tell<T> },
  answer: () => Promise<T>,
): Promise<T> {
  const { clock, figures } = core;
  const sinceMs = clock.nowMs();
  const tell = (success: 'true' | 'false'): number => {
    const tookMs = clock.nowMs() - sinceMs;
    figures.observe('etcd_server_request_duration_seconds', tookMs / 1000, kind, success);
    return tookMs;
  };
  try {
    const response = await answer();
    tellSlow(tell('true'), response);
    return response;
  } catch (error) {
    tellSlow(tell('false'), undefined, error);
    throw error;
  }
}

/** Before it costs the log anything. Whoever is refused has raised the alarm by it. */
export async function refuseIfFull({ core, state }: RpcContext, cost: number, caller: Caller): Promise<void> {
  if (core.quota.hasRoomFor(cost)) return;
  const alarm = { action: 1, memberID: state.memberId, alarm: ALARM.NOSPACE } as const;
  await core.proposer.propose({ alarm }, state.auth.self(), caller.signal);
  throw refuse.noSpace();
}
