import { http2Error, Http2ErrorCode } from './errors.ts';

export const FrameType = {
  Data: 0,
  Headers: 1,
  Priority: 2,
  RstStream: 3,
  Settings: 4,
  PushPromise: 5,
  Ping: 6,
  GoAway: 7,
  WindowUpdate: 8,
  Continuation: 9,
} as const;

export const Flag = { EndStream: 0x1, Ack: 0x1, EndHeaders: 0x4, Padded: 0x8, Priority: 0x20 } as const;

export const Setting = {
  HeaderTableSize: 1,
  EnablePush: 2,
  MaxConcurrentStreams: 3,
  InitialWindowSize: 4,
  MaxFrameSize: 5,
} as const;

export const FRAME_HEADER_BYTES = 9;
/** The size that everyone takes, and what we announce by not naming another. */
export const DEFAULT_MAX_FRAME_BYTES = 16_384;
export const DEFAULT_WINDOW_BYTES = 65_535;
export const MAX_WINDOW_BYTES = 2 ** 31 - 1;

export interface Frame {
  readonly type: number;
  readonly flags: number;
  /** 0 for the connection itself. */
  readonly streamId: number;
  readonly payload: Buffer;
}

export function frameHeader(type: number, flags: number, streamId: number, length: number): Buffer {
  const header = Buffer.allocUnsafe(FRAME_HEADER_BYTES);
  header.writeUIntBE(length, 0, 3);
  header[3] = type;
  header[4] = flags;
  header.writeUInt32BE(streamId, 5);
  return header;
}

/** A frame whose payload is some 32-bit numbers. */
export function numbersFrame(type: number, streamId: number, ...numbers: readonly number[]): Buffer {
  const frame = Buffer.allocUnsafe(FRAME_HEADER_BYTES + 4 * numbers.length);
  frameHeader(type, 0, streamId, 4 * numbers.length).copy(frame);
  for (const [index, number] of numbers.entries()) frame.writeUInt32BE(number, FRAME_HEADER_BYTES + 4 * index);
  return frame;
}

/** @param debug a word for whoever reads the peer's log */
export function goAwayFrame(lastStreamId: number, http2Code: number, debug = ''): Buffer {
  const frame = numbersFrame(FrameType.GoAway, 0, lastStreamId, http2Code);
  const word = Buffer.from(debug);
  frame.writeUIntBE(8 + word.length, 0, 3);
  return Buffer.concat([frame, word]);
}

export function settingsFrame(settings: ReadonlyArray<readonly [id: number, value: number]>): Buffer {
  const payload = Buffer.allocUnsafe(6 * settings.length);
  for (const [index, [id, value]] of settings.entries()) {
    payload.writeUInt16BE(id, 6 * index);
    payload.writeUInt32BE(value, 6 * index + 2);
  }
  return Buffer.concat([frameHeader(FrameType.Settings, 0, 0, payload.length), payload]);
}

/**
 * Cuts what arrives into frames, whatever the chunks it comes in. Payloads are views of the chunks where they can be, and
 * the memory of a chunk may be used again after `push`: whoever keeps a payload copies it.
 */
export class FrameReader {
  /** The beginning of a frame. */
  #rest: Buffer | undefined;

  /** @throws Error when a frame is larger than we allow, which is also what bytes of another protocol look like */
  push(chunk: Buffer, take: (frame: Frame) => void): void {
    let offset = this.#completeRest(chunk, take);
    for (;;) {
      const end = offset + frameBytes(chunk, offset);
      if (chunk.length < end) break;
      take(frameAt(chunk, offset, end));
      offset = end;
    }
    if (offset < chunk.length) this.#rest = Buffer.from(chunk.subarray(offset));
  }

  /** @returns how many bytes of the chunk that took */
  #completeRest(chunk: Buffer, take: (frame: Frame) => void): number {
    let offset = 0;
    while (this.#rest !== undefined && offset < chunk.length) {
      const piece = chunk.subarray(offset, offset + frameBytes(this.#rest, 0) - this.#rest.length);
      const bytes = Buffer.concat([this.#rest, piece]);
      offset += piece.length;
      const isWhole = bytes.length >= FRAME_HEADER_BYTES && bytes.length === frameBytes(bytes, 0);
      this.#rest = isWhole ? undefined : bytes;
      if (isWhole) take(frameAt(bytes, 0, bytes.length));
    }
    return offset;
  }
}

/** How long the frame is that begins at `offset`, as far as it can be told: no shorter than its header. */
function frameBytes(bytes: Buffer, offset: number): number {
  if (bytes.length - offset < FRAME_HEADER_BYTES) return FRAME_HEADER_BYTES;
  const length = bytes.readUIntBE(offset, 3);
  if (length > DEFAULT_MAX_FRAME_BYTES) throw http2Error(Http2ErrorCode.FrameSizeError, 'a frame is too large');
  return FRAME_HEADER_BYTES + length;
}

const frameAt = (bytes: Buffer, offset: number, end: number): Frame => ({
  type: bytes[offset + 3] ?? 0,
  flags: bytes[offset + 4] ?? 0,
  streamId: bytes.readUInt32BE(offset + 5) & 0x7fffffff,
  payload: bytes.subarray(offset + FRAME_HEADER_BYTES, end),
});

/**
 * The payload of a DATA or HEADERS frame without padding and priority.
 * @throws Error when the padding is longer than the frame
 */
export function unpadded({ type, flags, payload }: Frame): Buffer {
  let begin = 0;
  let end = payload.length;
  if ((flags & Flag.Padded) !== 0) {
    begin = 1;
    end -= payload[0] ?? 0;
  }
  if (type === FrameType.Headers && (flags & Flag.Priority) !== 0) begin += 5;
  if (begin > end) throw http2Error(Http2ErrorCode.ProtocolError, 'the padding of a frame is longer than the frame');
  return payload.subarray(begin, end);
}
