import { describe, expect, it } from 'vitest';
import { GrpcError, StatusCode } from '../../../../src/grpc/index.ts';
import { drain, rejection } from '../methods.ts';
import { methods, start, text } from './harness.ts';

describe('a unary method', () => {
  it('answers over a socket', async () => {
    const { channel } = await start((server) => server.unary(methods.one, async (request) => `${request}!`));
    expect(await channel().unary(methods.one, 'hello')).toBe('hello!');
  });

  it('answers in memory', async () => {
    const { piped } = await start((server) => server.unary(methods.one, async (request) => `${request}!`));
    expect(await piped().unary(methods.one, 'hello')).toBe('hello!');
  });

  it('takes and gives empty messages, and ones of many frames', async () => {
    const { channel } = await start((server) => server.unary(methods.one, async (request) => request), {
      maxReceiveBytes: 32 * 1024 * 1024,
    });
    const to = channel();
    expect(await to.unary(methods.one, '')).toBe('');
    const large = 'x'.repeat(20 * 1024 * 1024);
    expect((await to.unary(methods.one, large)) === large).toBe(true);
  });

  it('keeps a thousand calls at once apart', async () => {
    const { channel } = await start((server) =>
      server.unary(methods.one, async (request) => {
        await new Promise((resolve) => setImmediate(resolve));
        return request;
      }),
    );
    const to = channel();
    const wanted = Array.from({ length: 1000 }, (_, index) => `call ${index}`);
    expect(await Promise.all(wanted.map((request) => to.unary(methods.one, request)))).toEqual(wanted);
  });

  it('owns the bytes of its request', async () => {
    const kept: Uint8Array[] = [];
    const bytes = { ...methods.one, decodeRequest: (body: Uint8Array) => body, encodeResponse: () => Buffer.alloc(0) };
    const { channel } = await start((server) =>
      server.unary(bytes, async (body) => {
        kept.push(body);
      }),
    );
    const to = channel();
    for (const request of ['first', 'second', 'third']) await to.unary(methods.one, request);
    expect(kept.map((body) => Buffer.from(body).toString())).toEqual(['first', 'second', 'third']);
  });
});

describe('a method that fails', () => {
  const cases = [
    ['a GrpcError', new GrpcError(StatusCode.OutOfRange, 'too far'), StatusCode.OutOfRange, 'too far'],
    ['an Error', new Error('broken'), StatusCode.Unknown, 'broken'],
    ['something else', 'just text', StatusCode.Unknown, 'just text'],
    ['text that no header could hold', new Error('ümläut\n100% 💥'), StatusCode.Unknown, 'ümläut\n100% 💥'],
    ['an error without text', new Error(''), StatusCode.Unknown, ''],
  ] as const;

  it.each(cases)('with %s', async (_, thrown, code, details) => {
    const { channel } = await start((server) =>
      server.unary(methods.one, async () => {
        throw thrown;
      }),
    );
    expect(await rejection(channel().unary(methods.one, 'x'))).toMatchObject({ code, details });
  });

  it('at once rather than by a promise', async () => {
    const { channel } = await start((server) =>
      server.unary(methods.one, () => {
        throw new GrpcError(StatusCode.NotFound, 'nowhere');
      }),
    );
    expect(await rejection(channel().unary(methods.one, 'x'))).toMatchObject({ code: StatusCode.NotFound });
  });

  it('passes an error through the table of the server', async () => {
    const seen: unknown[] = [];
    const outcomeOf = (error: unknown, path: string) => {
      seen.push([String(error), path]);
      return { code: 77, details: 'as the table says' };
    };
    const { channel } = await start((server) => server.unary(methods.one, () => Promise.reject(new Error('x'))), {
      outcomeOf,
    });
    expect(await rejection(channel().unary(methods.one, 'x'))).toMatchObject({
      code: 77,
      details: 'as the table says',
    });
    expect(seen).toEqual([['Error: x', methods.one.path]]);
  });

  it('sends the metadata of a GrpcError as trailers', async () => {
    const metadata = { reason: 'none', 'reason-bin': new Uint8Array([0, 255]) };
    const { channel } = await start((server) =>
      server.unary(methods.one, () => Promise.reject(new GrpcError(9, 'x', { metadata }))),
    );
    expect((await rejection(channel().unary(methods.one, 'x'))).metadata).toMatchObject(metadata);
  });

  it('cannot decode the request', async () => {
    const strict = {
      ...methods.one,
      decodeRequest: (): string => {
        throw new Error('not mine');
      },
    };
    const { channel } = await start((server) => server.unary(strict, async (request) => request));
    expect(await rejection(channel().unary(methods.one, 'x'))).toMatchObject({
      code: StatusCode.Internal,
      details: 'grpc: error unmarshalling request: not mine',
    });
  });

  it('cannot encode the response', async () => {
    const broken = {
      ...methods.one,
      encodeResponse: (): Uint8Array => {
        throw new Error('cannot');
      },
    };
    const { channel } = await start((server) => server.unary(broken, async (request) => request));
    expect(await rejection(channel().unary(methods.one, 'x'))).toMatchObject({
      code: StatusCode.Internal,
      details: 'grpc: error while marshaling: cannot',
    });
  });
});

