import { isIpAddress } from './address.ts';
import { OwnFailureCode, TransportFailure, type TransportPhase } from './errors.ts';
import type { Carrier } from './transport.ts';
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
  readonly #isConnecting: boolean;
  #phase: TransportPhase;

  /** @param onRefused called when the TLS server chose another protocol than HTTP/2. */
  constructor(socket: Carrier, address: Address, peer: string, onRefused: (error: Error) => void) {
    this.isEncrypted = socket.encrypted === true;
    this.#peer = peer;
    this.#isConnecting = socket.connecting === true;
    this.#phase = address.kind === 'tcp' && !isIpAddress(address.host) ? 'resolve' : 'connect';
    socket.once('lookup', () => {
      this.#phase = 'connect';
    });
    socket.once('connect', () => {
      this.#phase = this.isEncrypted ? 'tls' : 'http2';
    });
    socket.once('secureConnect', () => {
      if (socket.alpnProtocol === 'h2') this.#phase = 'http2';
      else onRefused(refusedAlpn());
    });
  }

  /** What the transport says when it takes bytes; undefined when it does already. */
  get readyEvent(): string | undefined {
    if (this.isEncrypted) return 'secureConnect';
    return this.#isConnecting ? 'connect' : undefined;
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
