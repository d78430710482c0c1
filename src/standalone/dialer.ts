import { Dialer as NodeDialer } from '../grpc/dialer.ts';
import { authoritiesOf } from '../grpc/tls.ts';
import type { Carrier } from '../grpc/transport.ts';
import { BunSocket, type RawTarget } from './bun-socket.ts';

/** HTTP/2, with its length before it. */
const ALPN_H2 = Buffer.from('\x02h2');

/** Dials as Bun does, where the same comes of it; the build puts it in the place of grpc's. */
export class Dialer extends NodeDialer {
  override dial(): Carrier {
    const target = this.#target();
    return target === undefined ? super.dial() : new BunSocket(target, () => super.dial());
  }

  /** Bun counts no bytes that are read in place. */
  protected override readonly readsInPlace = false;

  /** Undefined for what only Node's way can do. */
  #target(): RawTarget | undefined {
    const { address, tls } = this;
    const where = address.kind === 'unix' ? { unix: address.path } : { hostname: address.host, port: address.port };
    if (tls === undefined) return where;
    const ca = authoritiesOf(tls);
    if (ca === undefined || ca.length === 0 || tls.skipVerify === true) return undefined;
    const serverName = tls.serverName ?? (address.kind === 'unix' ? 'localhost' : address.host);
    const { cert, key } = tls;
    return { ...where, tls: { ca, cert, key, serverName, ALPNProtocols: ALPN_H2, rejectUnauthorized: true } };
  }
}
