/**
 * A frame on disk: a little-endian length word, the record, zeros up to the
 * next multiple of 8 (so that no length word lies across two sectors). The
 * word's low 56 bits are the record's bytes; its top byte is 0x80 + the count
 * of padding bytes, or 0 if there are none. A word of zero ends the log.
 */
export const FRAME_HEADER_BYTES = 8;

export interface FrameHeader {
  readonly recordBytes: number;
  readonly paddingBytes: number;
  /** Whether the two agree; if not, the word is no frame's. */
  readonly valid: boolean;
}

const paddingFor = (recordBytes: number): number => -recordBytes & 7;

/** The frame around a record, ready to be written. */
export function frame(record: Uint8Array): Uint8Array {
  const padding = paddingFor(record.length);
  const bytes = new Uint8Array(FRAME_HEADER_BYTES + record.length + padding);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, record.length, true);
  view.setUint8(7, padding === 0 ? 0 : 0x80 | padding);
  bytes.set(record, FRAME_HEADER_BYTES);
  return bytes;
}

/** Reads the length word at the start of `bytes`; undefined if it is zero. */
export function readFrameHeader(bytes: Uint8Array): FrameHeader | undefined {
  const view = new DataView(bytes.buffer, bytes.byteOffset, FRAME_HEADER_BYTES);
  const low = view.getUint32(0, true);
  const high = view.getUint32(4, true);
  if (low === 0 && high === 0) return undefined;
  // Lengths beyond 2^53 lose bits here, but are beyond any file as well.
  const recordBytes = (high & 0xffffff) * 2 ** 32 + low;
  const marker = high >>> 24;
  const paddingBytes = marker & 0x80 ? marker & 7 : 0;
  const expected = paddingFor(low);
  return { recordBytes, paddingBytes, valid: marker === (expected === 0 ? 0 : 0x80 | expected) };
}
