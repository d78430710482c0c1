import { describe, expect, it } from 'vitest';
import { openPipe } from '../../../../src/grpc/server/index.ts';
import { until } from '../../../support/until.ts';
import { atEnd, frame, methods } from '../server/harness.ts';
import { body, call, connected, isAnswered, upper } from './raw-calls.ts';
import { block, callHeaders, END_HEADERS, END_STREAM, number, rawFrame, setting, Type } from './raw-client.ts';

describe('a request that is one all the same', () => {
  // Go's client of etcdctl 3.4 puts its endpoint there, scheme and all.
  it.each(['http://127.0.0.1:2379', 'https://[::1]:2379', '', 'a b', '/var/run/etcd.sock'])(
    'with the authority %j',
    async (authority) => {
      const { client } = await connected();
      client.send(call(1, { ':authority': authority }));
      client.send(body(1));
      await until(() => client.headers.length === 2);
      expect(client.of(Type.data)[0]?.payload).toEqual(frame('X'));
      expect(client.headers[1]).toEqual({ 'grpc-status': '0' });
    },
  );

  it('in pieces of a byte, with priorities, padding and unknown frames in between', async () => {
    const { client } = await connected();
    const headers = block(callHeaders(methods.one.path));
    const bytes = Buffer.concat([
      rawFrame(Type.priority, 0, 7, Buffer.alloc(5)),
      rawFrame(99, 255, 1, Buffer.from('what')),
      rawFrame(
        Type.headers,
        0x20 | 8,
        1,
        Buffer.concat([Buffer.from([3, 0, 0, 0, 9, 1]), headers.subarray(0, 20), Buffer.alloc(3)]),
      ),
      rawFrame(Type.continuation, 0, 1),
      rawFrame(Type.continuation, END_HEADERS, 1, headers.subarray(20)),
      rawFrame(Type.data, 8, 1, Buffer.concat([Buffer.from([2]), frame('pieces').subarray(0, 7), Buffer.alloc(2)])),
      rawFrame(Type.data, 0, 1, frame('pieces').subarray(7)),
      rawFrame(Type.data, END_STREAM, 1),
    ]);
    for (const byte of bytes) {
      client.socket.write(Buffer.from([byte]));
      await new Promise(setImmediate);
    }
    await until(() => client.headers.length === 2);
    expect(client.of(Type.data)[0]?.payload).toEqual(frame('PIECES'));
  });

  it('with trailers, which say nothing', async () => {
    const { client } = await connected();
    client.send(call(1), body(1, 'x', 0), rawFrame(Type.headers, END_HEADERS | END_STREAM, 1, block({ a: 'b' })));
    await until(() => client.headers.length === 2);
    expect(client.headers[1]).toEqual({ 'grpc-status': '0' });
    expect(client.of(Type.reset)).toEqual([]);
  });

  it('whose trailers come after the answer', async () => {
    const { client } = await connected();
    client.send(call(1), body(1, 'x', 0));
    await until(() => client.of(Type.reset).length > 0);
    expect(client.resetCode(1)).toBe(0);
    client.send(rawFrame(Type.headers, END_HEADERS | END_STREAM, 1, block({ a: 'b' })), body(1));
    await isAnswered(client, 3);
  });
});

describe('what a client allows', () => {
  it('is kept to: frames, windows of a stream and of the connection', async () => {
    const text = 'y'.repeat(300_000);
    const { client } = await connected(upper, {}, Buffer.concat([setting(4, 1000)]));
    client.send(call(1), body(1, 'a'.repeat(16_000), 0));
    // Too large for one frame.
    for (let sent = 16_000; sent < text.length; sent += 16_000) {
      client.send(rawFrame(Type.data, 0, 1, Buffer.alloc(Math.min(16_000, text.length - sent), 97)));
    }
    client.send(rawFrame(Type.data, END_STREAM, 1));
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect(client.frames.filter(({ type }) => type === Type.data).length).toBeLessThanOrEqual(1);
  });

  it('grows with what it reads', async () => {
    const { client } = await connected(
      (server) => server.unary(methods.one, async () => 'z'.repeat(200_000)),
      {},
      setting(4, 1000),
    );
    const received = (): number => client.of(Type.data).reduce((sum, { payload }) => sum + payload.length, 0);
    client.send(call(1), body(1));
    await until(() => received() === 1000);
    client.send(rawFrame(Type.window, 0, 1, number(50_000)));
    await until(() => received() === 51_000);
    client.send(setting(4, 200_000));
    // Now the window of the connection, which nobody has enlarged, is what holds.
    await until(() => received() === 65_535);
    client.send(rawFrame(Type.window, 0, 0, number(1_000_000)));
    await until(() => client.headers.length === 2);
    expect(received()).toBe(200_005);
    expect(Math.max(...client.of(Type.data).map(({ payload }) => payload.length))).toBeLessThanOrEqual(16_384);
  });

  it('takes no part of what others may have', async () => {
    const { client } = await connected((server) => {
      server.unary(methods.one, async (request) => (request === 'big' ? 'z'.repeat(2_000_000) : request));
    });
    client.send(rawFrame(Type.window, 0, 0, number(10_000_000)));
    client.send(call(1), body(1, 'big'), call(3), body(3, 'small'));
    await until(() => client.of(Type.data, 3).length > 0);
    expect(client.of(Type.data, 3)[0]?.payload).toEqual(frame('small'));
    // The window of its own stream has been full all the time.
    expect(client.of(Type.data, 1).reduce((sum, { payload }) => sum + payload.length, 0)).toBe(65_535);
  });
});

