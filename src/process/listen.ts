import { parseGoUrl } from '../base/go-url.ts';
import { splitHostPort } from '../base/peer-urls.ts';
import type { Address } from '../grpc/index.ts';

/** Where a URL says to listen. */
export type Place = Address & {
  readonly url: string;
  readonly isSecure: boolean;
};

/** etcd's unix URLs name a socket's file in the place of host and path. */
export function placeOf(url: string): Place {
  const { scheme, host, path } = parseGoUrl(url);
  const isSecure = scheme === 'https' || scheme === 'unixs';
  if (scheme === 'unix' || scheme === 'unixs') return { kind: 'unix', url, isSecure, path: `${host}${path}` };
  const { host: name = '', port = '0' } = splitHostPort(host) ?? {};
  return { kind: 'tcp', url, isSecure, host: name, port: Number(port) };
}
