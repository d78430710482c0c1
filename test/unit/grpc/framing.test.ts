import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Deframer, encodeFrame, FRAME_HEADER_BYTES } from '../../../src/grpc/framing.ts';
import { GrpcError, StatusCode } from '../../../src/grpc/index.ts';

const NO_LIMIT = 2 ** 31 - 1;

function deframe(chunks: readonly Uint8Array[], maxBytes = NO_LIMIT): { messages: Uint8Array[]; deframer: Deframer } {
  const deframer = new Deframer(maxBytes);
  const messages: Uint8Array[] = [];
  for (const chunk of chunks) deframer.push(chunk, (message) => messages.push(message));
  return { messages, deframer };
}

/** Cuts bytes at the given places, taken modulo the length; some pieces may be empty. */
function cut(bytes: Uint8Array, places: readonly number[]): Uint8Array[] {
  const sorted = places.map((place) => place % (bytes.byteLength + 1)).sort((a, b) => a - b);
  return [0, ...sorted].map((start, index) => bytes.subarray(start, sorted[index] ?? bytes.byteLength));
}

const message = fc.oneof(fc.uint8Array({ maxLength: 20 }), fc.uint8Array({ minLength: 500, maxLength: 1000 }));

describe('framing', () => {
  it('puts flags and a big-endian length before the message', () => {
    expect([...encodeFrame(new Uint8Array([7, 8, 9]), NO_LIMIT)]).toEqual([0, 0, 0, 0, 3, 7, 8, 9]);
    expect([...encodeFrame(new Uint8Array(0), NO_LIMIT)]).toEqual([0, 0, 0, 0, 0]);
    const long = encodeFrame(new Uint8Array(0x01_02_03), NO_LIMIT);
    expect([...long.subarray(0, FRAME_HEADER_BYTES)]).toEqual([0, 0, 1, 2, 3]);
  });

  it('yields the same messages however the bytes are cut', () => {
    fc.assert(
      fc.property(fc.array(message, { maxLength: 8 }), fc.array(fc.nat(), { maxLength: 30 }), (messages, places) => {
        const bytes = Buffer.concat(messages.map((each) => encodeFrame(each, NO_LIMIT)));
        const { messages: found, deframer } = deframe(cut(bytes, places));
        expect(found.map((each) => [...each])).toEqual(messages.map((each) => [...each]));
        expect(deframer.isBetweenMessages).toBe(true);
      }),
    );
  });

  it('knows whether a cut-off stream ended between messages', () => {
    fc.assert(
      fc.property(fc.array(message, { minLength: 1, maxLength: 5 }), fc.nat(), (messages, place) => {
        const frames = messages.map((each) => encodeFrame(each, NO_LIMIT));
        const bytes = Buffer.concat(frames);
        const end = place % (bytes.byteLength + 1);
        let boundary = 0;
        const boundaries = new Set([0, ...frames.map((frame) => (boundary += frame.byteLength))]);
        expect(deframe([bytes.subarray(0, end)]).deframer.isBetweenMessages).toBe(boundaries.has(end));
      }),
    );
  });

  it('hands out messages that own their memory', () => {
    const chunk = Buffer.from(encodeFrame(Buffer.from('original'), NO_LIMIT));
    const { messages } = deframe([chunk]);
    chunk.fill(0);
    expect(Buffer.from(messages[0]!).toString()).toBe('original');
  });

  it('delivers messages before the one that is wrong', () => {
    const good = encodeFrame(Buffer.from('good'), NO_LIMIT);
    const deframer = new Deframer(4);
    const messages: string[] = [];
    const bytes = Buffer.concat([good, encodeFrame(Buffer.from('too long'), NO_LIMIT)]);
    expect(() => deframer.push(bytes, (each) => messages.push(Buffer.from(each).toString()))).toThrow(GrpcError);
    expect(messages).toEqual(['good']);
  });
});

describe('limits', () => {
  it.each([
    [4, 4],
    [0, 0],
  ])('let a message of exactly the limit pass: %d of %d', (length, limit) => {
    expect(deframe([encodeFrame(new Uint8Array(length), limit)], limit).messages).toHaveLength(1);
  });

  it('are named when a message to be sent is larger', () => {
    expect(() => encodeFrame(new Uint8Array(2_200_010), 2_097_152)).toThrowError(
      expect.objectContaining({
        code: StatusCode.ResourceExhausted,
        details: 'trying to send message larger than max (2200010 vs. 2097152)',
        unprocessed: true,
      }),
    );
  });

  it('are named as soon as the header of a larger message is there', () => {
    const header = encodeFrame(new Uint8Array(11), NO_LIMIT).subarray(0, FRAME_HEADER_BYTES);
    expect(() => deframe([header], 10)).toThrowError(
      expect.objectContaining({
        code: StatusCode.ResourceExhausted,
        details: 'grpc: received message larger than max (11 vs. 10)',
      }),
    );
  });

  it('stop a length that is pure noise without allocating it', () => {
    expect(() => deframe([new Uint8Array([0, 255, 255, 255, 255])])).toThrow(
      'grpc: received message larger than max (4294967295 vs. 2147483647)',
    );
    const before = process.memoryUsage().arrayBuffers;
    const { messages, deframer } = deframe([new Uint8Array([0, 127, 255, 255, 255, 1])]);
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(1_000_000);
    expect(messages).toEqual([]);
    expect(deframer.isBetweenMessages).toBe(false);
  });
});

describe('flags', () => {
  it.each([
    [1, 'received a compressed message, though no compression was agreed on'],
    [2, 'received a message with unknown flags 2'],
    [255, 'received a message with unknown flags 255'],
  ])('%d are refused', (flags, details) => {
    expect(() => deframe([new Uint8Array([flags, 0, 0, 0, 0])])).toThrowError(
      expect.objectContaining({ code: StatusCode.Internal, details }),
    );
  });
});
