import net, { type Socket } from 'node:net';
import tls, { type SecureContext } from 'node:tls';
import { connectionOptions } from './tls.ts';
import type { Address, TlsOptions } from './types.ts';

export interface TlsSetup {
  readonly options: TlsOptions;
  readonly context: SecureContext;
}

/** Begins to connect; the socket reports by its events. */
export function openSocket(address: Address, setup: TlsSetup | undefined): Socket {
  const target = address.kind === 'unix' ? { path: address.path } : { host: address.host, port: address.port };
  if (setup === undefined) return net.connect({ ...target, noDelay: true });
  return tls.connect({ ...target, ...connectionOptions(address, setup.options, setup.context) });
}
