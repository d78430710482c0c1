import type { Socket } from 'node:net';

/** The type of the record in which every TLS client says hello. */
const HANDSHAKE = 0x16;

/** Tells by its first byte whether a client begins with TLS; the byte is put back. */
export function tellTls(socket: Socket, tell: (isTls: boolean) => void): void {
  const look = (): void => {
    const bytes: Buffer | null = socket.read();
    if (bytes === null) return;
    socket.removeListener('readable', look);
    // As in `sniff`: put back once nobody looks any more.
    socket.unshift(bytes);
    tell(bytes[0] === HANDSHAKE);
  };
  socket.on('readable', look);
}
