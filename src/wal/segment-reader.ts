import { type File, readFully } from '../base/index.ts';
import { FRAME_HEADER_BYTES, readFrameHeader } from './frame.ts';

const WINDOW_BYTES = 256 * 1024;

/**
 * No message between members may be larger (etcd's own bound when it receives
 * one), so no log holds a larger record, whatever a length word claims.
 */
const MAX_RECORD_BYTES = 512 * 1024 * 1024;

/**
 * - `record`: `bytes` is the record with its padding, `recordBytes` long without
 * - `end`: a length word of zero, or the end of the file
 * - `overrun`: the frame runs past the end of the file
 * - `invalid`: what stands in a length word's place is none
 */
export type Frame =
  | { readonly kind: 'record'; readonly bytes: Uint8Array; readonly recordBytes: number }
  | { readonly kind: 'end' }
  | { readonly kind: 'overrun'; readonly reason: string }
  | { readonly kind: 'invalid'; readonly reason: string };

/** Reads one segment's frames in order. Memory: a window, and one record if that is larger. */
export class SegmentReader {
  readonly #file: File;
  readonly #size: number;
  /** Never written to again once filled: records that were handed out are views of it. */
  #window = new Uint8Array(0);
  #windowStart = 0;
  #offset = 0;

  constructor(file: File) {
    this.#file = file;
    this.#size = file.size();
  }

  /** Where the next frame begins; after a frame that is no record, where that one begins. */
  get offset(): number {
    return this.#offset;
  }

  /** The next frame. Steps over records only. */
  next(): Frame {
    const remaining = this.#size - this.#offset;
    if (remaining <= 0) return { kind: 'end' };
    if (remaining < FRAME_HEADER_BYTES) return { kind: 'overrun', reason: 'length word cut short' };
    const word = this.#bytes(this.#offset, FRAME_HEADER_BYTES);
    if (!word) return this.#shrunk();
    const header = readFrameHeader(word);
    if (!header) return { kind: 'end' };
    const length = header.recordBytes + header.paddingBytes;
    if (length > remaining - FRAME_HEADER_BYTES) {
      return { kind: 'overrun', reason: `record of ${header.recordBytes} bytes where ${remaining} are left` };
    }
    if (!header.valid) return { kind: 'invalid', reason: 'length and padding do not agree' };
    if (length > MAX_RECORD_BYTES) return { kind: 'invalid', reason: `record of ${length} bytes is beyond all bounds` };
    const bytes = this.#bytes(this.#offset + FRAME_HEADER_BYTES, length);
    if (!bytes) return this.#shrunk();
    this.#offset += FRAME_HEADER_BYTES + length;
    return { kind: 'record', bytes, recordBytes: header.recordBytes };
  }

  #shrunk(): Frame {
    return { kind: 'overrun', reason: 'file ends earlier than its size tells' };
  }

  /** The bytes at an offset; undefined if the file ends before. */
  #bytes(offset: number, length: number): Uint8Array | undefined {
    const at = offset - this.#windowStart;
    if (at + length <= this.#window.length) return this.#window.subarray(at, at + length);
    const window = new Uint8Array(Math.max(length, Math.min(WINDOW_BYTES, this.#size - offset)));
    const filled = readFully(this.#file, window, offset);
    this.#window = window.subarray(0, filled);
    this.#windowStart = offset;
    return filled < length ? undefined : window.subarray(0, length);
  }
}
