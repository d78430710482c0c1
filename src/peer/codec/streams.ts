import type { Message } from '../../raft/index.ts';

/** Turns messages into the bytes of one stream; what it has written so far decides how it writes on. */
export interface StreamEncoder {
  encode(m: Message): Uint8Array[];
  /** Keeps an idle stream from being taken for dead. */
  heartbeat(): Uint8Array[];
}

/** The counterpart. Heartbeats of the stream yield nothing. */
export interface StreamDecoder {
  /** The messages that became whole with this piece. @throws PeerError `malformed` */
  decode(chunk: Uint8Array): Message[];
}

/** etcd reads no more than this as one message. */
export const MAX_MESSAGE_BYTES = 512 * 1024 * 1024;
