import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { Deadline } from '../../../src/base/index.ts';
import { Channel, GrpcError, StatusCode } from '../../../src/grpc/index.ts';
import { type EchoServer, startEchoServer } from './echo-server.ts';
import { drain, echo, rejection } from './methods.ts';

const broken = (): never => {
  throw new TypeError('no such field');
};

let server: EchoServer;
let channel: Channel;

beforeAll(async () => {
  server = await startEchoServer();
});
afterAll(() => server.stop());
beforeEach(() => {
  channel = new Channel({ kind: 'tcp', host: '127.0.0.1', port: server.port });
});
afterEach(() => channel.close());

describe('unary calls', () => {
  it.each(['', 'hello', 'ünïcödé', 'x'.repeat(100_000), 'y'.repeat(5_000_000)])('echo %#', async (text) => {
    expect(await channel.unary(echo.unary, text)).toBe(text);
  });

  it('share one connection', async () => {
    const texts = Array.from({ length: 300 }, (_, index) => `call ${index}`);
    const answers = await Promise.all(texts.map((text) => channel.unary(echo.unary, text)));
    expect(answers).toEqual(texts);
    expect(channel.connected).toBe(true);
    expect(channel.localAddress).toBe('127.0.0.1');
    expect(channel.peer).toBe(`127.0.0.1:${server.port}`);
  });

  it('reject with the status, the details and the trailers of the server', async () => {
    const error = await rejection(channel.unary(echo.fail, `${StatusCode.OutOfRange}:naïve: 100% “wrong”`));
    expect(error).toBeInstanceOf(GrpcError);
    expect(error).toMatchObject({ code: StatusCode.OutOfRange, details: 'naïve: 100% “wrong”', unprocessed: false });
    expect(error.message).toBe('rpc error: code = OutOfRange desc = naïve: 100% “wrong”');
    expect(error.metadata).toMatchObject({ reason: 'as asked', 'reason-bin': new Uint8Array([0, 1, 255]) });
    expect(error.cause).toBeUndefined();
  });

  it('reject with Unimplemented for a method that the server does not know', async () => {
    expect(await rejection(channel.unary(echo.missing, ''))).toMatchObject({ code: StatusCode.Unimplemented });
  });

  it('wrap what a codec throws', async () => {
    expect(await rejection(channel.unary({ ...echo.unary, encode: broken }, ''))).toMatchObject({
      code: StatusCode.Internal,
      details: 'cannot encode the request: no such field',
    });
    expect(await rejection(channel.unary({ ...echo.unary, decode: broken }, ''))).toMatchObject({
      code: StatusCode.Internal,
      details: 'cannot decode the response: no such field',
    });
  });

  it('reject when the server answers more than once, or not at all', async () => {
    expect(await rejection(channel.unary({ ...echo.split, responseStream: false }, 'a,b'))).toMatchObject({
      code: StatusCode.Internal,
      details: 'the server sent more than one response',
    });
  });
});

describe('server streams', () => {
  it('yield every message in order, with headers and an OK status', async () => {
    const parts = Array.from({ length: 5000 }, (_, index) => `${index}`);
    const call = channel.open(echo.split);
    await call.write(parts.join(','));
    call.end();
    expect(await drain(call)).toEqual({ received: parts });
    expect(await call.headers).toMatchObject({ 'served-by': 'echo' });
    expect(await call.status).toMatchObject({ code: StatusCode.OK, details: 'OK' });
  });

  it('yield what came before the failure, then throw it', async () => {
    const call = channel.open(echo.failLate);
    await call.write('9:not now');
    call.end();
    const { received, error } = await drain(call);
    expect(received).toEqual(['start']);
    expect(error).toMatchObject({ code: StatusCode.FailedPrecondition, details: 'not now' });
    expect(await call.status).toMatchObject({ code: StatusCode.FailedPrecondition, trailers: { reason: 'as asked' } });
    await expect(call[Symbol.asyncIterator]().next()).rejects.toBe(error);
  });

  it('are cancelled when the iteration is left', async () => {
    const before = server.cancellations();
    const call = channel.open(echo.chat);
    await call.write('one');
    for await (const text of call) {
      expect(text).toBe('one');
      break;
    }
    expect(await call.status).toMatchObject({ code: StatusCode.Canceled });
    await expect.poll(server.cancellations).toBe(before + 1);
  });

  it('can be read by several at once, each message going to one', async () => {
    const call = channel.open(echo.split);
    const readers = [drain(call), drain(call)];
    await call.write('a,b,c,d,e');
    call.end();
    const [left, right] = await Promise.all(readers);
    expect([...left!.received, ...right!.received].sort()).toEqual(['a', 'b', 'c', 'd', 'e']);
  });
});

describe('client streams', () => {
  it('answer once all requests are there', async () => {
    const call = channel.open(echo.join);
    for (const text of ['a', 'b', 'c']) await call.write(text);
    call.end();
    expect(await drain(call)).toEqual({ received: ['a,b,c'] });
  });

  it('refuse a message after their end', async () => {
    const call = channel.open(echo.join);
    call.end();
    expect(await rejection(call.write('late'))).toMatchObject({
      code: StatusCode.Internal,
      details: 'a message was written after the end of the requests',
    });
    expect(await drain(call)).toEqual({ received: [''] });
  });
});

