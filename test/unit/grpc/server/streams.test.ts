import { describe, expect, it } from 'vitest';
import { StatusCode } from '../../../../src/grpc/index.ts';
import { until } from '../../../support/until.ts';
import { drain, rejection } from '../methods.ts';
import { frame, grpcHeaders, methods, start } from './harness.ts';

describe('a server stream', () => {
  const letters = () =>
    start((server) =>
      server.serverStream(methods.many, async (request, responses) => {
        for (const letter of request) responses.send(letter);
      }),
    );

  it.each(['socket', 'pipe'])('sends all responses in order over a %s', async (kind) => {
    const { channel, piped } = await letters();
    const call = (kind === 'pipe' ? piped() : channel()).open(methods.many);
    void call.write('abcdefghij');
    call.end();
    expect(await drain(call)).toEqual({ received: 'abcdefghij'.split('') });
    expect(await call.status).toMatchObject({ code: StatusCode.OK });
  });

  it('may end without any', async () => {
    const { channel } = await letters();
    const call = channel().open(methods.many);
    void call.write('');
    call.end();
    expect(await drain(call)).toEqual({ received: [] });
  });

  it('fails after some', async () => {
    const { channel } = await start((server) =>
      server.serverStream(methods.many, async (_request, responses) => {
        responses.send('a');
        throw new Error('no more');
      }),
    );
    const call = channel().open(methods.many);
    void call.write('x');
    call.end();
    expect(await drain(call)).toMatchObject({
      received: ['a'],
      error: { code: StatusCode.Unknown, details: 'no more' },
    });
  });

  it('needs a request', async () => {
    const { channel } = await letters();
    const call = channel().open(methods.many);
    call.end();
    expect(await drain(call)).toMatchObject({ received: [], error: { code: StatusCode.Unknown, details: 'EOF' } });
  });
});

describe('a bidirectional stream', () => {
  const echo = () =>
    start((server) =>
      server.duplex(methods.chat, async (requests, responses) => {
        for await (const request of requests) responses.send(request);
        responses.send('bye');
      }),
    );

  it.each(['socket', 'pipe'])('answers as it is asked, and after the last request, over a %s', async (kind) => {
    const { channel, piped } = await echo();
    const call = (kind === 'pipe' ? piped() : channel()).open(methods.chat);
    const iterator = call[Symbol.asyncIterator]();
    for (const request of ['a', 'b', 'c']) {
      await call.write(request);
      expect(await iterator.next()).toEqual({ done: false, value: request });
    }
    call.end();
    expect(await iterator.next()).toEqual({ done: false, value: 'bye' });
    expect(await iterator.next()).toEqual({ done: true, value: undefined });
  });

  it('takes requests however they are cut', async () => {
    const { raw } = await echo();
    const stream = raw().request({ ...grpcHeaders, ':path': methods.chat.path });
    const parts: Buffer[] = [];
    stream.on('data', (chunk: Buffer) => parts.push(chunk));
    const whole = Buffer.concat(['a', '', 'ccc'].map((message) => frame(message)));
    for (const byte of whole) {
      stream.write(Buffer.from([byte]));
      await new Promise((resolve) => setImmediate(resolve));
    }
    stream.end();
    await new Promise((resolve) => stream.on('close', resolve));
    expect(Buffer.concat(parts)).toEqual(Buffer.concat([whole, frame('bye')]));
  });

  it('ends for a request that makes no sense', async () => {
    const strict = {
      ...methods.chat,
      decodeRequest: (bytes: Uint8Array) => {
        if (bytes.byteLength === 0) throw new Error('empty');
        return Buffer.from(bytes).toString();
      },
    };
    const { channel } = await start((server) =>
      server.duplex(strict, async (requests, responses) => {
        for await (const request of requests) responses.send(request);
      }),
    );
    const call = channel().open(methods.chat);
    await call.write('a');
    await call.write('');
    expect(await drain(call)).toMatchObject({
      received: ['a'],
      error: { code: StatusCode.Internal, details: 'grpc: error unmarshalling request: empty' },
    });
  });

  it('ends for a request that is too large', async () => {
    const { channel } = await start(
      (server) =>
        server.duplex(methods.chat, async (requests, responses) => {
          for await (const request of requests) responses.send(request);
        }),
      { maxReceiveBytes: 10 },
    );
    const call = channel().open(methods.chat);
    const iterator = call[Symbol.asyncIterator]();
    await call.write('a');
    expect(await iterator.next()).toEqual({ done: false, value: 'a' });
    await call.write('x'.repeat(11));
    expect(await rejection(iterator.next())).toMatchObject({ code: StatusCode.ResourceExhausted });
  });

  it('may be ended by the server while the client would go on', async () => {
    const { channel } = await start((server) =>
      server.duplex(methods.chat, async (requests, responses) => {
        for await (const request of requests) {
          responses.send(`enough after ${request}`);
          return;
        }
      }),
    );
    const call = channel().open(methods.chat);
    await call.write('a');
    expect(await drain(call)).toEqual({ received: ['enough after a'] });
  });
});

