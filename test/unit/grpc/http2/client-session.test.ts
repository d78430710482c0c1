import { describe, expect, it } from 'vitest';
import { StatusCode } from '../../../../src/grpc/index.ts';
import { answer, emptySettings, grpcHeaders, serveHttp2, serveTcp } from '../bad-server.ts';
import { toServer } from '../harness.ts';
import { drain, echo, rejection } from '../methods.ts';

const frame = (type: number, flags: number, streamId: number, payload: Buffer = Buffer.alloc(0)): Buffer =>
  Buffer.concat([Buffer.from([0, payload.length >> 8, payload.length & 255, type, flags, 0, 0, 0, streamId]), payload]);

describe('a peer that breaks the protocol', () => {
  it.each([
    ['begins with something else than SETTINGS', [frame(6, 0, 0, Buffer.alloc(8))], 1],
    ['sends data to nobody', [emptySettings, frame(0, 0, 0, Buffer.alloc(1))], 1],
    ['sends data on a stream that was never opened', [emptySettings, frame(0, 0, 9, Buffer.alloc(1))], 1],
    ['answers on a stream of its own', [emptySettings, frame(1, 4, 2, Buffer.from([0x88]))], 1],
    ['pushes', [emptySettings, frame(5, 4, 1, Buffer.from([0, 0, 0, 2, 0x82]))], 1],
    ['tears headers apart', [emptySettings, frame(1, 0, 1, Buffer.from([0x88])), frame(6, 0, 0, Buffer.alloc(8))], 1],
    ['continues what was not begun', [emptySettings, frame(9, 4, 1, Buffer.from([0x88]))], 1],
    ['sends a ping of another size', [emptySettings, frame(6, 0, 0, Buffer.alloc(7))], 6],
    ['sends a reset without a code', [emptySettings, frame(3, 0, 1)], 6],
    ['opens a window by nothing', [emptySettings, frame(8, 0, 0, Buffer.alloc(4))], 1],
    ['opens a window too far', [emptySettings, frame(8, 0, 0, Buffer.from('7fffffff', 'hex'))], 3],
    ['sends malformed headers', [emptySettings, frame(1, 4, 1, Buffer.from([0x80]))], 9],
    ['sends trailers that are not the last', [emptySettings, ...twoResponses()], 1],
  ])('%s loses the connection, and hears why', async (_what, frames, http2Code) => {
    let heard = Buffer.alloc(0);
    const server = await serveTcp((socket) => {
      socket.on('data', (bytes: Buffer) => {
        const isFirst = heard.length === 0;
        heard = Buffer.concat([heard, bytes]);
        if (isFirst) for (const bytes of frames) socket.write(bytes);
      });
    });
    const channel = toServer(server);
    const error = await rejection(channel.unary(echo.unary, 'x'));
    expect(error).toMatchObject({ code: StatusCode.Unavailable });
    expect(channel.connected).toBe(false);
    await expect.poll(() => heard.subarray(-17, -8).toString('hex')).toBe('000008070000000000');
    expect(heard.readUInt32BE(heard.length - 4)).toBe(http2Code);
  });
});

function twoResponses(): Buffer[] {
  const headers = Buffer.concat([Buffer.from([0x88, 0x0f, 0x10, 16]), Buffer.from('application/grpc')]);
  return [frame(1, 4, 1, headers), frame(1, 4, 1, headers)];
}

describe('requests', () => {
  it('wait for a stream to end when the peer allows no more', async () => {
    let open = 0;
    let most = 0;
    const server = await serveHttp2(
      (stream) => {
        open += 1;
        most = Math.max(most, open);
        stream.on('close', () => {
          open -= 1;
        });
        setTimeout(() => answer(stream, ['fine'], { 'grpc-status': '0' }), 5);
      },
      { settings: { maxConcurrentStreams: 2 } },
    );
    const channel = toServer(server);
    await channel.connect();
    const answers = await Promise.all(Array.from({ length: 9 }, () => channel.unary(echo.unary, 'x')));
    expect(answers).toEqual(Array.from({ length: 9 }, () => 'fine'));
    expect(most).toBe(2);
  });

  it.each([0, 100, 4096, 65_536])('have their headers understood by a table of %d bytes', async (headerTableSize) => {
    const seen: unknown[] = [];
    const server = await serveHttp2(
      (stream, headers) => {
        seen.push(headers['big'], headers['token'], headers['user-agent']);
        stream.respond({ ...grpcHeaders, echo: headers['big'], repeated: ['a', 'b'] }, { waitForTrailers: true });
        stream.on('wantTrailers', () => stream.sendTrailers({ 'grpc-status': '0' }));
        stream.end();
      },
      { settings: { headerTableSize } },
    );
    const channel = toServer(server, { userAgent: 'tests/1' });
    await channel.connect();
    for (let turn = 0; turn < 5; turn += 1) {
      // Larger than a frame, so that it is continued, every other time.
      const big = 'x'.repeat(turn % 2 === 0 ? 20_000 : 1500) + turn;
      const call = channel.open(echo.chat, { metadata: { big, token: `t${turn}` } });
      call.end();
      expect(await call.headers).toMatchObject({ echo: big, repeated: 'a, b' });
      expect(await drain(call)).toEqual({ received: [] });
      expect(seen.splice(0)).toEqual([big, `t${turn}`, 'tests/1']);
    }
  });

  it('are sent in small pieces to a peer with a small window', async () => {
    const server = await serveHttp2(
      (stream) => {
        let bytes = 0;
        stream.on('data', (chunk: Buffer) => {
          bytes += chunk.length;
        });
        stream.on('end', () => answer(stream, [String(bytes)], { 'grpc-status': '0' }));
      },
      { settings: { initialWindowSize: 1000 } },
    );
    const channel = toServer(server);
    // The first goes out before the window is known, and then has to wait until it is no longer overdrawn.
    const texts = ['x'.repeat(300_000), 'y'.repeat(30_000), ''];
    const answers = await Promise.all(texts.map((text) => channel.unary(echo.unary, text)));
    expect(answers).toEqual(texts.map((text) => String(text.length + 5)));
  });
});
