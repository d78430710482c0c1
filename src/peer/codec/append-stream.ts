import { encodeUint64 } from '../../base/index.ts';
import { type Entry, type Message, message } from '../../raft/index.ts';
import { PeerError } from '../errors.ts';
import { ByteQueue, readCount } from './byte-queue.ts';
import { decodeEntry, decodeMessage, encodeEntry, encodeMessage } from './raft-message.ts';
import { MAX_MESSAGE_BYTES, type StreamDecoder, type StreamEncoder } from './streams.ts';

/** First byte of a frame. */
const LINK_HEARTBEAT = 0;
const ENTRIES = 1;
const WHOLE_MESSAGE = 2;

const MAX_ENTRIES = 1 << 24;

/** Where the last append ended: one that goes on from there, in the same term, is sent as its entries alone. */
interface Position {
  term: bigint;
  index: bigint;
}

function endOf({ term, index, entries }: Message): Position {
  return { term, index: entries.at(-1)?.index ?? index };
}

/** `/raft/stream/msgapp` (msgappv2): a leader's appends to one follower. */
export class AppendStreamEncoder implements StreamEncoder {
  #position: Position = { term: 0n, index: 0n };

  encode(m: Message): Uint8Array[] {
    const { term, index } = this.#position;
    if (m.index !== index || m.logTerm !== term || m.logTerm !== m.term) return this.#encodeWhole(m);
    const parts = [Uint8Array.of(ENTRIES), encodeUint64(BigInt(m.entries.length))];
    for (const entry of m.entries) {
      const bytes = encodeEntry(entry);
      parts.push(encodeUint64(BigInt(bytes.length)), bytes);
    }
    parts.push(encodeUint64(m.commit));
    this.#position.index += BigInt(m.entries.length);
    return parts;
  }

  heartbeat(): Uint8Array[] {
    return [Uint8Array.of(LINK_HEARTBEAT)];
  }

  #encodeWhole(m: Message): Uint8Array[] {
    this.#position = endOf(m);
    const body = encodeMessage(m);
    return [Uint8Array.of(WHOLE_MESSAGE), encodeUint64(BigInt(body.length)), body];
  }
}

export class AppendStreamDecoder implements StreamDecoder {
  readonly #queue = new ByteQueue();
  readonly #from: bigint;
  readonly #to: bigint;
  readonly #frames: Iterator<number, never, Uint8Array>;
  #position: Position = { term: 0n, index: 0n };
  #wanted: number;
  #messages: Message[] = [];

  constructor(from: bigint, to: bigint) {
    this.#from = from;
    this.#to = to;
    this.#frames = this.#readFrames();
    // The first turn needs no bytes; it tells how many the second one does.
    this.#wanted = this.#frames.next(new Uint8Array(0)).value;
  }

  decode(chunk: Uint8Array): Message[] {
    this.#queue.push(chunk);
    this.#messages = [];
    for (let bytes = this.#queue.take(this.#wanted); bytes !== undefined; bytes = this.#queue.take(this.#wanted)) {
      this.#wanted = this.#frames.next(bytes).value;
    }
    return this.#messages;
  }

  /** Asks for so many bytes at a time and is handed them. */
  *#readFrames(): Generator<number, never, Uint8Array> {
    for (;;) {
      const [kind] = yield 1;
      if (kind === ENTRIES) yield* this.#readEntries();
      else if (kind === WHOLE_MESSAGE) yield* this.#readWhole();
      else if (kind !== LINK_HEARTBEAT)
        throw new PeerError('malformed', `unknown frame ${kind} in a stream of appends`);
    }
  }

  *#readEntries(): Generator<number, void, Uint8Array> {
    const count = readCount(yield 8, MAX_ENTRIES);
    const entries: Entry[] = [];
    for (let at = 0; at < count; at += 1) {
      const length = readCount(yield 8, MAX_MESSAGE_BYTES);
      entries.push(decodeEntry(yield length));
    }
    const tail = yield 8;
    const commit = new DataView(tail.buffer, tail.byteOffset, 8).getBigUint64(0);
    const { term, index } = this.#position;
    this.#position.index += BigInt(count);
    this.#messages.push(
      message('MsgApp', { from: this.#from, to: this.#to, term, logTerm: term, index, entries, commit }),
    );
  }

  *#readWhole(): Generator<number, void, Uint8Array> {
    const length = readCount(yield 8, MAX_MESSAGE_BYTES);
    const m = decodeMessage(yield length);
    this.#position = endOf(m);
    this.#messages.push(m);
  }
}
