import { isIPv6 } from 'node:net';
import type { Address } from './types.ts';

/** The address as people write it: `host:port`, `[::1]:port` or `unix:path`. */
export function formatAddress(address: Address): string {
  return address.kind === 'unix' ? `unix:${address.path}` : hostPort(address.host, address.port);
}

/** What `:authority` says when the caller does not choose: the address, or `localhost` for a unix socket. */
export function defaultAuthority(address: Address): string {
  return address.kind === 'unix' ? 'localhost' : hostPort(address.host, address.port);
}

const hostPort = (host: string, port: number): string => `${isIPv6(host) ? `[${host}]` : host}:${port}`;