describe('limits', () => {
  it('a stream too many is refused, and may come again', async () => {
    let letGo = (): void => {};
    const waiting = new Promise<void>((resolve) => (letGo = resolve));
    const { client } = await connected(
      (server) =>
        server.unary(methods.one, async (request) => {
          await waiting;
          return request.toUpperCase();
        }),
      { maxConcurrentStreams: 2 },
    );
    client.send(call(1), body(1), call(3), body(3), call(5), body(5));
    await until(() => client.of(Type.reset).length > 0);
    expect(client.resetCode(5)).toBe(7);
    letGo();
    await until(() => client.of(Type.data).length === 2);
    await isAnswered(client, 7);
  });

  it('a stream that is reset makes room', async () => {
    const { client, server } = await connected((made) => made.unary(methods.one, () => new Promise(() => {})), {
      maxConcurrentStreams: 1,
    });
    for (let streamId = 1; streamId < 200; streamId += 2) {
      client.send(call(streamId), body(streamId), rawFrame(Type.reset, 0, streamId, number(8)));
    }
    client.send(call(201), body(201));
    await until(() => server.load.calls === 1);
    expect(client.of(Type.reset)).toEqual([]);
  });

  let streamId = 1;
  it.each([
    ['pings', () => rawFrame(Type.ping, 0, 0, Buffer.alloc(8))],
    ['settings', () => rawFrame(Type.settings, 0, 0)],
    ['requests that are none', () => call((streamId += 2), { ':path': '' })],
  ])('a client that sends %s and does not read is dropped', async (_name, one) => {
    const { client } = await connected();
    client.socket.pause();
    const dropped = new Promise((resolve) => client.socket.once('error', resolve).once('close', resolve));
    const pump = setInterval(() => client.send(...Array.from({ length: 5000 }, one)), 1);
    atEnd(() => clearInterval(pump));
    await dropped;
  });
});

describe('a server that retires', () => {
  it('answers what has begun, takes no more, and hangs up', async () => {
    let letGo = (): void => {};
    const waiting = new Promise<void>((resolve) => (letGo = resolve));
    const { client, server } = await connected((made) =>
      made.unary(methods.one, async (request) => {
        await waiting;
        return request.toUpperCase();
      }),
    );
    client.send(call(1), body(1));
    await until(() => server.load.calls === 1);
    const stopped = server.stop(10_000);
    await until(() => client.of(Type.goAway).length === 1);
    expect(client.of(Type.goAway)[0]?.payload).toEqual(Buffer.concat([number(1), number(0)]));
    client.send(call(3), body(3));
    letGo();
    await stopped;
    await until(() => client.isClosed);
    expect(client.of(Type.data)[0]?.payload).toEqual(frame('X'));
    expect(client.headers[1]).toEqual({ 'grpc-status': '0' });
    expect(client.of(Type.data, 3)).toEqual([]);
  });

  it('hangs up at once on who has nothing to ask', async () => {
    const { client, server } = await connected();
    await until(() => server.load.connections === 1);
    await server.stop(10_000);
    await until(() => client.isClosed);
    expect(client.goAwayCode).toBe(0);
  });
});

describe('many small messages', () => {
  it('leave in few frames', async () => {
    const { client } = await connected((server) => {
      server.serverStream(methods.many, async (request, responses) => {
        for (let turn = 0; turn < 3000; turn += 1) responses.send(`${request}${turn}`);
      });
    });
    client.send(call(1, { ':path': methods.many.path }), body(1, 'm'));
    await until(() => client.headers.length === 2);
    const frames = client.of(Type.data, 1);
    const expected = Buffer.concat(Array.from({ length: 3000 }, (_, turn) => frame(`m${turn}`)));
    expect(Buffer.concat(frames.map(({ payload }) => payload))).toEqual(expected);
    expect(frames.length).toBe(Math.ceil(expected.length / 16_384));
  });
});

it('a connection that has broken before it is served is forgotten', async () => {
  const { server } = await connected();
  const { near, far } = openPipe();
  near.destroy();
  far.destroy();
  await new Promise(setImmediate);
  const before = server.load.connections;
  server.accept(far, { address: 'gone' });
  await until(() => server.load.connections === before);
});
