import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Flag, type Frame, frameHeader, FrameReader, FrameType, unpadded } from '../../../../src/grpc/http2/frames.ts';
import { ReceiveWindow } from '../../../../src/grpc/http2/receive-window.ts';
import { SendWindow } from '../../../../src/grpc/http2/send-window.ts';
import { PeerSettings } from '../../../../src/grpc/http2/settings.ts';

const frame = fc.record({
  type: fc.nat(255),
  flags: fc.nat(255),
  streamId: fc.nat(2 ** 31 - 1),
  payload: fc.uint8Array({ maxLength: 40 }).map((bytes) => Buffer.from(bytes)),
});

describe('the reader of frames', () => {
  it('reads the same frames whatever the chunks', () => {
    fc.assert(
      fc.property(fc.array(frame, { maxLength: 6 }), fc.array(fc.integer({ min: 1, max: 30 })), (frames, sizes) => {
        const all = Buffer.concat(
          frames.flatMap(({ type, flags, streamId, payload }) => [
            frameHeader(type, flags, streamId, payload.length),
            payload,
          ]),
        );
        const reader = new FrameReader();
        const read: Frame[] = [];
        let offset = 0;
        for (let turn = 0; offset < all.length; turn += 1) {
          const end = offset + (sizes[turn % sizes.length] ?? all.length);
          reader.push(all.subarray(offset, end), (one) => read.push({ ...one, payload: Buffer.from(one.payload) }));
          offset = end;
        }
        expect(read).toEqual(frames);
      }),
    );
  });

  it.each(['HTTP/1.1 400 Bad Request\r\n', '\x15\x03\x01\x00\x02\x02\x46xx'])('refuses %j', (text) => {
    const reader = new FrameReader();
    const push = (): void => reader.push(Buffer.from(text, 'latin1'), () => {});
    expect(push).toThrow(expect.objectContaining({ http2Code: 6 }));
  });
});

describe('padding', () => {
  const of = (type: number, flags: number, hex: string): string =>
    unpadded({ type, flags, streamId: 1, payload: Buffer.from(hex, 'hex') }).toString('hex');

  it.each([
    [FrameType.Data, 0, '616263', '616263'],
    [FrameType.Data, Flag.Padded, '0261620000', '6162'],
    [FrameType.Headers, Flag.Priority, '000000001061', '61'],
    [FrameType.Headers, Flag.Padded | Flag.Priority, '0100000000106100', '61'],
  ])('type %d with flags %d', (type, flags, hex, rest) => {
    expect(of(type, flags, hex)).toBe(rest);
  });

  it('that is longer than its frame is refused', () => {
    expect(() => of(FrameType.Data, Flag.Padded, '0561')).toThrow(expect.objectContaining({ http2Code: 1 }));
  });
});

describe('windows', () => {
  it('grow back when half of them has been read', () => {
    const window = new ReceiveWindow(100);
    window.take(60);
    expect([window.release(49), window.release(11)]).toEqual([0, 60]);
    window.take(100);
    expect(() => window.take(1)).toThrow(expect.objectContaining({ http2Code: 3 }));
  });

  it('do not grow beyond 31 bits', () => {
    const window = new SendWindow(0);
    window.grow(2 ** 31 - 1);
    expect(() => window.grow(1)).toThrow(expect.objectContaining({ http2Code: 3 }));
  });
});

describe('settings', () => {
  const update = (hex: string): PeerSettings => {
    const settings = new PeerSettings();
    settings.update(Buffer.from(hex, 'hex'));
    return settings;
  };

  it('are taken over, and unknown ones ignored', () => {
    expect(update('0003000000070004000000050005000050000001000000080099ffffffff')).toMatchObject({
      maxConcurrentStreams: 7,
      initialWindowBytes: 5,
      maxFrameBytes: 0x5000,
      headerTableBytes: 8,
    });
    expect(update('').maxConcurrentStreams).toBe(Number.POSITIVE_INFINITY);
  });

  it.each([
    ['0004', 6],
    ['000480000000', 3],
    ['000500000001', 1],
    ['000501000000', 1],
  ])('%s are refused', (hex, http2Code) => {
    expect(() => update(hex)).toThrow(expect.objectContaining({ http2Code }));
  });
});
