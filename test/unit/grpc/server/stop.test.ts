import { describe, expect, it } from 'vitest';
import { GrpcError, StatusCode } from '../../../../src/grpc/index.ts';
import { until } from '../../../support/until.ts';
import { drain, rejection } from '../methods.ts';
import { methods, start } from './harness.ts';

/** A server with a slow unary method, which the test lets go, and a stream that never ends. */
async function busy() {
  let letGo = (): void => {};
  let began = 0;
  const running = await start((server) => {
    server.unary(methods.one, async (request) => {
      began += 1;
      await new Promise<void>((resolve) => (letGo = resolve));
      return `${request}, late`;
    });
    server.duplex(methods.chat, async (_requests, responses) => {
      began += 1;
      responses.send('hello');
      await new Promise(() => {});
    });
  });
  return { ...running, letGo: () => letGo(), started: (count: number) => until(() => began === count) };
}

describe('a server that stops', () => {
  it('lets unary calls finish, and ends streams with a status', async () => {
    const { server, channel, letGo, started } = await busy();
    const to = channel();
    const slow = to.unary(methods.one, 'answer');
    const call = to.open(methods.chat);
    const messages = drain(call);
    await started(2);
    const stopped = server.stop(10_000, new GrpcError(StatusCode.Unavailable, 'etcdserver: server stopped'));
    expect(await messages).toMatchObject({
      received: ['hello'],
      error: { code: StatusCode.Unavailable, details: 'etcdserver: server stopped' },
    });
    letGo();
    expect(await slow).toBe('answer, late');
    await stopped;
    expect(server.load).toEqual({ connections: 0, calls: 0 });
  });

  it('gives up waiting after its grace', async () => {
    const { server, channel, started } = await busy();
    const slow = rejection(channel().unary(methods.one, 'answer'));
    await started(1);
    await server.stop(50);
    expect(await slow).toMatchObject({ code: StatusCode.Unavailable });
  });

  it('ends everything at once without grace', async () => {
    const { server, channel, piped, started } = await busy();
    const failures = [channel(), piped()].map((to) => rejection(to.unary(methods.one, 'answer')));
    await started(2);
    await server.stop();
    for (const failure of await Promise.all(failures)) expect(failure.code).toBe(StatusCode.Unavailable);
  });

  it('takes no more connections', async () => {
    const { server, piped } = await busy();
    await server.stop();
    expect(await rejection(piped().unary(methods.one, 'x'))).toMatchObject({ code: StatusCode.Unavailable });
  });

  it('may stop twice, and idle', async () => {
    const { server } = await busy();
    await server.stop(10_000);
    await server.stop();
    expect(server.load).toEqual({ connections: 0, calls: 0 });
  });
});
