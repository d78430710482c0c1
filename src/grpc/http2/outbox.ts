import type { Carrier } from '../transport.ts';
import { Flag, frameHeader, FrameType } from './frames.ts';
import { HpackEncoder } from './hpack-encoder.ts';
import { PeerSettings } from './settings.ts';
import type { Stream } from './stream.ts';
import { SendWindow } from './send-window.ts';

/** What is put together for one write. */
const BATCH_BYTES = 256 * 1024;
const LAST_STREAM_ID = 2 ** 31 - 1;

/**
 * All that leaves a connection: frames of the connection, headers of new streams as far as the peer allows more, and
 * data as far as the windows do. What is asked for in one go leaves in one write.
 */
export class Outbox {
  readonly settings: PeerSettings = new PeerSettings();
  readonly window: SendWindow = new SendWindow();
  readonly #transport: Carrier;
  readonly #encoder = new HpackEncoder();
  readonly #started: (id: number, stream: Stream) => void;
  #frames: Uint8Array[] = [];
  #bytes = 0;
  /** Not on the connection yet. */
  readonly #waiting = new Set<Stream>();
  /** On the connection, with something to send. */
  readonly #ready = new Set<Stream>();
  #openStreams = 0;
  #nextId = 1;
  #isOpen = false;
  #isScheduled = false;
  #isLateInTurn = false;
  #isBlocked = false;

  /** @param started told the number that a stream has got */
  constructor(transport: Carrier, started: (id: number, stream: Stream) => void) {
    this.#transport = transport;
    this.#started = started;
    transport.on('drain', () => {
      this.#isBlocked = false;
      this.schedule();
    });
  }

  /** The transport takes bytes from now on. */
  open(): void {
    this.#isOpen = true;
    this.#flush();
  }

  close(): void {
    this.#isOpen = false;
  }

  get hasStreamIds(): boolean {
    return this.#nextId <= LAST_STREAM_ID;
  }

  get waiting(): Iterable<Stream> {
    return this.#waiting;
  }

  /** How many frames of the connection have not left yet. */
  get backlog(): number {
    return this.#frames.length;
  }

  add(...frames: readonly Uint8Array[]): void {
    for (const frame of frames) {
      this.#frames.push(frame);
      this.#bytes += frame.byteLength;
    }
    this.schedule();
  }

  start(stream: Stream): void {
    this.#waiting.add(stream);
    this.schedule();
  }

  wake(stream: Stream): void {
    if (stream.id === undefined) return;
    this.#ready.add(stream);
    this.schedule();
  }

  forget(stream: Stream): void {
    this.#waiting.delete(stream);
    this.#ready.delete(stream);
    if (stream.id === undefined) return;
    this.#openStreams -= 1;
    if (this.#waiting.size > 0) this.schedule();
  }

  schedule(): void {
    if (this.#isScheduled || !this.#isOpen) return;
    this.#isScheduled = true;
    // The first request of a turn leaves at once. Those that follow it leave together: many at once are one write.
    if (this.#isLateInTurn) return;
    this.#isLateInTurn = true;
    setImmediate(() => {
      this.#isLateInTurn = false;
      this.#flushScheduled();
    });
    queueMicrotask(() => this.#flushScheduled());
  }

  #flushScheduled(): void {
    if (!this.#isScheduled) return;
    this.#isScheduled = false;
    this.#flush();
  }

  #flush(): void {
    if (!this.#isOpen) return;
    this.#beginStreams();
    if (!this.#isBlocked) for (const stream of this.#ready) this.#sendFrom(stream);
    if (this.#frames.length === 0) return;
    const batch = Buffer.concat(this.#frames, this.#bytes);
    const wasFull = this.#bytes >= BATCH_BYTES;
    this.#frames = [];
    this.#bytes = 0;
    if (!this.#transport.write(batch)) this.#isBlocked = true;
    else if (wasFull) this.schedule();
  }

  #beginStreams(): void {
    for (const stream of this.#waiting) {
      if (this.#openStreams >= this.settings.maxConcurrentStreams || !this.hasStreamIds) return;
      this.#waiting.delete(stream);
      this.#openStreams += 1;
      stream.id = this.#nextId;
      this.#nextId += 2;
      stream.growSendWindow(this.settings.initialWindowBytes);
      this.#started(stream.id, stream);
      this.#addHeaders(stream.id, stream);
      this.#ready.add(stream);
    }
  }

  #addHeaders(id: number, stream: Stream): void {
    this.#encoder.limitTable(this.settings.headerTableBytes);
    const block = this.#encoder.encode(stream.headers);
    const { maxFrameBytes } = this.settings;
    for (let offset = 0; offset === 0 || offset < block.length; offset += maxFrameBytes) {
      const piece = block.subarray(offset, offset + maxFrameBytes);
      const flags = offset + maxFrameBytes >= block.length ? Flag.EndHeaders : 0;
      const type = offset === 0 ? FrameType.Headers : FrameType.Continuation;
      this.add(frameHeader(type, flags, id, piece.length), piece);
    }
  }

  /** As much as may be sent now; a stream that has more stays among the ready ones. */
  #sendFrom(stream: Stream): void {
    while (stream.hasOutgoing) {
      if (this.#bytes >= BATCH_BYTES) return;
      const taken = stream.takeOutgoing(Math.min(this.window.left, this.settings.maxFrameBytes));
      if (taken === undefined) return;
      const { bytes, isEnd } = taken;
      this.window.take(bytes.byteLength);
      this.add(frameHeader(FrameType.Data, isEnd ? Flag.EndStream : 0, stream.id ?? 0, bytes.byteLength));
      if (bytes.byteLength > 0) this.add(bytes);
    }
    this.#ready.delete(stream);
    if (stream.isDone) stream.finish();
  }
}
