import { formatMs, type LogSink, messageOf } from '../base/index.ts';
import type { Figures } from '../figures/index.ts';
import type { InternalRaftRequest } from '../wire/disk.ts';
import type {
  DeleteRangeResponse,
  PutResponse,
  RangeRequest,
  RangeResponse,
  TxnRequest,
  TxnResponse,
} from '../wire/index.ts';
import { requestText } from '../wire/request-text.ts';
import { kv } from '../wire/services/kv.ts';
import type { ApplyResult } from './apply/result.ts';

interface Slow {
  readonly prefix: '' | 'read-only range ' | 'read-only txn ';
  readonly request: object;
  readonly response: string;
  readonly error: unknown;
}

/** Logs and counts the requests that took the state long (etcd's --warning-apply-duration), as etcd does. */
export class SlowRequests {
  readonly #figures: Figures;
  readonly #log: LogSink;
  readonly #slowMs: number;

  constructor(figures: Figures, log: LogSink, slowMs: number) {
    this.#figures = figures;
    this.#log = log;
    this.#slowMs = slowMs;
  }

  /** A request of the log was applied. */
  applied(tookMs: number, request: InternalRaftRequest, { response, error }: ApplyResult): void {
    if (tookMs <= this.#slowMs) return;
    const bytes = response === undefined ? undefined : sizeOf(request, response);
    this.#tell(tookMs, { prefix: '', request, response: bytes === undefined ? '' : `size:${bytes}`, error });
  }

  /** A range was read; without a response it failed. */
  ranged(tookMs: number, request: RangeRequest, response: RangeResponse | undefined, error?: unknown): void {
    if (tookMs <= this.#slowMs) return;
    const size = response && kv.range.encodeResponse(response).byteLength;
    const text = response === undefined ? '' : `range_response_count:${response.kvs.length} size:${size}`;
    this.#tell(tookMs, { prefix: 'read-only range ', request, response: text, error });
  }

  /** The same for a transaction that only reads. */
  read(tookMs: number, request: TxnRequest, response: TxnResponse | undefined, error?: unknown): void {
    if (tookMs <= this.#slowMs) return;
    const counts = response?.responses.map((each) => `range_response_count:${each.response_range?.kvs.length ?? 0}`);
    const size = response && kv.txn.encodeResponse(response).byteLength;
    const text = counts === undefined ? '' : `responses:<${counts.join(' ')}> size:${size}`;
    this.#tell(tookMs, { prefix: 'read-only txn ', request, response: text, error });
  }

  #tell(tookMs: number, { prefix, request, response, error }: Slow): void {
    this.#figures.add('etcd_server_slow_apply_total');
    const fields = {
      took: formatMs(tookMs),
      'expected-duration': formatMs(this.#slowMs),
      prefix,
      request: requestText(request),
      response,
      ...(error !== undefined && { error: messageOf(error) }),
    };
    this.#log({ level: 'warn', message: 'apply request took too long', fields });
  }
}

/** Of an answer to a request for keys; the others are all small. */
function sizeOf(
  { put, range, delete_range: deleteRange, txn }: InternalRaftRequest,
  response: object,
): number | undefined {
  const method = (put && kv.put) ?? (txn && kv.txn) ?? (deleteRange && kv.deleteRange) ?? (range && kv.range);
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the applier answers each kind of request in kind
  return method?.encodeResponse(response as PutResponse & TxnResponse & DeleteRangeResponse & RangeResponse).byteLength;
}
