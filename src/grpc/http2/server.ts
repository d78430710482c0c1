/** The server's door of grpc/http2/. */
export { Http2ErrorCode } from './errors.ts';
export type { ReceivedHeaders } from './hpack-decoder.ts';
export { ServerSession } from './server-session.ts';
export type { Stream, StreamListener } from './stream.ts';
