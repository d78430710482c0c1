import { chmodSync, unlinkSync } from 'node:fs';
import { connect, type Server } from 'node:net';
import { messageOf } from '../base/index.ts';
import { parseGoUrl } from '../base/go-url.ts';
import { splitHostPort } from '../base/peer-urls.ts';

/** Where a URL says to listen. */
export type Place = {
  readonly url: string;
  readonly isSecure: boolean;
} & (
  | { readonly kind: 'tcp'; readonly host: string; readonly port: number }
  | { readonly kind: 'unix'; readonly path: string }
);

/** etcd's unix URLs name a socket's file in the place of host and path. */
export function placeOf(url: string): Place {
  const { scheme, host, path } = parseGoUrl(url);
  const isSecure = scheme === 'https' || scheme === 'unixs';
  if (scheme === 'unix' || scheme === 'unixs') return { kind: 'unix', url, isSecure, path: `${host}${path}` };
  const { host: name = '', port = '0' } = splitHostPort(host) ?? {};
  return { kind: 'tcp', url, isSecure, host: name, port: Number(port) };
}

/** @throws Error that names the URL */
export async function listenAt(server: Server, place: Place): Promise<void> {
  try {
    if (place.kind === 'tcp') await listening(server, { host: place.host, port: place.port });
    else await listenAtPath(server, place.path);
  } catch (error) {
    throw new Error(`cannot listen on ${place.url}: ${messageOf(error)}`, { cause: error });
  }
}

/** The file of a socket that no one answers on was left by a process that died. */
async function listenAtPath(server: Server, path: string): Promise<void> {
  try {
    await listening(server, { path });
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : undefined;
    if (code !== 'EADDRINUSE' || (await isAnswered(path))) throw error;
    unlinkSync(path);
    await listening(server, { path });
  }
  chmodSync(path, 0o600);
}

function listening(server: Server, where: { host: string; port: number } | { path: string }): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(where, () => {
      server.removeListener('error', reject);
      resolve();
    });
  });
}

function isAnswered(path: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ path });
    socket.once('connect', () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', () => resolve(false));
  });
}
