import http2, { type ClientHttp2Session } from 'node:http2';
import type { Transport } from './transport.ts';

/** Room for one stream and for all of a connection: large enough for a full pipe, small enough to hold in memory. */
const STREAM_WINDOW_BYTES = 4 * 1024 * 1024;
const CONNECTION_WINDOW_BYTES = 8 * 1024 * 1024;
/** Node counts what waits to be sent towards this, in MB; the callers' own limits bound it instead. */
const SESSION_MEMORY_MB = 4096;

/** Speaks HTTP/2 on a socket, as soon as that is connected. Requests may be made at once; they wait inside. */
export function openSession(socket: Transport): ClientHttp2Session {
  // The authority is only a default, which every call overrides.
  const session = http2.connect('http://localhost', {
    createConnection: () => socket,
    settings: { enablePush: false, initialWindowSize: STREAM_WINDOW_BYTES },
    maxSessionMemory: SESSION_MEMORY_MB,
  });
  session.once('connect', () => widenWindow(session));
  return session;
}

/** Bun stalls large streams after this call, while the setting sent with the first flight suffices there. */
function widenWindow(session: ClientHttp2Session): void {
  if (!session.destroyed && !('bun' in process.versions)) session.setLocalWindowSize(CONNECTION_WINDOW_BYTES);
}
