import type { Carrier } from '../transport.ts';
import { Http2Error, http2Error, Http2ErrorCode } from './errors.ts';
import {
  DEFAULT_WINDOW_BYTES,
  Flag,
  type Frame,
  frameHeader,
  FrameReader,
  FrameType,
  numbersFrame,
  Setting,
  settingsFrame,
  unpadded,
} from './frames.ts';
import { HeaderBlocks } from './header-blocks.ts';
import { Outbox } from './outbox.ts';
import { ReceiveWindow } from './receive-window.ts';
import { type RequestHeaders, Stream, type StreamHost, type StreamListener, STREAM_WINDOW_BYTES } from './stream.ts';

export interface SessionListener {
  /** The peer's first settings have come: it speaks HTTP/2. */
  settled(): void;
  goAway(code: number, lastStreamId: number, debug: Buffer): void;
  /** The session is over; `error` is how the peer broke the protocol, if that is why. Its streams are closed after this. */
  closed(error: Error | undefined): void;
}

/** Room for all of a connection. What a stream does not read waits in that stream's own window. */
const CONNECTION_WINDOW_BYTES = 8 * 1024 * 1024;
const PREFACE = Buffer.from('PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n');
const PING_BYTES = 8;
/** So many answers to a peer that does not read them, and no more. */
const MAX_BACKLOG = 10_000;

/** One HTTP/2 connection, from the side that asks. Requests may be made at once; they wait until the transport is ready. */
export class Session implements StreamHost {
  readonly #transport: Carrier;
  readonly #listener: SessionListener;
  readonly #reader = new FrameReader();
  readonly #blocks = new HeaderBlocks();
  readonly #window = new ReceiveWindow(CONNECTION_WINDOW_BYTES);
  readonly #streams = new Map<number, Stream>();
  readonly #outbox: Outbox;
  readonly #pings: Array<() => void> = [];
  #lastId = 0;
  #isSettled = false;
  #isClosing = false;
  #isDestroyed = false;

