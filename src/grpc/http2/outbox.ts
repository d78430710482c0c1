import type { Carrier } from '../transport.ts';
import { Flag, frameHeader, FrameType } from './frames.ts';
import { HpackEncoder, type SentHeaders } from './hpack-encoder.ts';
import { PeerSettings } from './settings.ts';
import type { Stream } from './stream.ts';
import { SendWindow } from './send-window.ts';

/** What is put together for one write. */
const BATCH_BYTES = 256 * 1024;

/**
 * All that leaves a connection: frames of the connection, and what its streams have to send as far as the windows allow.
 * What is asked for in one go leaves in one write.
 */
export class Outbox {
  readonly settings: PeerSettings = new PeerSettings();
  readonly window: SendWindow = new SendWindow();
  readonly #transport: Carrier;
  readonly #encoder = new HpackEncoder();
  readonly #hooks: OutboxHooks;
  #frames: Uint8Array[] = [];
  #bytes = 0;
  /** Streams with something to send. */
  readonly #ready = new Set<Stream>();
  #isOpen = false;
  #isScheduled = false;
  #isLateInTurn = false;
  #isBlocked = false;
  #whenSent: (() => void) | undefined;

  constructor(transport: Carrier, hooks: OutboxHooks) {
    this.#transport = transport;
    this.#hooks = hooks;
    transport.on('drain', () => {
      this.#isBlocked = false;
      this.schedule();
    });
  }

  /** The transport takes bytes from now on. */
  open(): void {
    this.#isOpen = true;
    this.flush();
  }

  close(): void {
    this.#isOpen = false;
  }

  /** How many frames of the connection have not left yet. */
  get backlog(): number {
    return this.#frames.length;
  }

  add(...frames: readonly Uint8Array[]): void {
    for (const frame of frames) this.#push(frame);
    this.schedule();
  }

  wake(stream: Stream): void {
    if (stream.id === undefined) return;
    this.#ready.add(stream);
    this.schedule();
  }

  forget(stream: Stream): void {
    this.#ready.delete(stream);
  }

  /** Calls back once, when all that there is to send has been given to the transport. */
  whenSent(listener: () => void): void {
    this.#whenSent = listener;
    this.schedule();
  }

  schedule(): void {
    if (this.#isScheduled || !this.#isOpen) return;
    this.#isScheduled = true;
    // What comes first in a turn leaves at once. What follows it leaves together: many at once are one write.
    if (this.#isLateInTurn) return;
    this.#isLateInTurn = true;
    setImmediate(() => {
      this.#isLateInTurn = false;
      this.#flushScheduled();
    });
    queueMicrotask(() => this.#flushScheduled());
  }

  /** Writes what can be written now: nothing, as long as the transport has not passed on what it has. */
  flush(): void {
    if (!this.#isOpen || this.#isBlocked) return;
    // What is asked for meanwhile leaves with the rest.
    this.#isScheduled = true;
    this.#hooks.beforeFlush();
    this.#sendReady();
    this.#isScheduled = false;
    if (this.#frames.length > 0) this.#write();
    if (this.#ready.size > 0 || this.#whenSent === undefined) return;
    this.#whenSent();
    this.#whenSent = undefined;
  }

  #write(): void {
    const batch = Buffer.concat(this.#frames, this.#bytes);
    const wasFull = this.#bytes >= BATCH_BYTES;
    this.#frames = [];
    this.#bytes = 0;
    if (!this.#transport.write(batch)) this.#isBlocked = true;
    else if (wasFull) this.schedule();
  }

  /** Puts in the headers that a stream begins with, whether or not there is room for more. */
  sendHead(stream: Stream): void {
    const { outgoing, id = 0 } = stream;
    const { head = {} } = outgoing;
    outgoing.head = undefined;
    this.#sendHeaders(id, head, outgoing.takeEnd());
  }

  #sendHeaders(id: number, headers: SentHeaders, isEnd: boolean): void {
    this.#encoder.limitTable(this.settings.headerTableBytes);
    const block = this.#encoder.encode(headers);
    const { maxFrameBytes } = this.settings;
    for (let offset = 0; offset === 0 || offset < block.length; offset += maxFrameBytes) {
      const piece = block.subarray(offset, offset + maxFrameBytes);
      const isFirst = offset === 0;
      const endHeaders = offset + maxFrameBytes >= block.length ? Flag.EndHeaders : 0;
      const flags = endHeaders | (isFirst && isEnd ? Flag.EndStream : 0);
      this.#push(frameHeader(isFirst ? FrameType.Headers : FrameType.Continuation, flags, id, piece.length));
      this.#push(piece);
    }
  }

  #flushScheduled(): void {
    if (!this.#isScheduled) return;
    this.#isScheduled = false;
    this.flush();
  }

  #push(frame: Uint8Array): void {
    this.#frames.push(frame);
    this.#bytes += frame.byteLength;
  }

  #sendReady(): void {
    for (const stream of this.#ready) {
      if (this.#bytes >= BATCH_BYTES) return;
      this.#sendFrom(stream);
    }
  }

  /** As much as may be sent now; a stream that has more stays among the ready ones, or comes back when its window grows. */
  #sendFrom(stream: Stream): void {
    const { outgoing } = stream;
    const id = stream.id ?? 0;
    while (outgoing.hasMore) {
      if (this.#bytes >= BATCH_BYTES) return this.#putLast(stream);
      if (outgoing.head !== undefined) this.sendHead(stream);
      else if (outgoing.isAtTrailers) this.#sendHeaders(id, outgoing.takeTrailers(), true);
      else if (!this.#sendData(stream, id)) {
        if (outgoing.window.left <= 0) this.#ready.delete(stream);
        return;
      }
    }
    this.#ready.delete(stream);
    if (outgoing.hasSentEnd) this.#hooks.sentEnd(stream);
  }

  /** False when there is no room for it. */
  #sendData(stream: Stream, id: number): boolean {
    const { outgoing } = stream;
    const taken = outgoing.take(Math.min(this.window.left, this.settings.maxFrameBytes));
    if (taken === undefined) return false;
    const { pieces, bytes } = taken;
    this.window.take(bytes);
    this.#push(frameHeader(FrameType.Data, outgoing.takeEnd() ? Flag.EndStream : 0, id, bytes));
    for (const piece of pieces) this.#push(piece);
    if (outgoing.takeDrained()) stream.listener.drain();
    return true;
  }

  /** The others have their turn before it has its next. */
  #putLast(stream: Stream): void {
    this.#ready.delete(stream);
    this.#ready.add(stream);
  }
}

export interface OutboxHooks {
  /** What is put in now leaves with the flush that follows. */
  beforeFlush(): void;
  /** The last of a stream is on its way. */
  sentEnd(stream: Stream): void;
}
