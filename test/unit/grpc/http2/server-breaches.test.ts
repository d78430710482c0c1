import { describe, expect, it } from 'vitest';
import { until } from '../../../support/until.ts';
import { methods, start } from '../server/harness.ts';
import { body, call, connected, isAnswered, upper } from './raw-calls.ts';
import { block, END_HEADERS, number, RawClient, rawFrame, setting, Type } from './raw-client.ts';

describe('a client that breaks the protocol loses the connection, and hears why', () => {
  const request = call(1);
  const cases: ReadonlyArray<readonly [name: string, frames: readonly Buffer[], code: number]> = [
    ['data to nobody', [rawFrame(Type.data, 0, 0, number(1))], 1],
    ['data on a stream that never began', [rawFrame(Type.data, 0, 9, number(1))], 1],
    ['a reset of a stream that never began', [rawFrame(Type.reset, 0, 9, number(8))], 1],
    ['room on a stream that never began', [rawFrame(Type.window, 0, 9, number(1))], 1],
    ['a stream of the other side', [call(2)], 1],
    ['a stream that comes too late', [call(5), call(3)], 1],
    ['a push', [request, rawFrame(Type.push, END_HEADERS, 1, number(2))], 1],
    ['headers torn apart', [call(1, {}, 0), rawFrame(Type.ping, 0, 0, Buffer.alloc(8))], 1],
    ['headers continued on another stream', [call(1, {}, 0), rawFrame(Type.continuation, END_HEADERS, 3)], 1],
    ['what was not begun, continued', [rawFrame(Type.continuation, END_HEADERS, 1)], 1],
    ['padding longer than its frame', [request, rawFrame(Type.data, 8, 1, Buffer.from([9, 0, 0]))], 1],
    ['settings of a stream', [rawFrame(Type.settings, 0, 1)], 1],
    ['a ping of a stream', [rawFrame(Type.ping, 0, 1, Buffer.alloc(8))], 1],
    ['a farewell of a stream', [rawFrame(Type.goAway, 0, 1, Buffer.alloc(8))], 1],
    ['a priority of no stream', [rawFrame(Type.priority, 0, 0, Buffer.alloc(5))], 1],
    ['no room at all', [rawFrame(Type.window, 0, 0, number(0))], 1],
    ['too much room', [rawFrame(Type.window, 0, 0, number(2 ** 31 - 1))], 3],
    ['half a setting', [rawFrame(Type.settings, 0, 0, Buffer.alloc(3))], 6],
    ['a pushing that is neither on nor off', [setting(2, 2)], 1],
    ['a window that is too large', [setting(4, 2 ** 31)], 3],
    ['frames that are too small', [setting(5, 100)], 1],
    ['an agreement with something in it', [rawFrame(Type.settings, 1, 0, Buffer.alloc(6))], 6],
    ['a ping of another size', [rawFrame(Type.ping, 0, 0, Buffer.alloc(7))], 6],
    ['a priority of another size', [rawFrame(Type.priority, 0, 1, Buffer.alloc(4))], 6],
    ['a reset without a code', [request, rawFrame(Type.reset, 0, 1)], 6],
    ['room with something behind it', [rawFrame(Type.window, 0, 0, Buffer.alloc(5, 1))], 6],
    ['a frame that is too large', [rawFrame(Type.data, 0, 1, Buffer.alloc(16_385))], 6],
    ['malformed headers', [rawFrame(Type.headers, END_HEADERS, 1, Buffer.from([0x80]))], 9],
    ['a table changed too late', [rawFrame(Type.headers, END_HEADERS, 1, Buffer.from([0x82, 0x20]))], 9],
    ['a pseudo-header twice', [rawFrame(Type.headers, END_HEADERS, 1, Buffer.from([0x83, 0x83]))], 1],
  ];
  it.each(cases)('%s', async (_name, frames, code) => {
    const { client, server } = await connected();
    client.send(...frames);
    await until(() => client.isClosed);
    expect(client.goAwayCode).toBe(code);
    await until(() => server.load.connections === 0);
  });

  it('another protocol', async () => {
    const { port } = await start(upper);
    const client = await RawClient.connect(port, Buffer.alloc(0));
    const other = await RawClient.silent(port);
    other.send(Buffer.from('GET / HTTP/1.1\r\n\r\n'));
    await until(() => other.isClosed);
    expect(other.goAwayCode).toBe(1);
    client.send(rawFrame(Type.ping, 0, 0, Buffer.alloc(8)));
    await until(() => client.isClosed);
    expect(client.goAwayCode).toBe(1);
  });

  it('headers without end', async () => {
    const { client } = await connected();
    client.send(call(1, {}, 0));
    for (let turn = 0; turn < 100 && !client.isClosed; turn += 1) {
      client.send(rawFrame(Type.continuation, 0, 1, Buffer.alloc(16_384)));
    }
    await until(() => client.isClosed);
    expect(client.goAwayCode).toBe(11);
  });

  it('a few bytes that name one long header again and again', async () => {
    const { client } = await connected();
    const long = Buffer.concat([Buffer.from([0x40, 1, 97, 0x7f, 0xa1, 0x1e]), Buffer.alloc(4000, 98)]);
    client.send(rawFrame(Type.headers, END_HEADERS, 1, Buffer.concat([long, Buffer.alloc(10_000, 0xbe)])));
    await until(() => client.isClosed);
    expect(client.goAwayCode).toBe(11);
  });
});

