import { encodeUint64 } from '../../base/index.ts';
import { type Message, message } from '../../raft/index.ts';
import { ByteQueue, readCount } from './byte-queue.ts';
import { decodeMessage, encodeMessage } from './raft-message.ts';
import { MAX_MESSAGE_BYTES, type StreamDecoder, type StreamEncoder } from './streams.ts';

/** From no one to no one: it keeps the stream alive and never reaches raft. */
const LINK_HEARTBEAT = message('MsgHeartbeat', {});

const isLinkHeartbeat = (m: Message): boolean => m.type === 'MsgHeartbeat' && m.from === 0n && m.to === 0n;

/** A message as it stands in the stream and at the head of a snapshot: its length, then itself. */
export function frameMessage(m: Message): Uint8Array[] {
  const body = encodeMessage(m);
  return [encodeUint64(BigInt(body.length)), body];
}

/** `/raft/stream/message`: any message but appends while the other stream works. */
export const messageStreamEncoder: StreamEncoder = {
  encode: frameMessage,
  heartbeat: () => frameMessage(LINK_HEARTBEAT),
};

export class MessageStreamDecoder implements StreamDecoder {
  readonly #queue = new ByteQueue();
  readonly #limit: number;
  #wanted: number | undefined;

  /** @param limit bytes of one message */
  constructor(limit = MAX_MESSAGE_BYTES) {
    this.#limit = limit;
  }

  decode(chunk: Uint8Array): Message[] {
    this.#queue.push(chunk);
    const messages: Message[] = [];
    for (let m = this.next(); m !== undefined; m = this.next()) {
      if (!isLinkHeartbeat(m)) messages.push(m);
    }
    return messages;
  }

  /** The next message, if it is whole. */
  next(): Message | undefined {
    if (this.#wanted === undefined) {
      const head = this.#queue.take(8);
      if (head === undefined) return undefined;
      this.#wanted = readCount(head, this.#limit);
    }
    const body = this.#queue.take(this.#wanted);
    if (body === undefined) return undefined;
    this.#wanted = undefined;
    return decodeMessage(body);
  }

  push(chunk: Uint8Array): void {
    this.#queue.push(chunk);
  }

  /** What follows the messages taken so far. */
  rest(): Uint8Array[] {
    return this.#queue.rest();
  }
}
