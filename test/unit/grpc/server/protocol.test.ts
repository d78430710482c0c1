import type { OutgoingHttpHeaders } from 'node:http2';
import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { exchange, frame, grpcHeaders, methods, start } from './harness.ts';

const upper = () =>
  start((server) => server.unary(methods.one, async (request) => request.toUpperCase()), { maxReceiveBytes: 1000 });

describe('a request that is no good', () => {
  const cases: ReadonlyArray<
    readonly [
      name: string,
      headers: OutgoingHttpHeaders,
      body: Uint8Array,
      status: number,
      code: string,
      message: string,
    ]
  > = [
    [
      'another content type',
      { 'content-type': 'text/plain' },
      frame('x'),
      415,
      '3',
      'invalid gRPC request content-type "text/plain"',
    ],
    [
      'a content type that only looks like it',
      { 'content-type': 'application/grpcweb' },
      frame('x'),
      415,
      '3',
      'invalid gRPC request content-type "application/grpcweb"',
    ],
    [
      'another method',
      { ':method': 'PUT' },
      frame('x'),
      405,
      '13',
      'Received a HEADERS frame with :method "PUT" which should be POST',
    ],
    ['an unknown unit of time', { 'grpc-timeout': '5x' }, frame('x'), 400, '13', 'malformed grpc-timeout: "5x"'],
    [
      'a timeout of nine digits',
      { 'grpc-timeout': '123456789m' },
      frame('x'),
      400,
      '13',
      'malformed grpc-timeout: "123456789m"',
    ],
    ['no time at all', { 'grpc-timeout': '0m' }, frame('x'), 200, '4', 'context deadline exceeded'],
    ['no message', {}, Buffer.alloc(0), 200, '2', 'EOF'],
    ['half a header', {}, Buffer.from([0, 0, 0]), 200, '2', 'unexpected EOF'],
    ['half a message', {}, frame('xyz').subarray(0, 6), 200, '2', 'unexpected EOF'],
    ['a flag that means nothing', {}, frame('x', 2), 200, '13', 'received a message with unknown flags 2'],
    [
      'compression without its name',
      {},
      frame('x', 1),
      200,
      '13',
      'grpc: compressed flag set with identity or empty encoding',
    ],
    [
      'compression named identity',
      { 'grpc-encoding': 'identity' },
      frame('x', 1),
      200,
      '13',
      'grpc: compressed flag set with identity or empty encoding',
    ],
    [
      'a compression not known here',
      { 'grpc-encoding': 'snappy' },
      frame('x', 1),
      200,
      '12',
      'grpc: Decompressor is not installed for grpc-encoding "snappy"',
    ],
    [
      'gzip that is none',
      { 'grpc-encoding': 'gzip' },
      frame('xxxxxxxxxxxxxxxxxxxx', 1),
      200,
      '13',
      'grpc: failed to decompress the message: incorrect header check',
    ],
    [
      'gzip that grows too large',
      { 'grpc-encoding': 'gzip' },
      frame(gzipSync(Buffer.alloc(1001)), 1),
      200,
      '8',
      'grpc: received message after decompression larger than max 1000',
    ],
  ];

  it.each(cases)('%s', async (_, headers, body, status, code, message) => {
    const { raw } = await upper();
    const answer = await exchange(raw(), { ...grpcHeaders, ...headers }, body);
    expect(answer.headers).toMatchObject({
      ':status': status,
      'content-type': 'application/grpc',
      'grpc-status': code,
    });
    expect(answer.headers['grpc-message']).toBe(message);
    expect(answer.body.byteLength).toBe(0);
  });
});

describe('a request that is good all the same', () => {
  const cases: ReadonlyArray<readonly [name: string, headers: OutgoingHttpHeaders, body: Uint8Array]> = [
    ['a named codec', { 'content-type': 'application/grpc+proto' }, frame('x')],
    ['a content type with a parameter', { 'content-type': 'application/grpc;charset=utf-8' }, frame('x')],
    ['gzip', { 'grpc-encoding': 'gzip' }, frame(gzipSync('x'), 1)],
    ['gzip agreed upon but not used', { 'grpc-encoding': 'gzip' }, frame('x')],
    ['a message that nobody asked for behind it', {}, Buffer.concat([frame('x'), frame('y')])],
    ['a timeout', { 'grpc-timeout': '10S' }, frame('x')],
  ];

  it.each(cases)('%s', async (_, headers, body) => {
    const { raw } = await upper();
    const answer = await exchange(raw(), { ...grpcHeaders, ...headers }, body);
    expect(answer.body).toEqual(frame('X'));
    expect(answer.trailers).toMatchObject({ 'grpc-status': '0' });
  });

  it('is answered before the client has half-closed, which is told to stop sending', async () => {
    const { raw } = await upper();
    const answer = await exchange(raw(), grpcHeaders, frame('x'), { end: false });
    expect(answer.body).toEqual(frame('X'));
    expect(answer.trailers).toMatchObject({ 'grpc-status': '0' });
    expect(answer.rstCode).toBe(0);
  });
});

describe('the fallback', () => {
  it('answers what is not gRPC, and may decline', async () => {
    const { raw } = await start((server) => server.unary(methods.one, async (request) => request), {
      fallback: (request) => {
        if (request.headers[':method'] !== 'GET') return false;
        request.respond(200, {});
        request.end('plain');
        return true;
      },
    });
    const session = raw();
    expect((await exchange(session, { ':path': '/x' })).body.toString()).toBe('plain');
    expect((await exchange(session, { ':path': '/x', ':method': 'POST' })).headers).toMatchObject({ ':status': 415 });
    expect((await exchange(session, grpcHeaders, frame('x'))).body).toEqual(frame('x'));
  });
});