describe('streams both ways', () => {
  it('answer while requests go on', async () => {
    const call = channel.open(echo.chat);
    const messages = call[Symbol.asyncIterator]();
    for (const text of ['one', 'two', 'three']) {
      await call.write(text);
      expect(await messages.next()).toEqual({ done: false, value: text });
    }
    call.end();
    expect(await messages.next()).toEqual({ done: true, value: undefined });
  });

  it('go on after the client has ended its side', async () => {
    const call = channel.open(echo.chat);
    const texts = Array.from({ length: 100 }, (_, index) => `${index}`.repeat(1000));
    await Promise.all(texts.map((text) => call.write(text)));
    call.end();
    expect(await drain(call)).toEqual({ received: texts });
  });

  it('drop what the client writes after the server has ended well', async () => {
    const call = channel.open(echo.first);
    await call.write('hello');
    expect(await drain(call)).toEqual({ received: ['enough'] });
    await expect(call.write('still there?')).resolves.toBeUndefined();
    call.end();
    call.cancel();
    expect(await call.status).toMatchObject({ code: StatusCode.OK });
  });
});

describe('deadlines', () => {
  it('end a call with Go’s words', async () => {
    const call = channel.open(echo.hang, { deadline: Deadline.after(300) });
    await call.write('');
    const { error } = await drain(call);
    // The server has a clock of its own, and on a busy machine it may be the first to notice.
    const details: unknown = expect.stringMatching(/^(context deadline exceeded|Deadline exceeded)$/);
    expect(error).toMatchObject({ code: StatusCode.DeadlineExceeded, details });
    expect(await rejection(call.headers)).toBe(error);
    expect(await rejection(call.write('more'))).toBe(error);
  });

  it('tell the server how much time is left', async () => {
    const call = channel.open(echo.hang, { deadline: Deadline.after(60_000) });
    await call.write('');
    call.end();
    // Calls of earlier tests may be heard of late, on connections of their own.
    const isAMinuteAway = (at: Date | number): boolean => Math.abs(Number(at) - Date.now() - 60_000) < 30_000;
    await expect.poll(() => server.deadlines.some(isAMinuteAway), { timeout: 10_000 }).toBe(true);
    call.cancel();
  });

  it('that have passed send nothing', async () => {
    const error = await rejection(channel.unary(echo.unary, 'x', { deadline: Deadline.after(0) }));
    expect(error).toMatchObject({ code: StatusCode.DeadlineExceeded, unprocessed: true });
    expect(channel.connected).toBe(false);
  });

  it('far away do not fire at once', async () => {
    const deadline = Deadline.after(2 ** 40);
    expect(await channel.unary(echo.unary, 'patience', { deadline })).toBe('patience');
    expect(await channel.unary(echo.unary, 'patience', { deadline: Deadline.never })).toBe('patience');
  });
});

describe('cancellation', () => {
  it('reaches the server', async () => {
    const before = server.cancellations();
    const call = channel.open(echo.hang);
    await call.write('');
    call.end();
    await channel.unary(echo.unary, 'the server has surely seen the other call by now');
    call.cancel();
    call.cancel();
    expect((await drain(call)).error).toMatchObject({ code: StatusCode.Canceled, details: 'context canceled' });
    await expect.poll(server.cancellations).toBe(before + 1);
  });

  it('comes by signal, with its reason as the cause', async () => {
    const controller = new AbortController();
    const promise = channel.unary(echo.hang, '', { signal: controller.signal });
    const reason = new Error('Ctrl-C');
    controller.abort(reason);
    const error = await rejection(promise);
    expect(error).toMatchObject({ code: StatusCode.Canceled, details: 'context canceled' });
    expect(error.cause).toBe(reason);
  });

  it('before the start sends nothing', async () => {
    const call = channel.open(echo.chat, { signal: AbortSignal.abort() });
    expect((await drain(call)).error).toMatchObject({ code: StatusCode.Canceled, unprocessed: true });
    expect(channel.connected).toBe(false);
  });

  it('leaves no listener on a signal that outlives its calls', async () => {
    const { signal } = new AbortController();
    let listeners = 0;
    const counted = new Proxy(signal, {
      get: (target, name) => {
        if (name === 'addEventListener') listeners += 1;
        if (name === 'removeEventListener') listeners -= 1;
        const value = Reflect.get(target, name, target);
        return typeof value === 'function' ? value.bind(target) : value;
      },
    });
    for (let round = 0; round < 20; round += 1) await channel.unary(echo.unary, 'x', { signal: counted });
    expect(listeners).toBe(0);
  });
});

describe('a closed channel', () => {
  it('ends its open calls and refuses new ones', async () => {
    const call = channel.open(echo.hang);
    await call.write('');
    call.end();
    channel.close();
    expect((await drain(call)).error).toMatchObject({ code: StatusCode.Canceled, details: 'the channel is closed' });
    expect(await rejection(channel.unary(echo.unary, 'x'))).toMatchObject({ code: StatusCode.Canceled });
    expect(await rejection(channel.connect())).toMatchObject({ code: StatusCode.Canceled, unprocessed: true });
    expect(channel.connected).toBe(false);
  });
});

describe('connect', () => {
  it('waits for the server, once', async () => {
    expect(channel.connected).toBe(false);
    await Promise.all([channel.connect(), channel.connect()]);
    expect(channel.connected).toBe(true);
    await channel.connect({ deadline: Deadline.after(1000) });
    expect(channel.lastFailure).toBeUndefined();
  });
});
