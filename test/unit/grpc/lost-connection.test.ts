import { constants } from 'node:http2';
import { describe, expect, it } from 'vitest';
import { StatusCode } from '../../../src/grpc/index.ts';
import { answer, type Behaviour, frame, grpcHeaders, serveHttp2 } from './bad-server.ts';
import { against, answerFine, toServer } from './harness.ts';
import { drain, echo, rejection } from './methods.ts';

const isPing = (headers: Parameters<Behaviour>[1]): boolean => headers[':path'] === echo.unary.path;

describe('a lost connection', () => {
  it.each<[string, Behaviour]>([
    ['closed', (stream) => stream.session?.destroy()],
    ['reset', (stream) => resetSocket(stream)],
  ])('%s under a call makes it Unavailable, and the next call connects again', async (_how, lose) => {
    const channel = await against((stream, headers) =>
      isPing(headers) ? answerFine(stream, headers) : lose(stream, headers),
    );
    expect(await channel.unary(echo.unary, 'x')).toBe('fine');
    const error = await rejection(channel.unary(echo.join, 'x'));
    expect(error).toMatchObject({ code: StatusCode.Unavailable, unprocessed: false });
    expect(error.details).toMatch(/^connection to 127\.0\.0\.1:\d+ failed: /);
    expect(error.cause).toMatchObject({ phase: 'http2' });
    expect(['CLOSED', 'ECONNRESET', 'GOAWAY']).toContain(error.cause.code);
    expect(channel.lastFailure).toBe(error.cause);
    expect(channel.connected).toBe(false);
    expect(await channel.unary(echo.unary, 'x')).toBe('fine');
    expect(channel.lastFailure).toBeUndefined();
    expect(channel.connected).toBe(true);
  });

  it('in the middle of a stream gives what came before', async () => {
    const channel = await against((stream) => {
      stream.respond(grpcHeaders, { waitForTrailers: true });
      stream.write(frame('one'), () => setTimeout(() => resetSocket(stream), 20));
    });
    const call = channel.open(echo.chat);
    await call.write('x');
    const { received, error } = await drain(call);
    expect(received).toEqual(['one']);
    expect(error).toMatchObject({ code: StatusCode.Unavailable, cause: { phase: 'http2', code: 'ECONNRESET' } });
    expect(await rejection(call.write('y'))).toBe(error);
  });

  it('between calls is noticed', async () => {
    const server = await serveHttp2(answerFine);
    const channel = toServer(server);
    await channel.unary(echo.unary, 'x');
    server.sessions[0]!.destroy();
    await expect.poll(() => channel.connected).toBe(false);
    expect(await channel.unary(echo.unary, 'x')).toBe('fine');
    expect(server.sessions).toHaveLength(2);
  });
});

describe('GOAWAY', () => {
  it('lets calls finish that the server still serves, and new ones go elsewhere', async () => {
    let finish: (() => void) | undefined;
    const server = await serveHttp2((stream, headers) => {
      if (isPing(headers)) return answerFine(stream, headers);
      finish = () => answer(stream, ['late but good'], { 'grpc-status': '0' });
      stream.session?.goaway(constants.NGHTTP2_NO_ERROR, 2 ** 31 - 1);
    });
    const channel = toServer(server);
    const slow = channel.unary(echo.join, 'x');
    await expect.poll(() => finish !== undefined && !channel.connected).toBe(true);
    expect(await channel.unary(echo.unary, 'x')).toBe('fine');
    expect(server.sessions).toHaveLength(2);
    finish?.();
    expect(await slow).toBe('late but good');
    expect(await channel.unary(echo.unary, 'x')).toBe('fine');
    expect(server.sessions).toHaveLength(2);
    expect(channel.lastFailure).toBeUndefined();
  });

  it('disowns the calls above its last stream, and serves the others', async () => {
    const streams: Parameters<Behaviour>[] = [];
    const channel = await against((stream, headers) => {
      streams.push([stream, headers]);
      if (streams.length < 3) return;
      const [first] = streams;
      stream.session?.goaway(constants.NGHTTP2_NO_ERROR, first![0].id);
      setTimeout(() => answerFine(...first!), 20);
    });
    const calls = [1, 2, 3].map(() => channel.unary(echo.unary, 'x'));
    const disowned = await Promise.all(calls.slice(1).map(rejection));
    for (const error of disowned) expect(error).toMatchObject({ code: StatusCode.Unavailable, unprocessed: true });
    expect(await calls[0]).toBe('fine');
  });

  it('with an error ends all calls, and only those below its last stream may have been processed', async () => {
    const streams: number[] = [];
    const channel = await against((stream) => {
      streams.push(stream.id!);
      if (streams.length === 3) stream.session?.goaway(constants.NGHTTP2_INTERNAL_ERROR, streams[1]);
    });
    const errors = await Promise.all([1, 2, 3].map(() => rejection(channel.unary(echo.unary, 'x'))));
    expect(errors.map((error) => error.unprocessed)).toEqual([false, false, true]);
    for (const error of errors) {
      expect(error).toMatchObject({ code: StatusCode.Unavailable });
      expect(error.cause).toMatchObject({ code: 'GOAWAY', message: 'the peer sent GOAWAY (INTERNAL_ERROR)' });
    }
  });

  it('for too many pings says so', async () => {
    const channel = await against((stream) => {
      stream.session?.goaway(constants.NGHTTP2_ENHANCE_YOUR_CALM, stream.id, Buffer.from('too_many_pings'));
    });
    const error = await rejection(channel.unary(echo.unary, 'x'));
    expect(error).toMatchObject({ code: StatusCode.Unavailable, unprocessed: false });
    expect(error.cause).toMatchObject({
      code: 'TOO_MANY_PINGS',
      message: 'the peer sent GOAWAY (ENHANCE_YOUR_CALM, too_many_pings)',
    });
  });
});

function resetSocket(stream: Parameters<Behaviour>[0]): void {
  stream.session?.socket.resetAndDestroy();
}