describe('back-pressure', () => {
  const block = 'x'.repeat(32 * 1024);

  it('stops a handler whose client does not read, and lets it go on', async () => {
    let sent = 0;
    let isOver = false;
    const { channel } = await start((server) =>
      server.serverStream(methods.many, async (_request, responses) => {
        for (; sent < 2000; sent += 1) {
          responses.send(block);
          await responses.ready();
        }
        isOver = true;
      }),
    );
    const call = channel().open(methods.many);
    void call.write('x');
    call.end();
    await stands(() => sent);
    // Windows, buffers of sockets and the queue of the client take some megabytes, of more than sixty.
    expect(sent).toBeGreaterThan(0);
    expect(sent * block.length).toBeLessThan(24 * 1024 * 1024);
    expect(isOver).toBe(false);
    expect((await drain(call)).received.length).toBe(2000);
    expect(isOver).toBe(true);
  });

  it('tells a handler that does not wait', async () => {
    const seen: boolean[] = [];
    let calledBack = 0;
    const { channel } = await start((server) =>
      server.serverStream(methods.many, async (_request, responses, { signal }) => {
        responses.onReady(() => (calledBack += 1));
        while (responses.isReady) responses.send(block);
        seen.push(responses.isReady);
        await responses.ready();
        seen.push(responses.isReady);
        await new Promise((resolve) => signal.addEventListener('abort', () => resolve(undefined), { once: true }));
        seen.push(responses.isOver);
      }),
    );
    const call = channel().open(methods.many);
    void call.write('x');
    call.end();
    const iterator = call[Symbol.asyncIterator]();
    await iterator.next();
    await until(() => seen.length === 2);
    call.cancel();
    await until(() => seen.length === 3);
    expect(seen).toEqual([false, true, true]);
    expect(calledBack).toBeGreaterThan(0);
  });

  it('lets go of a handler that waits when its client has gone', async () => {
    let outcome = '';
    const { channel } = await start((server) =>
      server.serverStream(methods.many, async (_request, responses) => {
        while (!responses.isOver) {
          responses.send(block);
          await responses.ready();
        }
        outcome = 'let go';
      }),
    );
    const call = channel().open(methods.many);
    void call.write('x');
    call.end();
    await call[Symbol.asyncIterator]().next();
    call.cancel();
    await until(() => outcome !== '');
    expect(outcome).toBe('let go');
  });

  it('holds a client back whose requests nobody reads', async () => {
    let letGo = (): void => {};
    let read = 0;
    const { channel } = await start((server) =>
      server.duplex(methods.chat, async (requests) => {
        await new Promise<void>((resolve) => (letGo = resolve));
        for await (const request of requests) read += request.length;
      }),
    );
    const call = channel().open(methods.chat);
    let written = 0;
    const writing = (async () => {
      for (; written < 2000; written += 1) await call.write(block);
      call.end();
    })();
    await stands(() => written);
    expect(written * block.length).toBeLessThan(24 * 1024 * 1024);
    letGo();
    await writing;
    expect(await drain(call)).toEqual({ received: [] });
    expect(read).toBe(2000 * block.length);
  });
});

/** Waits until a figure has begun to grow and then stands still. */
async function stands(figure: () => number): Promise<void> {
  await until(() => figure() > 0);
  for (let before = -1; before !== figure(); ) {
    before = figure();
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

describe('a stream on a server that stops', () => {
  it('is refused', async () => {
    const { server, channel } = await start((made) => made.unary(methods.one, async (request) => request));
    const to = channel();
    await to.unary(methods.one, 'x');
    await server.stop();
    expect(await rejection(to.unary(methods.one, 'x'))).toMatchObject({ code: StatusCode.Unavailable });
  });
});
