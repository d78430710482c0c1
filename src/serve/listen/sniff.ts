import type { Socket } from 'node:net';

/** How every HTTP/2 client begins. */
const PREFACE = 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n';

export type Protocol = 'h2' | 'http/1.1';

/** Tells by its first bytes what a client speaks; they are put back. Silent clients and those that leave are never told of. */
export function sniff(socket: Socket, tell: (protocol: Protocol) => void): void {
  let seen = Buffer.alloc(0);
  const look = (): void => {
    const bytes: Buffer | null = socket.read();
    if (bytes === null) return;
    seen = Buffer.concat([seen, bytes]);
    const begin = seen.subarray(0, PREFACE.length).toString('latin1');
    if (begin.length < PREFACE.length && PREFACE.startsWith(begin)) return;
    socket.removeListener('readable', look);
    // Only now: what is put back becomes readable at once, so that looking again and again would never end.
    socket.unshift(seen);
    tell(begin === PREFACE ? 'h2' : 'http/1.1');
  };
  socket.on('readable', look);
}
