/** The requests of a simulation as etcd's messages, and etcd's answers as the models understand them. */
import { rawText, rawTextBytes } from '../../../src/base/index.ts';
import type { Caller, MemberApi } from '../../../src/member/index.ts';
import { DeleteRangeRequest, PutRequest, RangeRequest, TxnRequest } from '../../../src/wire/gen/rpc/kv.ts';
import type {
  Event,
  KeyValue,
  ResponseHeader,
  ResponseOp,
  WatchResponse as WireResponse,
} from '../../../src/wire/index.ts';
import { isSingle, type Request, type Response, type Result, type Step, type Stored } from '../history/requests.ts';
import type { WatchEvent, WatchResponse } from '../history/watch-record.ts';

const NOBODY: Caller = {};

/** How far back a read goes; only for requests that read one key. */
export interface Staleness {
  readonly serializable?: boolean;
  readonly revision?: bigint;
}

export async function ask({ kv }: MemberApi, request: Request, stale: Staleness = {}): Promise<Response> {
  if (!isSingle(request)) {
    const { header, succeeded, responses } = await kv.txn(TxnRequest.fromPartial(txnOf(request)), NOBODY);
    const steps = succeeded ? request.success : request.failure;
    return {
      revision: revisionOf(header),
      succeeded,
      results: responses.map((each, at) => resultOf(each, steps[at]!)),
    };
  }
  const step = request.success[0]!;
  const key = rawTextBytes(step.key);
  if (step.kind === 'put') {
    const { header } = await kv.put(PutRequest.fromPartial({ key, value: rawTextBytes(step.value) }), NOBODY);
    return answer(header, { kind: 'put' });
  }
  if (step.kind === 'delete') {
    const { header, deleted } = await kv.deleteRange(DeleteRangeRequest.fromPartial({ key }), NOBODY);
    return answer(header, { kind: 'delete', deleted });
  }
  const { header, kvs } = await kv.range(RangeRequest.fromPartial({ key, ...stale }), NOBODY);
  return answer(header, { kind: 'get', stored: kvs[0] && storedOf(kvs[0]) });
}

const answer = (header: ResponseHeader | undefined, result: Result): Response => ({
  revision: revisionOf(header),
  succeeded: true,
  results: [result],
});

function txnOf({ when, success, failure }: Request) {
  return {
    compare: when.map(({ key, mod }) => ({
      key: rawTextBytes(key),
      target: 2 as const,
      result: 0 as const,
      mod_revision: mod,
    })),
    success: success.map(opOf),
    failure: failure.map(opOf),
  };
}

function opOf(step: Step) {
  const key = rawTextBytes(step.key);
  if (step.kind === 'put') return { request_put: { key, value: rawTextBytes(step.value) } };
  return step.kind === 'get' ? { request_range: { key } } : { request_delete_range: { key } };
}

function resultOf(response: ResponseOp, step: Step): Result {
  if (step.kind === 'put') return { kind: 'put' };
  if (step.kind === 'delete') return { kind: 'delete', deleted: response.response_delete_range?.deleted ?? 0n };
  const found = response.response_range?.kvs[0];
  return { kind: 'get', stored: found && storedOf(found) };
}

export function storedOf(kv: KeyValue): Stored {
  return { value: rawText(kv.value), create: kv.create_revision, mod: kv.mod_revision, version: kv.version };
}

export function revisionOf(header: ResponseHeader | undefined): bigint {
  if (!header) throw new Error('the answer has no header');
  return header.revision;
}

export function watchResponse({ header, events, fragment }: WireResponse): WatchResponse {
  return { revision: revisionOf(header), events: events.map(eventOf), isFragment: fragment };
}

function eventOf({ type, kv, prev_kv }: Event): WatchEvent {
  const event = {
    type: type === 0 ? ('put' as const) : ('delete' as const),
    key: rawText(kv!.key),
    stored: storedOf(kv!),
  };
  return prev_kv ? { ...event, prev: storedOf(prev_kv) } : event;
}
