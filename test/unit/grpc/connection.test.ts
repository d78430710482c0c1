import { describe, expect, it } from 'vitest';
import { Deadline } from '../../../src/base/index.ts';
import { StatusCode, TransportFailure } from '../../../src/grpc/index.ts';
import { freePorts } from '../../support/ports.ts';
import { emptySettings, serveTcp } from './bad-server.ts';
import { against, channelTo, toServer } from './harness.ts';
import { drain, echo, rejection } from './methods.ts';

describe('a server that cannot be reached', () => {
  it('refuses the connection', async () => {
    const [port] = await freePorts(1);
    const channel = channelTo({ kind: 'tcp', host: '127.0.0.1', port: port! });
    const error = await rejection(channel.unary(echo.unary, 'x'));
    expect(error).toMatchObject({
      code: StatusCode.Unavailable,
      unprocessed: true,
      details: `cannot connect to 127.0.0.1:${port}: connect ECONNREFUSED 127.0.0.1:${port}`,
    });
    expect(error.cause).toBeInstanceOf(TransportFailure);
    expect(error.cause).toMatchObject({ phase: 'connect', code: 'ECONNREFUSED', peer: `127.0.0.1:${port}` });
    expect(error.cause.cause).toMatchObject({ syscall: 'connect' });
    expect(channel.lastFailure).toBe(error.cause);
    expect(await rejection(channel.connect())).toMatchObject({ code: StatusCode.Unavailable, unprocessed: true });
  });

  it('refuses on every address of its name', async () => {
    const [port] = await freePorts(1);
    const channel = channelTo({ kind: 'tcp', host: 'localhost', port: port! });
    const error = await rejection(channel.unary(echo.unary, 'x'));
    expect(error.cause).toMatchObject({ phase: 'connect', code: 'ECONNREFUSED' });
    expect(error.details).toContain(`127.0.0.1:${port}`);
  });

  it('has a name that nobody knows', async () => {
    const channel = channelTo({ kind: 'tcp', host: 'no-such-host.invalid', port: 2379 });
    const error = await rejection(channel.unary(echo.unary, 'x'));
    expect(error).toMatchObject({ code: StatusCode.Unavailable, unprocessed: true });
    expect(error.cause).toMatchObject({ phase: 'resolve', peer: 'no-such-host.invalid:2379' });
    expect(['ENOTFOUND', 'EAI_AGAIN']).toContain(error.cause.code);
  });

  it('has no socket at the path', async () => {
    const channel = channelTo({ kind: 'unix', path: '/nowhere/etcd.sock' });
    const error = await rejection(channel.unary(echo.unary, 'x'));
    expect(error).toMatchObject({ code: StatusCode.Unavailable, unprocessed: true });
    expect(error.cause).toMatchObject({ phase: 'connect', code: 'ENOENT', peer: 'unix:/nowhere/etcd.sock' });
  });

  it('has a port that cannot exist', async () => {
    const channel = channelTo({ kind: 'tcp', host: '127.0.0.1', port: 70_000 });
    const call = channel.open(echo.chat);
    expect((await drain(call)).error).toMatchObject({ code: StatusCode.Unavailable, unprocessed: true });
    expect(channel.lastFailure).toMatchObject({ phase: 'connect', code: 'ERR_SOCKET_BAD_PORT' });
    await rejection(call.write('x'));
    call.end();
    call.cancel();
  });
});

describe('a server that does not speak HTTP/2', () => {
  it.each<[string, (server: Parameters<Parameters<typeof serveTcp>[0]>[0]) => void, boolean]>([
    ['answers in HTTP/1', (socket) => socket.once('data', () => socket.end('HTTP/1.1 400 Bad Request\r\n\r\n')), true],
    [
      'answers with a TLS alert',
      (socket) => socket.once('data', () => socket.end('\x15\x03\x01\x00\x02\x02\x16')),
      true,
    ],
    ['greets first, like a mail server', (socket) => socket.write('220 mail.example ESMTP ready\r\n'), true],
    ['hangs up', (socket) => socket.once('data', () => socket.end()), false],
    ['hangs up with a reset', (socket) => socket.once('data', () => socket.resetAndDestroy()), false],
  ])('%s', async (_what, behave, unprocessed) => {
    const channel = toServer(await serveTcp(behave));
    const error = await rejection(channel.unary(echo.unary, 'x'));
    expect(error).toMatchObject({ code: StatusCode.Unavailable, unprocessed });
    expect(error.cause).toMatchObject({ phase: 'http2', code: 'NOT_HTTP2', peer: channel.peer });
    expect(channel.connected).toBe(false);
    expect(channel.lastFailure).toBe(error.cause);
    // Having waited for the connection first, nothing can have been processed.
    expect(await rejection(channel.connect())).toMatchObject({ unprocessed: true });
  });
});

