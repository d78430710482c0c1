import { isIPv4 } from 'node:net';
import type { Address } from './types.ts';

/** The address as people write it: `host:port`, `[::1]:port` or `unix:path`. */
export function formatAddress(address: Address): string {
  return address.kind === 'unix' ? `unix:${address.path}` : hostPort(address.host, address.port);
}

/** What `:authority` says when the caller does not choose: the address, or `localhost` for a unix socket. */
export function defaultAuthority(address: Address): string {
  return address.kind === 'unix' ? 'localhost' : hostPort(address.host, address.port);
}

/** Node's own test compiles a huge pattern for IPv6, which costs a short process milliseconds; no name has a colon. */
export function isIpAddress(host: string): boolean {
  return host.includes(':') || isIPv4(host);
}

const hostPort = (host: string, port: number): string => `${host.includes(':') ? `[${host}]` : host}:${port}`;
