import net from 'node:net';
import tls, { type SecureContext } from 'node:tls';
import { connectionOptions, createContext } from './tls.ts';
import type { Carrier } from './transport.ts';
import type { Address, TlsOptions } from './types.ts';

/** Begins connections to one address. The standalone file has one of its own in the place of this. */
export class Dialer {
  readonly address: Address;
  /** Undefined for plaintext. */
  readonly tls: TlsOptions | undefined;
  #context: SecureContext | undefined;

  constructor(address: Address, tls: TlsOptions | undefined) {
    this.address = address;
    this.tls = tls;
  }

  /** Begins to connect; the socket reports by its events. @throws Error when the TLS material or the address is no good */
  dial(): Carrier {
    const { address } = this;
    const target = address.kind === 'unix' ? { path: address.path } : { host: address.host, port: address.port };
    if (this.tls === undefined) return net.connect({ ...target, noDelay: true });
    this.#context ??= createContext(this.tls);
    return tls.connect({ ...target, ...connectionOptions(address, this.tls, this.#context) });
  }

  /** The TLS material is to blame, if it failed to dial. */
  get lacksContext(): boolean {
    return this.tls !== undefined && this.#context === undefined;
  }
}
