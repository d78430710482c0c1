import { statusName } from '../../grpc/index.ts';
import type { Observer } from '../../grpc/server/index.ts';
import type { Family, Sample } from './exposition.ts';

interface Counts {
  started: number;
  received: number;
  sent: number;
  readonly ended: Map<number, number>;
}

/** Counts calls and messages by method. Only paths that are served count: clients must not be able to invent any. */
export class CallCounts implements Observer {
  readonly #byPath = new Map<string, Counts>();
  #receivedBytes = 0;
  #sentBytes = 0;

  started(path: string, isServed: boolean): void {
    if (isServed) this.#of(path).started += 1;
  }

  ended(path: string, code: number): void {
    const counts = this.#byPath.get(path);
    counts?.ended.set(code, (counts.ended.get(code) ?? 0) + 1);
  }

  received(path: string, bytes: number): void {
    this.#of(path).received += 1;
    this.#receivedBytes += bytes;
  }

  sent(path: string, bytes: number): void {
    this.#of(path).sent += 1;
    this.#sentBytes += bytes;
  }

  families(): Family[] {
    return [
      counter('grpc_server_started_total', 'Calls begun.', this.#samples('started')),
      counter('grpc_server_handled_total', 'Calls ended, by their status.', this.#endings()),
      counter('grpc_server_msg_received_total', 'Messages received.', this.#samples('received')),
      counter('grpc_server_msg_sent_total', 'Messages sent.', this.#samples('sent')),
      counter('etcd_network_client_grpc_received_bytes_total', 'Bytes of messages received from clients.', [
        { value: this.#receivedBytes },
      ]),
      counter('etcd_network_client_grpc_sent_bytes_total', 'Bytes of messages sent to clients.', [
        { value: this.#sentBytes },
      ]),
    ];
  }

  #of(path: string): Counts {
    let counts = this.#byPath.get(path);
    if (counts === undefined) {
      counts = { started: 0, received: 0, sent: 0, ended: new Map() };
      this.#byPath.set(path, counts);
    }
    return counts;
  }

  #samples(what: 'started' | 'received' | 'sent'): Sample[] {
    return [...this.#byPath].map(([path, counts]) => ({ labels: labelsOf(path), value: counts[what] }));
  }

  #endings(): Sample[] {
    return [...this.#byPath].flatMap(([path, { ended }]) =>
      [...ended].map(([code, value]) => ({ labels: { ...labelsOf(path), grpc_code: statusName(code) }, value })),
    );
  }
}

const counter = (name: string, help: string, samples: readonly Sample[]): Family => ({
  name,
  type: 'counter',
  help,
  samples,
});

function labelsOf(path: string): { readonly grpc_service: string; readonly grpc_method: string } {
  const [, service = '', method = ''] = path.split('/');
  return { grpc_service: service, grpc_method: method };
}
