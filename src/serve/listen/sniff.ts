import type { Socket } from 'node:net';

/** How every HTTP/2 client begins. */
const PREFACE = 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n';

export type Protocol = 'h2' | 'http/1.1';

/** Tells by its first bytes what a client speaks; they are put back. Silent clients and those that leave are never told of. */
export function sniff(socket: Socket, tell: (protocol: Protocol) => void): void {
  const look = (): void => {
    const bytes: Buffer | null = socket.read();
    if (bytes === null) return;
    const begin = bytes.subarray(0, PREFACE.length).toString('latin1');
    const isDecided = begin.length === PREFACE.length || !PREFACE.startsWith(begin);
    socket.unshift(bytes);
    // What was put back is read again, together with what comes.
    if (!isDecided) return;
    socket.removeListener('readable', look);
    tell(begin === PREFACE ? 'h2' : 'http/1.1');
  };
  socket.on('readable', look);
}