describe('a server that never answers', () => {
  it('runs into the deadline, and the error says what was being waited for', async () => {
    const channel = toServer(await serveTcp(() => {}));
    const error = await rejection(channel.unary(echo.unary, 'x', { deadline: Deadline.after(50) }));
    expect(error).toMatchObject({ code: StatusCode.DeadlineExceeded, details: 'context deadline exceeded' });
    expect(error.cause).toMatchObject({
      phase: 'http2',
      code: 'NO_ANSWER',
      message: 'still waiting for HTTP/2 settings',
    });
    const waiting = await rejection(channel.connect({ deadline: Deadline.after(20) }));
    expect(waiting).toMatchObject({ code: StatusCode.DeadlineExceeded, unprocessed: true });
    expect(await rejection(channel.connect({ signal: AbortSignal.timeout(20) }))).toMatchObject({
      code: StatusCode.Canceled,
      unprocessed: true,
    });
  });

  it('blames the last failure rather than the wait after it', async () => {
    const [port] = await freePorts(1);
    const channel = channelTo({ kind: 'tcp', host: '127.0.0.1', port: port! });
    const failure = (await rejection(channel.unary(echo.unary, 'x'))).cause;
    const late = await rejection(channel.unary(echo.unary, 'x', { deadline: Deadline.after(0) }));
    expect(late).toMatchObject({ code: StatusCode.DeadlineExceeded, unprocessed: true });
    expect(late.cause).toBe(failure);
  });

  it('is blamed rather than the loss of a connection that had worked', async () => {
    let connections = 0;
    const server = await serveTcp((socket) => {
      connections += 1;
      if (connections > 1) return;
      socket.write(emptySettings);
      socket.once('data', () => setTimeout(() => socket.destroy(), 20));
    });
    const channel = toServer(server);
    await channel.connect();
    const lost = await rejection(channel.unary(echo.unary, 'x'));
    expect(channel.lastFailure).toBe(lost.cause);
    const error = await rejection(channel.unary(echo.unary, 'x', { deadline: Deadline.after(40) }));
    expect(error).toMatchObject({ code: StatusCode.DeadlineExceeded, cause: { code: 'NO_ANSWER' } });
  });

  it('is given up after the connect timeout', async () => {
    const channel = toServer(await serveTcp(() => {}), { connectTimeoutMs: 40 });
    const error = await rejection(channel.unary(echo.unary, 'x'));
    expect(error).toMatchObject({ code: StatusCode.Unavailable });
    expect(error.cause).toMatchObject({
      phase: 'http2',
      code: 'ETIMEDOUT',
      message: 'still waiting for HTTP/2 settings after 40 ms',
    });
  });

  it('does not blame the connection when only the answer is late', async () => {
    const channel = await against(() => {});
    await channel.connect();
    const error = await rejection(channel.unary(echo.unary, 'x', { deadline: Deadline.after(30) }));
    expect(error).toMatchObject({ code: StatusCode.DeadlineExceeded, unprocessed: false });
    expect(error.cause).toBeUndefined();
  });

  it('withdraws a call that was never sent', async () => {
    const channel = toServer(await serveTcp(() => {}));
    const controller = new AbortController();
    const promise = channel.unary(echo.unary, 'x', { signal: controller.signal });
    controller.abort();
    expect(await rejection(promise)).toMatchObject({ code: StatusCode.Canceled, unprocessed: true });
    channel.close();
  });
});
