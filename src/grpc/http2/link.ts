import type { Carrier } from '../transport.ts';
import { Http2Error, http2Error, Http2ErrorCode } from './errors.ts';
import { type Admission, breach, checkFrame, numberIn, onlyNumber } from './frame-checks.ts';
import {
  DEFAULT_WINDOW_BYTES,
  Flag,
  type Frame,
  frameHeader,
  FrameReader,
  FrameType,
  goAwayFrame,
  numbersFrame,
  settingsFrame,
  unpadded,
} from './frames.ts';
import { HeaderBlocks } from './header-blocks.ts';
import type { ReceivedHeaders } from './hpack-decoder.ts';
import { Outbox, type OutboxHooks } from './outbox.ts';
import { ReceiveWindow } from './receive-window.ts';
import type { Stream, StreamHost } from './stream.ts';

/** What the two sides of a connection do each in its own way. */
export interface Side extends OutboxHooks, Admission {
  /** @param stream absent when it is not open: new, or given up */
  headers(stream: Stream | undefined, streamId: number, headers: ReceivedHeaders, isEnd: boolean): void;
  goAway(code: number, lastStreamId: number, debug: Buffer): void;
  /** The peer's first settings have come. */
  settled(): void;
  pinged(): void;
  /** No stream is left. */
  emptied(): void;
  /** The number of the peer's last stream that was looked at. */
  lastPeerStreamId(): number;
  /** It is over; `error` is how the peer broke the protocol, if that is why. Its streams are closed after this. */
  closed(error: Error | undefined): void;
}

/** Room for all of a connection. What a stream does not read waits in that stream's own window. */
const CONNECTION_WINDOW_BYTES = 8 * 1024 * 1024;
const PING_BYTES = 8;
/** So many frames wait for a peer that does not read them, and no more. */
const MAX_BACKLOG = 10_000;

/** One HTTP/2 connection, as far as it is the same from both sides. */
export class Link implements StreamHost {
  readonly outbox: Outbox;
  readonly #transport: Carrier;
  readonly #side: Side;
  readonly #reader = new FrameReader();
  readonly #blocks = new HeaderBlocks();
  readonly #window = new ReceiveWindow(CONNECTION_WINDOW_BYTES);
  readonly #streams = new Map<number, Stream>();
  readonly #pings: Array<() => void> = [];
  #isSettled = false;
  #isDestroyed = false;

  constructor(transport: Carrier, side: Side) {
    this.#transport = transport;
    this.#side = side;
    this.outbox = new Outbox(transport, side);
  }

  get isDestroyed(): boolean {
    return this.#isDestroyed;
  }

  get streams(): ReadonlyMap<number, Stream> {
    return this.#streams;
  }

  /** Tells the peer what it may do, which goes before all else. */
  greet(settings: ReadonlyArray<readonly [id: number, value: number]>): void {
    this.outbox.add(
      settingsFrame(settings),
      numbersFrame(FrameType.WindowUpdate, 0, CONNECTION_WINDOW_BYTES - DEFAULT_WINDOW_BYTES),
    );
  }

  /** A stream is on the connection from now on. */
  enter(id: number, stream: Stream): void {
    stream.id = id;
    this.#streams.set(id, stream);
    stream.growSendWindow(this.outbox.settings.initialWindowBytes);
  }

  ping(onAnswer: () => void): void {
    this.#pings.push(onAnswer);
    this.outbox.add(frameHeader(FrameType.Ping, 0, 0, PING_BYTES), Buffer.alloc(PING_BYTES));
  }

  receive(chunk: Buffer): void {
    if (this.#isDestroyed) return;
    try {
      this.#reader.push(chunk, (frame) => {
        if (!this.#isDestroyed) this.#take(frame);
      });
    } catch (error) {
      this.destroy(error instanceof Error ? error : new Error(String(error)));
    }
  }