  /** @param readyEvent what the transport says when it takes bytes; undefined when it does already */
  constructor(transport: Carrier, readyEvent: string | undefined, listener: SessionListener) {
    this.#transport = transport;
    this.#listener = listener;
    this.#outbox = new Outbox(transport, (id, stream) => {
      this.#lastId = id;
      this.#streams.set(id, stream);
    });
    this.#outbox.add(
      PREFACE,
      settingsFrame([
        [Setting.EnablePush, 0],
        [Setting.InitialWindowSize, STREAM_WINDOW_BYTES],
      ]),
      numbersFrame(FrameType.WindowUpdate, 0, CONNECTION_WINDOW_BYTES - DEFAULT_WINDOW_BYTES),
    );
    transport.on('data', (chunk: Buffer) => this.#receive(chunk));
    transport.once('close', () => this.destroy());
    if (readyEvent === undefined) queueMicrotask(() => this.#begin());
    else transport.once(readyEvent, () => this.#begin());
  }

  /** New requests may be made. */
  get isUsable(): boolean {
    return !this.#isClosing && !this.#isDestroyed && this.#outbox.hasStreamIds;
  }

  get isDestroyed(): boolean {
    return this.#isDestroyed;
  }

  /** @throws Error when the session is not usable */
  request(headers: RequestHeaders, listener: StreamListener): Stream {
    if (!this.isUsable) throw new Error('the connection takes no more requests');
    const stream = new Stream(this, headers, listener);
    this.#outbox.start(stream);
    return stream;
  }

  ping(onAnswer: () => void): void {
    this.#pings.push(onAnswer);
    this.#outbox.add(frameHeader(FrameType.Ping, 0, 0, PING_BYTES), Buffer.alloc(PING_BYTES));
  }

  /** Ends it and all its streams at once. */
  destroy(error?: Error): void {
    if (this.#isDestroyed) return;
    this.#isDestroyed = true;
    if (error instanceof Http2Error && !this.#transport.destroyed) {
      this.#outbox.close();
      const goAway = numbersFrame(FrameType.GoAway, 0, 0, error.http2Code);
      this.#transport.write(goAway);
    }
    this.#outbox.close();
    this.#listener.closed(error);
    this.#transport.destroy();
    for (const stream of [...this.#streams.values(), ...this.#outbox.waiting]) stream.finish();
  }

  wake(stream: Stream): void {
    this.#outbox.wake(stream);
  }

  grant(stream: Stream, bytes: number): void {
    if (stream.id !== undefined) this.#outbox.add(numbersFrame(FrameType.WindowUpdate, stream.id, bytes));
  }

  reset(stream: Stream, code: number): void {
    if (stream.id !== undefined) this.#outbox.add(numbersFrame(FrameType.RstStream, stream.id, code));
  }

  forget(stream: Stream): void {
    if (stream.id !== undefined) this.#streams.delete(stream.id);
    this.#outbox.forget(stream);
    if (this.#isClosing && this.#streams.size === 0) this.destroy();
  }

  #begin(): void {
    if (this.#isDestroyed || this.#transport.destroyed) return;
    this.#transport.once('end', () => this.destroy());
    this.#outbox.open();
  }

  #receive(chunk: Buffer): void {
    if (this.#isDestroyed) return;
    try {
      this.#reader.push(chunk, (frame) => {
        if (!this.#isDestroyed) this.#take(frame);
      });
    } catch (error) {
      this.destroy(error instanceof Error ? error : new Error(String(error)));
    }
  }

  #take(frame: Frame): void {
    const { type, streamId } = frame;
    if (!this.#isSettled && type !== FrameType.Settings) throw breach('it does not begin with SETTINGS');
    const isOfStream = type <= FrameType.RstStream || type === FrameType.Continuation;
    if (isOfStream && (streamId === 0 || streamId > this.#lastId || streamId % 2 === 0)) {
      throw breach('a frame is of a stream that was never opened');
    }
    const block = this.#blocks.take(frame);
    if (block !== undefined) return this.#streams.get(streamId)?.takeHeaders(block.headers, block.isEnd);
    if (type === FrameType.Data) return this.#takeData(frame);
    if (type === FrameType.RstStream) return this.#streams.get(streamId)?.takeReset(number(frame, 0));
    if (type === FrameType.Settings) return this.#takeSettings(frame);
    if (type === FrameType.Ping) return this.#takePing(frame);
    if (type === FrameType.GoAway) return this.#takeGoAway(frame);
    if (type === FrameType.WindowUpdate) return this.#takeWindowUpdate(frame);
    if (type === FrameType.PushPromise) throw breach('it pushes, though it was told not to');
  }

  #takeData(frame: Frame): void {
    const padded = frame.payload.length;
    this.#window.take(padded);
    const grant = this.#window.release(padded);
    if (grant > 0) this.#outbox.add(numbersFrame(FrameType.WindowUpdate, 0, grant));
    const stream = this.#streams.get(frame.streamId);
    if (stream === undefined) return; // we have given it up, and the peer does not know yet
    stream.takeData(unpadded(frame), padded);
    if ((frame.flags & Flag.EndStream) !== 0) stream.takeEnd();
  }

  #takeSettings({ flags, payload }: Frame): void {
    if ((flags & Flag.Ack) !== 0) return;
    const { settings } = this.#outbox;
    const before = settings.initialWindowBytes;
    settings.update(payload);
    for (const stream of this.#streams.values()) stream.growSendWindow(settings.initialWindowBytes - before);
    this.#answer(frameHeader(FrameType.Settings, Flag.Ack, 0, 0));
    if (this.#isSettled) return;
    this.#isSettled = true;
    this.#listener.settled();
  }

  #takePing({ flags, payload }: Frame): void {
    if (payload.length !== PING_BYTES) throw http2Error(Http2ErrorCode.FrameSizeError, 'a PING is not of 8 bytes');
    if ((flags & Flag.Ack) !== 0) this.#pings.shift()?.();
    else this.#answer(Buffer.concat([frameHeader(FrameType.Ping, Flag.Ack, 0, PING_BYTES), payload]));
  }

  #answer(frame: Buffer): void {
    if (this.#outbox.backlog > MAX_BACKLOG) {
      throw http2Error(Http2ErrorCode.EnhanceYourCalm, 'it asks more often than it reads the answers');
    }
    this.#outbox.add(frame);
  }

  #takeGoAway(frame: Frame): void {
    const lastStreamId = number(frame, 0) & 0x7fffffff;
    const code = number(frame, 4);
    this.#isClosing = true;
    this.#listener.goAway(code, lastStreamId, frame.payload.subarray(8));
    if (code !== Http2ErrorCode.NoError) return this.destroy();
    for (const stream of [...this.#streams.values(), ...this.#outbox.waiting]) {
      if (stream.id !== undefined && stream.id <= lastStreamId) continue;
      stream.resetCode = Http2ErrorCode.RefusedStream;
      stream.finish();
    }
    if (this.#streams.size === 0) this.destroy();
  }

  #takeWindowUpdate(frame: Frame): void {
    const bytes = number(frame, 0) & 0x7fffffff;
    if (bytes === 0) throw breach('a window grows by nothing');
    if (frame.streamId === 0) {
      this.#outbox.window.grow(bytes);
      this.#outbox.schedule();
    } else {
      this.#streams.get(frame.streamId)?.growSendWindow(bytes);
    }
  }
}

const breach = (what: string): Http2Error => http2Error(Http2ErrorCode.ProtocolError, what);

/** A 32-bit number in a payload. */
function number({ payload }: Frame, offset: number): number {
  if (payload.length < offset + 4) throw http2Error(Http2ErrorCode.FrameSizeError, 'a frame is too short');
  return payload.readUInt32BE(offset);
}