describe('metadata', () => {
  it('reaches the handler, text and bytes', async () => {
    const seen: unknown[] = [];
    const { channel } = await start((server) =>
      server.unary(methods.one, async (request, context) => {
        seen.push(
          context.metadata,
          context.header('token'),
          context.header('absent'),
          context.path,
          context.peer.address,
        );
        return request;
      }),
    );
    const metadata = { token: 'a b', 'key-bin': new Uint8Array([0, 1, 254, 255]) };
    await channel().unary(methods.one, 'x', { metadata });
    expect(seen).toEqual([metadata, 'a b', undefined, methods.one.path, 'test']);
  });

  it('goes back before and after the response', async () => {
    const { channel } = await start((server) =>
      server.unary(methods.one, async (request, context) => {
        context.setHeaders({ first: 'one', 'first-bin': new Uint8Array([1]) });
        context.setTrailers({ last: 'two', 'last-bin': new Uint8Array([2]) });
        return request;
      }),
    );
    const call = channel().open(methods.one);
    void call.write('x');
    call.end();
    expect(await drain(call)).toEqual({ received: ['x'] });
    expect(await call.headers).toMatchObject({ first: 'one', 'first-bin': new Uint8Array([1]) });
    expect((await call.status).trailers).toMatchObject({ last: 'two', 'last-bin': new Uint8Array([2]) });
  });

  it('goes back with a failure too', async () => {
    const { channel } = await start((server) =>
      server.unary(methods.one, async (_, context) => {
        context.setTrailers({ last: 'two' });
        throw new Error('x');
      }),
    );
    expect((await rejection(channel().unary(methods.one, 'x'))).metadata).toMatchObject({ last: 'two' });
  });
});

describe('a path that is not served', () => {
  const cases = [
    ['another service', '/other.Service/One', 'unknown service other.Service'],
    ['another method', '/test.Text/Two', 'unknown method Two for service test.Text'],
    ['no service', '/One', 'malformed method name: "/One"'],
    ['a service nested in a path', '/a/b/c', 'unknown service a/b'],
  ] as const;

  it.each(cases)('%s', async (_, path, details) => {
    const { channel } = await start((server) => server.unary(methods.one, async (request) => request));
    expect(await rejection(channel().unary(text(path), 'x'))).toMatchObject({
      code: StatusCode.Unimplemented,
      details,
    });
  });

  it('cannot be given to two handlers', async () => {
    await start((server) => {
      server.unary(methods.one, async (request) => request);
      expect(() => server.unary(methods.one, async (request) => request)).toThrow('served already');
    });
  });
});

describe('the limit of a request', () => {
  it('is inclusive, and named when it is passed', async () => {
    const { channel } = await start((server) => server.unary(methods.one, async (request) => String(request.length)), {
      maxReceiveBytes: 1000,
    });
    const to = channel();
    expect(await to.unary(methods.one, 'x'.repeat(1000))).toBe('1000');
    expect(await rejection(to.unary(methods.one, 'x'.repeat(1001)))).toMatchObject({
      code: StatusCode.ResourceExhausted,
      details: 'grpc: received message larger than max (1001 vs. 1000)',
    });
    // The connection survives it.
    expect(await to.unary(methods.one, 'x')).toBe('1');
  });

  it('holds while the client is still sending', async () => {
    const { channel } = await start((server) => server.unary(methods.one, async (request) => request), {
      maxReceiveBytes: 1000,
    });
    expect(await rejection(channel().unary(methods.one, 'x'.repeat(50_000_000)))).toMatchObject({
      code: StatusCode.ResourceExhausted,
    });
  });
});

describe('counting', () => {
  it('hears of every call and message', async () => {
    const heard: unknown[] = [];
    const observer = {
      started: (path: string, isServed: boolean) => heard.push(['started', path, isServed]),
      ended: (path: string, code: number) => heard.push(['ended', path, code]),
      received: (path: string, bytes: number) => heard.push(['received', path, bytes]),
      sent: (path: string, bytes: number) => heard.push(['sent', path, bytes]),
    };
    const { channel } = await start((server) => server.unary(methods.one, async (request) => `${request}!`), {
      observer,
    });
    const to = channel();
    await to.unary(methods.one, 'abc');
    await rejection(to.unary(text('/a/b'), 'x'));
    const { path } = methods.one;
    expect(heard).toEqual([
      ['started', path, true],
      ['received', path, 3],
      ['sent', path, 4],
      ['ended', path, 0],
      ['started', '/a/b', false],
      ['ended', '/a/b', StatusCode.Unimplemented],
    ]);
  });
});