  /** Ends it and all its streams at once. */
  destroy(error?: Error): void {
    if (this.#isDestroyed) return;
    this.#isDestroyed = true;
    this.outbox.close();
    if (error instanceof Http2Error && !this.#transport.destroyed) {
      this.#transport.write(goAwayFrame(this.#side.lastPeerStreamId(), error.http2Code));
    }
    this.#side.closed(error);
    this.#transport.destroy();
    for (const stream of this.#streams.values()) stream.finish();
  }

  wake(stream: Stream): void {
    this.outbox.wake(stream);
  }

  grant(stream: Stream, bytes: number): void {
    if (stream.id !== undefined) this.outbox.add(numbersFrame(FrameType.WindowUpdate, stream.id, bytes));
  }

  reset(stream: Stream, code: number): void {
    if (stream.id !== undefined) this.outbox.add(numbersFrame(FrameType.RstStream, stream.id, code));
  }

  forget(stream: Stream): void {
    this.outbox.forget(stream);
    if (stream.id !== undefined) this.#streams.delete(stream.id);
    if (this.#streams.size === 0) this.#side.emptied();
  }

  #take(frame: Frame): void {
    const { type, streamId } = frame;
    if (!this.#isSettled && type !== FrameType.Settings) throw breach('it does not begin with SETTINGS');
    // Nearly all that is sent unasked answers a frame: an acknowledgement, a refusal.
    if (this.outbox.backlog > MAX_BACKLOG) {
      throw http2Error(Http2ErrorCode.EnhanceYourCalm, 'it asks more often than it reads the answers');
    }
    checkFrame(frame, this.#side);
    const block = this.#blocks.take(frame);
    if (block !== undefined) return this.#takeHeaders(streamId, block.headers, block.isEnd);
    if (type === FrameType.Data) return this.#takeData(frame);
    if (type === FrameType.RstStream) return this.#streams.get(streamId)?.takeReset(onlyNumber(frame));
    if (type === FrameType.Settings) return this.#takeSettings(frame);
    if (type === FrameType.Ping) return this.#takePing(frame);
    if (type === FrameType.GoAway) return this.#takeGoAway(frame);
    if (type === FrameType.WindowUpdate) return this.#takeWindowUpdate(frame);
    if (type === FrameType.PushPromise) throw breach('it pushes, though it may not');
  }

  #takeHeaders(streamId: number, headers: ReceivedHeaders, isEnd: boolean): void {
    const stream = this.#streams.get(streamId);
    if (stream?.hasReceivedEnd === true) stream.close(Http2ErrorCode.StreamClosed);
    else this.#side.headers(stream, streamId, headers, isEnd);
  }

  #takeData(frame: Frame): void {
    const padded = frame.payload.length;
    this.#window.take(padded);
    const grant = this.#window.release(padded);
    if (grant > 0) this.outbox.add(numbersFrame(FrameType.WindowUpdate, 0, grant));
    const stream = this.#streams.get(frame.streamId);
    if (stream === undefined) return; // we have given it up, and the peer does not know yet
    if (stream.hasReceivedEnd) return stream.close(Http2ErrorCode.StreamClosed);
    stream.takeData(unpadded(frame), padded);
    if ((frame.flags & Flag.EndStream) !== 0) stream.takeEnd();
  }

  #takeSettings({ flags, payload }: Frame): void {
    if ((flags & Flag.Ack) !== 0) {
      if (payload.length > 0) throw http2Error(Http2ErrorCode.FrameSizeError, 'it agrees to more than settings');
      return;
    }
    const { settings } = this.outbox;
    const before = settings.initialWindowBytes;
    settings.update(payload);
    const grown = settings.initialWindowBytes - before;
    if (grown !== 0) for (const stream of this.#streams.values()) stream.growSendWindow(grown);
    this.outbox.add(frameHeader(FrameType.Settings, Flag.Ack, 0, 0));
    if (this.#isSettled) return;
    this.#isSettled = true;
    this.#side.settled();
  }

  #takePing({ flags, payload }: Frame): void {
    if (payload.length !== PING_BYTES) throw http2Error(Http2ErrorCode.FrameSizeError, 'a PING is not of 8 bytes');
    if ((flags & Flag.Ack) !== 0) return this.#pings.shift()?.();
    this.outbox.add(Buffer.concat([frameHeader(FrameType.Ping, Flag.Ack, 0, PING_BYTES), payload]));
    this.#side.pinged();
  }

  #takeGoAway(frame: Frame): void {
    this.#side.goAway(numberIn(frame, 4), numberIn(frame, 0) & 0x7fffffff, frame.payload.subarray(8));
  }

  #takeWindowUpdate(frame: Frame): void {
    const bytes = onlyNumber(frame) & 0x7fffffff;
    if (bytes === 0) throw breach('a window grows by nothing');
    if (frame.streamId !== 0) return this.#streams.get(frame.streamId)?.takeWindowUpdate(bytes);
    this.outbox.window.grow(bytes);
    this.outbox.schedule();
  }
}