describe('a request that is none is refused by itself', () => {
  const cases: ReadonlyArray<readonly [name: string, headers: Record<string, string>]> = [
    ['without a path', { ':path': '' }],
    ['without a method', { ':method': '' }],
    ['without a scheme', { ':scheme': '' }],
    ['with a header in capitals', { Token: 'x' }],
    ['with a header that is no name', { 'to ken': 'x' }],
    ['with an unknown pseudo-header', { ':token': 'x' }],
    ['with the status of a response', { ':status': '200' }],
    ['with a pseudo-header too late', { ':protocol': 'x' }],
    ['with a header of the connection', { connection: 'keep-alive' }],
    ['with an encoding of its own', { 'transfer-encoding': 'chunked' }],
    ['that wants more than trailers', { te: 'gzip' }],
    ['with a line end in a value', { token: 'a\nb' }],
    ['with a zero in a value', { token: 'a\0b' }],
  ];
  it.each(cases)('%s', async (_name, headers) => {
    const { client } = await connected();
    client.send(call(1, headers), body(1));
    await until(() => client.of(Type.reset).length > 0);
    expect(client.resetCode(1)).toBe(1);
    await isAnswered(client, 3);
  });

  it('with trailers that do not end it', async () => {
    const { client } = await connected((server) => {
      upper(server);
      server.duplex(methods.chat, () => new Promise(() => {}));
    });
    client.send(call(1, { ':path': methods.chat.path }), rawFrame(Type.headers, END_HEADERS, 1, block({ a: 'b' })));
    await until(() => client.of(Type.reset).length > 0);
    expect(client.resetCode(1)).toBe(1);
    await isAnswered(client, 3);
  });

  it('with data after its end', async () => {
    const { client } = await connected((server) => {
      upper(server);
      server.duplex(methods.chat, () => new Promise(() => {}));
    });
    client.send(call(1, { ':path': methods.chat.path }), body(1), body(1));
    await until(() => client.of(Type.reset).length > 0);
    expect(client.resetCode(1)).toBe(5);
    await isAnswered(client, 3);
  });

  it('with more room than there can be', async () => {
    const { client } = await connected((server) => {
      upper(server);
      server.duplex(methods.chat, () => new Promise(() => {}));
    });
    client.send(call(1, { ':path': methods.chat.path }), rawFrame(Type.window, 0, 1, number(2 ** 31 - 1)));
    await until(() => client.of(Type.reset).length > 0);
    expect(client.resetCode(1)).toBe(3);
    await isAnswered(client, 3);
  });
});
