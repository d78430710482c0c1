import { TLSSocket } from 'node:tls';
import { isIpAddress } from './address.ts';
import { OwnFailureCode, TransportFailure, type TransportPhase } from './errors.ts';
import type { Transport } from './transport.ts';
import type { Address } from './types.ts';

const waitingFor = {
  resolve: 'the name server',
  connect: 'the host',
  tls: 'the TLS handshake',
  http2: 'HTTP/2 settings',
  stream: 'the stream',
} as const satisfies Record<TransportPhase, string>;

/** Follows a socket through look-up, TCP and TLS, to know where it stands. */
export class Handshake {
  readonly isEncrypted: boolean;
  readonly #peer: string;
  #phase: TransportPhase;

  /** @param onRefused called when the TLS server chose another protocol than HTTP/2. */
  constructor(socket: Transport, address: Address, peer: string, onRefused: (error: Error) => void) {
    this.isEncrypted = socket instanceof TLSSocket;
    this.#peer = peer;
    this.#phase = address.kind === 'tcp' && !isIpAddress(address.host) ? 'resolve' : 'connect';
    socket.once('lookup', () => {
      this.#phase = 'connect';
    });
    socket.once('connect', () => {
      this.#phase = this.isEncrypted ? 'tls' : 'http2';
    });
    socket.once('secureConnect', () => {
      const isHttp2 = socket instanceof TLSSocket && socket.alpnProtocol === 'h2';
      if (isHttp2) this.#phase = 'http2';
      else onRefused(refusedAlpn());
    });
  }

  /** `http2` from the end of the handshakes on. */
  get phase(): TransportPhase {
    return this.#phase;
  }

  /** What a connection that is not established is waiting for. */
  progress(): TransportFailure {
    const message = `still waiting for ${waitingFor[this.#phase]}`;
    return new TransportFailure(this.#phase, OwnFailureCode.NoAnswer, this.#peer, message);
  }

  timeout(afterMs: number): TransportFailure {
    const message = `still waiting for ${waitingFor[this.#phase]} after ${afterMs} ms`;
    return new TransportFailure(this.#phase, 'ETIMEDOUT', this.#peer, message);
  }
}

function refusedAlpn(): Error {
  return Object.assign(new Error('the TLS server did not choose h2'), { code: OwnFailureCode.AlpnRefused });
}
