import { chmodSync, unlinkSync } from 'node:fs';
import net, { type Server } from 'node:net';
import type { Address } from '../../grpc/index.ts';
import { messageOf } from '../../base/index.ts';
import { formatAddress } from '../../grpc/address.ts';

/** Begins to listen. Resolves with the address as it was bound. @throws Error that names the address */
export async function openListener(server: Server, address: Address): Promise<Address> {
  try {
    if (address.kind === 'tcp') await listen(server, { host: address.host, port: address.port });
    else await listenAtPath(server, address.path);
  } catch (error) {
    throw new Error(`cannot listen on ${formatAddress(address)}: ${messageOf(error)}`, { cause: error });
  }
  const bound = server.address();
  return address.kind === 'tcp' && bound !== null && typeof bound === 'object'
    ? { ...address, port: bound.port }
    : address;
}

/** The file of a socket on which nobody listens any more is left over from a process that died. */
async function listenAtPath(server: Server, path: string): Promise<void> {
  try {
    await listen(server, { path });
  } catch (error) {
    if (codeOf(error) !== 'EADDRINUSE' || (await isAnswered(path))) throw error;
    unlinkSync(path);
    await listen(server, { path });
  }
  // An abstract socket has no file.
  if (!path.startsWith('\0')) chmodSync(path, 0o600);
}

function listen(server: Server, where: { host: string; port: number } | { path: string }): Promise<void> {
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
    const socket = net.connect({ path });
    socket.once('connect', () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', (error) => resolve(codeOf(error) !== 'ECONNREFUSED'));
  });
}

const codeOf = (error: unknown): unknown => (error instanceof Error && 'code' in error ? error.code : undefined);
