import { GrpcError } from './errors.ts';
import { StatusCode } from './status.ts';

/** Each message is preceded by one byte of flags and its length in four bytes, big endian. */
export const FRAME_HEADER_BYTES = 5;

const IDENTITY = 0;
const COMPRESSED = 1;
const NOTHING: Uint8Array = Buffer.alloc(0);

/**
 * Puts the frame header before a message.
 * @throws GrpcError (ResourceExhausted) when the message is larger than `maxBytes`.
 */
export function encodeFrame(message: Uint8Array, maxBytes: number): Uint8Array {
  const length = message.byteLength;
  if (length > maxBytes) {
    const details = `trying to send message larger than max (${length} vs. ${maxBytes})`;
    throw new GrpcError(StatusCode.ResourceExhausted, details, { unprocessed: true });
  }
  const frame = Buffer.allocUnsafe(FRAME_HEADER_BYTES + length);
  frame[0] = IDENTITY;
  frame.writeUInt32BE(length, 1);
  frame.set(message, FRAME_HEADER_BYTES);
  return frame;
}

/** What is made room for on a mere announcement; a message of more gets its room as it comes. */
const TRUSTED_BYTES = 256 * 1024;

/**
 * Cuts a byte stream into messages, whatever the chunks it comes in. Chunks are copied at once: who reads may use their
 * memory again. A hostile length costs little in advance. Every message owns its memory.
 */
export class Deframer {
  readonly #maxBytes: number;
  readonly #inflate: ((bytes: Uint8Array) => Uint8Array) | undefined;
  #headerBytes = 0;
  #flags = IDENTITY;
  #message = NOTHING;
  #messageBytes = 0;
  /** Bytes of the current message still to come; while its header comes, the length as far as it is known. */
  #missingBytes = 0;

  /** @param inflate unpacks a compressed message; without it none is accepted. */
  constructor(maxBytes: number, inflate?: (bytes: Uint8Array) => Uint8Array) {
    this.#maxBytes = maxBytes;
    this.#inflate = inflate;
  }

  /** True when no message has begun that is not complete. */
  get isBetweenMessages(): boolean {
    return this.#headerBytes === 0;
  }

  /**
   * Hands every message that the chunk completes to `deliver`, in order.
   * @throws GrpcError on a message that is too large or compressed; the stream cannot be read any further then.
   */
  push(chunk: Uint8Array, deliver: (message: Uint8Array) => void): void {
    let offset = 0;
    while (offset < chunk.byteLength) {
      if (this.#headerBytes < FRAME_HEADER_BYTES) offset = this.#takeHeader(chunk, offset);
      else offset = this.#takeBody(chunk, offset);
      if (this.#messageIsComplete) deliver(this.#takeMessage());
    }
  }

  get #messageIsComplete(): boolean {
    return this.#headerBytes === FRAME_HEADER_BYTES && this.#missingBytes === 0;
  }

  #takeHeader(chunk: Uint8Array, offset: number): number {
    const end = Math.min(chunk.byteLength, offset + FRAME_HEADER_BYTES - this.#headerBytes);
    for (let at = offset; at < end; at += 1) this.#takeHeaderByte(chunk[at] ?? 0);
    if (this.#headerBytes === FRAME_HEADER_BYTES) this.#checkHeader();
    return end;
  }

  #takeHeaderByte(byte: number): void {
    if (this.#headerBytes === 0) this.#flags = byte;
    else this.#missingBytes = this.#missingBytes * 256 + byte;
    this.#headerBytes += 1;
  }

  #checkHeader(): void {
    if (this.#flags === COMPRESSED && this.#inflate === undefined) {
      throw new GrpcError(StatusCode.Internal, 'received a compressed message, though no compression was agreed on');
    }
    if (this.#flags !== IDENTITY && this.#flags !== COMPRESSED) {
      throw new GrpcError(StatusCode.Internal, `received a message with unknown flags ${this.#flags}`);
    }
    if (this.#missingBytes > this.#maxBytes) {
      const details = `grpc: received message larger than max (${this.#missingBytes} vs. ${this.#maxBytes})`;
      throw new GrpcError(StatusCode.ResourceExhausted, details);
    }
  }

  #takeBody(chunk: Uint8Array, offset: number): number {
    const end = Math.min(chunk.byteLength, offset + this.#missingBytes);
    const needed = this.#messageBytes + end - offset;
    if (needed > this.#message.byteLength) this.#makeRoom(needed);
    this.#message.set(chunk.subarray(offset, end), this.#messageBytes);
    this.#messageBytes = needed;
    this.#missingBytes -= end - offset;
    return end;
  }

  /** Never more than the message will fill in the end. */
  #makeRoom(neededBytes: number): void {
    const wholeBytes = this.#messageBytes + this.#missingBytes;
    const roomBytes = Math.min(wholeBytes, Math.max(neededBytes, 2 * this.#message.byteLength, TRUSTED_BYTES));
    const before = this.#message.subarray(0, this.#messageBytes);
    this.#message = Buffer.allocUnsafe(roomBytes);
    this.#message.set(before);
  }

  #takeMessage(): Uint8Array {
    const message = this.#message;
    this.#message = NOTHING;
    this.#messageBytes = 0;
    this.#headerBytes = 0;
    return this.#flags === COMPRESSED && this.#inflate !== undefined ? this.#inflate(message) : message;
  }
}
