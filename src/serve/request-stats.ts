import { type Clock, formatMs, type LogSink } from '../base/index.ts';
import type { WireMethod } from '../wire/method.ts';
import { requestText } from '../wire/request-text.ts';
import { kv } from '../wire/services/kv.ts';

export interface RequestStatsOptions {
  readonly clock: Clock;
  readonly log: LogSink;
  /** Requests that take longer are told of. */
  readonly slowMs: number;
}

/** Those whose content is logged, with what they count of it and of the answer. */
const COUNTED: ReadonlyMap<string, Counts> = new Map<string, Counts>([
  [kv.range.path, { response: 'count' }],
  [kv.put.path, { requests: 1 }],
  [kv.deleteRange.path, { response: 'deleted' }],
  [kv.txn.path, { requests: 'operations' }],
]);

interface Counts {
  readonly requests?: number | 'operations';
  /** The field of the answer with the number. */
  readonly response?: 'count' | 'deleted';
}

/** Logs the unary requests that took long (etcd's --warning-unary-request-duration), as etcd does. */
export class RequestStats {
  readonly #options: RequestStatsOptions;

  constructor(options: RequestStatsOptions) {
    this.#options = options;
  }

  /** Call it when a request begins; what it returns, when it is answered. */
  begin(): <Req, Res>(method: WireMethod<Req, Res>, remote: string, request: Req, response: Res | undefined) => void {
    const { clock, slowMs } = this.#options;
    const sinceMs = clock.nowMs();
    return (method, remote, request, response) => {
      const tookMs = clock.nowMs() - sinceMs;
      if (tookMs > slowMs) this.#tell(tookMs, method, { remote, request, response });
    };
  }

  #tell<Req, Res>(
    tookMs: number,
    method: WireMethod<Req, Res>,
    { remote, request, response }: { remote: string; request: Req; response: Res | undefined },
  ): void {
    const { clock, log } = this.#options;
    const counts = COUNTED.get(method.path);
    const isKnown = counts !== undefined && typeof request === 'object' && request !== null;
    const fields = {
      'start time': new Date(clock.wallMs() - tookMs).toISOString(),
      'time spent': formatMs(tookMs),
      remote,
      'response type': method.path,
      'request count': isKnown ? requestsIn(counts, request, response) : -1,
      'request size': isKnown ? method.sizeOfRequest(request) : -1,
      'response count': isKnown ? countIn(response, counts.response) : -1,
      'response size': isKnown ? sizeOf(method, response) : -1,
      'request content': isKnown ? requestText(request) : '',
    };
    log({ level: 'warn', message: 'request stats', fields });
  }
}

const sizeOf = <Req, Res>(method: WireMethod<Req, Res>, response: Res | undefined): number =>
  response === undefined ? 0 : method.encodeResponse(response).byteLength;

/** Of a transaction, the operations of the branch that was taken. */
function requestsIn({ requests = 0 }: Counts, request: object, response: unknown): number {
  if (typeof requests === 'number') return requests;
  const hasSucceeded = fieldOf(response, 'succeeded') === true;
  const operations = fieldOf(request, hasSucceeded ? 'success' : 'failure');
  return Array.isArray(operations) ? operations.length : 0;
}

function countIn(response: unknown, field: string | undefined): bigint {
  const count = field === undefined ? 0n : fieldOf(response, field);
  return typeof count === 'bigint' ? count : 0n;
}

const fieldOf = (message: unknown, name: string): unknown =>
  typeof message === 'object' && message !== null ? Reflect.get(message, name) : undefined;
