import { randomInt } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type Server } from 'node:net';

/**
 * TCP ports on 127.0.0.1 that nothing listens on at the moment. All are held
 * until the last is known, so that one call never returns a port twice.
 */
export async function freePorts(count: number): Promise<number[]> {
  const holders: Server[] = [];
  try {
    for (let held = 0; held < count; held += 1) {
      const holder = createServer().listen(0, '127.0.0.1');
      holders.push(holder);
      await once(holder, 'listening');
    }
    return holders.map(portOf);
  } finally {
    await Promise.all(holders.map((holder) => new Promise((closed) => holder.close(closed))));
  }
}

/** Below the ports that systems give to outgoing connections. */
const LOWEST_LASTING = 10_000;
const HIGHEST_LASTING = 32_000;

/**
 * TCP ports on 127.0.0.1 for servers that come back to them: no outgoing
 * connection can have taken them in the meantime.
 */
export async function lastingPorts(count: number): Promise<number[]> {
  const holders: Server[] = [];
  try {
    while (holders.length < count) {
      const holder = createServer();
      const isFree = new Promise<boolean>((resolve) => {
        holder.once('error', () => resolve(false)).once('listening', () => resolve(true));
      });
      holder.listen(randomInt(LOWEST_LASTING, HIGHEST_LASTING), '127.0.0.1');
      if (await isFree) holders.push(holder);
    }
    return holders.map(portOf);
  } finally {
    await Promise.all(holders.map((holder) => new Promise((closed) => holder.close(closed))));
  }
}

export function portOf(server: Server): number {
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the server does not listen on a TCP port');
  return address.port;
}
