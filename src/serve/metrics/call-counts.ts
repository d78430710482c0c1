import type { Family, Figures, Sample } from '../../figures/index.ts';
import { StatusCode, statusName } from '../../grpc/index.ts';
import type { Observer, ServedMethod } from '../../grpc/server/index.ts';
import type { CallTimes } from './call-times.ts';

type Shape = Pick<ServedMethod<unknown, unknown>, 'path' | 'requestStream' | 'responseStream'>;
type Labels = Readonly<Record<string, string>>;

interface Counts {
  readonly labels: Labels;
  started: number;
  received: number;
  sent: number;
  readonly ended: Map<number, number>;
}

/** Of clients, who could otherwise make up as many as they like. */
const API_VERSION = /^\d{1,2}\.\d{1,2}$/;

/** Counts calls and messages by method. Only those that are served count: clients must not be able to invent any. */
export class CallCounts implements Observer {
  readonly #byPath = new Map<string, Counts>();
  readonly #figures: Figures;
  readonly #times: CallTimes | undefined;

  /** @param times where it is told how long calls take; they are not timed if absent */
  constructor(figures: Figures, times: CallTimes | undefined) {
    this.#figures = figures;
    this.#times = times;
  }

  /** Tells of a method from now on, with every status it may end with. */
  serve(method: Shape): void {
    const ended = new Map(Object.values(StatusCode).map((code) => [code, 0]));
    const labels = labelsOf(method);
    this.#byPath.set(method.path, { labels, started: 0, received: 0, sent: 0, ended });
    this.#times?.serve(method.path, labels);
  }

  /** @param answer of a call that begins now */
  time<T>(path: string, answer: Promise<T>): Promise<T> {
    this.#times?.take(path, answer);
    return answer;
  }

  /** @param apiVersion as the client tells it */
  request(type: 'unary' | 'stream', apiVersion: string | undefined): void {
    const version = apiVersion !== undefined && API_VERSION.test(apiVersion) ? apiVersion : 'unknown';
    this.#figures.add('etcd_server_client_requests_total', 1, type, version);
  }

  started(path: string): void {
    const counts = this.#byPath.get(path);
    if (counts !== undefined) counts.started += 1;
  }

  ended(path: string, code: number): void {
    const counts = this.#byPath.get(path);
    counts?.ended.set(code, (counts.ended.get(code) ?? 0) + 1);
  }

  received(path: string, bytes: number): void {
    const counts = this.#byPath.get(path);
    if (counts === undefined) return;
    counts.received += 1;
    this.#figures.add('etcd_network_client_grpc_received_bytes_total', bytes);
  }

  sent(path: string, bytes: number): void {
    const counts = this.#byPath.get(path);
    if (counts === undefined) return;
    counts.sent += 1;
    this.#figures.add('etcd_network_client_grpc_sent_bytes_total', bytes);
  }

  families(): Family[] {
    return [
      counter('grpc_server_started_total', 'Calls begun.', this.#samples('started')),
      counter('grpc_server_handled_total', 'Calls ended, by their status.', this.#endings()),
      counter('grpc_server_msg_received_total', 'Messages received.', this.#samples('received')),
      counter('grpc_server_msg_sent_total', 'Messages sent.', this.#samples('sent')),
      ...(this.#times === undefined ? [] : [this.#times.family()]),
    ];
  }

  #samples(what: 'started' | 'received' | 'sent'): Sample[] {
    return [...this.#byPath.values()].map((counts) => ({ labels: counts.labels, value: counts[what] }));
  }

  #endings(): Sample[] {
    return [...this.#byPath.values()].flatMap(({ labels, ended }) =>
      [...ended].map(([code, value]) => ({ labels: { grpc_code: statusName(code), ...labels }, value })),
    );
  }
}

const counter = (name: string, help: string, samples: readonly Sample[]): Family => ({
  name,
  type: 'counter',
  help,
  samples,
});

function labelsOf({ path, requestStream, responseStream }: Shape): Labels {
  const [, service = '', method = ''] = path.split('/');
  const grpc_type = requestStream
    ? responseStream
      ? 'bidi_stream'
      : 'client_stream'
    : responseStream
      ? 'server_stream'
      : 'unary';
  return { grpc_method: method, grpc_service: service, grpc_type };
}
