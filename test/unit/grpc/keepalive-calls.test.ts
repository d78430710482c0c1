import { constants } from 'node:http2';
import { describe, expect, it } from 'vitest';
import { StatusCode } from '../../../src/grpc/index.ts';
import { emptySettings, serveHttp2, serveTcp } from './bad-server.ts';
import { answerFine, toServer } from './harness.ts';
import { echo, rejection } from './methods.ts';

describe('keep-alive', () => {
  it('finds out that a peer with open calls is dead', async () => {
    const channel = toServer(
      await serveTcp((socket) => {
        socket.write(emptySettings);
        socket.resume();
      }),
      { keepAliveTimeMs: 30, keepAliveTimeoutMs: 30 },
    );
    const error = await rejection(channel.unary(echo.unary, 'x'));
    expect(error).toMatchObject({ code: StatusCode.Unavailable, unprocessed: false });
    expect(error.cause).toMatchObject({
      phase: 'http2',
      code: 'KEEPALIVE_TIMEOUT',
      message: 'the peer did not answer a keep-alive ping',
    });
    expect(channel.lastFailure).toBe(error.cause);
  });

  it('does not wait for a peer that broke the protocol', async () => {
    const dataOnStreamZero = Buffer.from([0, 0, 1, 0, 0, 0, 0, 0, 0, 7]);
    const server = await serveTcp((socket) => {
      socket.write(emptySettings);
      socket.on('data', (bytes) => bytes.includes(echo.unary.path) && socket.write(dataOnStreamZero));
    });
    const channel = toServer(server, { keepAliveTimeMs: 30, keepAliveTimeoutMs: 30 });
    const error = await rejection(channel.unary(echo.unary, 'x'));
    expect(error).toMatchObject({ code: StatusCode.Unavailable, unprocessed: false });
    expect(error.cause).toMatchObject({ phase: 'http2', code: 'HTTP2_PROTOCOL' });
  });

  it('pings while a call is open, and only then', async () => {
    let pings = 0;
    const server = await serveHttp2((stream, headers) => {
      stream.session?.on('ping', () => {
        pings += 1;
        if (pings === 3) answerFine(stream, headers);
      });
    });
    const channel = toServer(server, { keepAliveTimeMs: 20, keepAliveTimeoutMs: 10_000 });
    expect(await channel.unary(echo.unary, 'x')).toBe('fine');
    expect(pings).toBe(3);
    await new Promise((resolve) => setTimeout(resolve, 150));
    expect(pings).toBe(3);
    expect(channel.connected).toBe(true);
  });

  it('comes less often after the server has complained', async () => {
    const server = await serveHttp2((stream) => {
      stream.session?.once('ping', () => {
        stream.session?.goaway(constants.NGHTTP2_ENHANCE_YOUR_CALM, stream.id, Buffer.from('too_many_pings'));
      });
    });
    const channel = toServer(server, { keepAliveTimeMs: 40 });
    const waitsMs: number[] = [];
    for (let round = 0; round < 3; round += 1) {
      const start = performance.now();
      expect((await rejection(channel.unary(echo.unary, 'x'))).cause).toMatchObject({ code: 'TOO_MANY_PINGS' });
      waitsMs.push(performance.now() - start);
    }
    // However busy the machine, a ping cannot come before its time.
    expect(waitsMs[0]).toBeGreaterThan(39);
    expect(waitsMs[1]).toBeGreaterThan(79);
    expect(waitsMs[2]).toBeGreaterThan(159);
  });
});
