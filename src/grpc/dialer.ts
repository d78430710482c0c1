import net, { type NetConnectOpts } from 'node:net';
import tls, { type SecureContext } from 'node:tls';
import { connectionOptions, createContext } from './tls.ts';
import type { Carrier } from './transport.ts';
import type { Address, TlsOptions } from './types.ts';

const READ_BYTES = 256 * 1024;

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
    if (this.tls === undefined) return this.#connectPlain(target);
    this.#context ??= createContext(this.tls);
    return tls.connect({ ...target, ...connectionOptions(address, this.tls, this.#context) });
  }

  /** Whether plain sockets read into the same memory again and again: half of the system's time for a large snapshot. */
  protected readonly readsInPlace: boolean = true;

  #connectPlain(target: NetConnectOpts): Carrier {
    const plain = { ...target, noDelay: true };
    if (!this.readsInPlace) return net.connect(plain);
    const buffer = Buffer.allocUnsafeSlow(READ_BYTES);
    const take = (length: number, bytes: Uint8Array): boolean => socket.emit('data', bytes.subarray(0, length));
    const socket = net.connect({ ...plain, onread: { buffer, callback: take } });
    return socket;
  }

  /** The TLS material is to blame, if it failed to dial. */
  get lacksContext(): boolean {
    return this.tls !== undefined && this.#context === undefined;
  }
}
