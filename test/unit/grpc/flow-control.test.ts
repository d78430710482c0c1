import type { ServerHttp2Stream } from 'node:http2';
import { describe, expect, it } from 'vitest';
import { StatusCode } from '../../../src/grpc/index.ts';
import { answer, frame, grpcHeaders, serveHttp2 } from './bad-server.ts';
import { against, toServer } from './harness.ts';
import { drain, echo, textMethod } from './methods.ts';

const KIB = 1024;
const MIB = 1024 * KIB;

const bytesMethod = { ...textMethod('/test.Bytes/Down', true, true), decode: (bytes: Uint8Array) => bytes };

/** Sends `count` messages of `messageBytes` as fast as the client takes them; tells how many were handed to the stream. */
function flood(stream: ServerHttp2Stream, count: number, messageBytes: number): { written: () => number } {
  const message = frame('x'.repeat(messageBytes));
  let written = 0;
  const send = (): void => {
    while (written < count) {
      written += 1;
      if (!stream.write(message)) return void stream.once('drain', send);
    }
    stream.end();
  };
  stream.respond(grpcHeaders, { waitForTrailers: true });
  stream.on('wantTrailers', () => stream.sendTrailers({ 'grpc-status': '0' }));
  send();
  return { written: () => written };
}

/** Waits until a number stops growing. */
async function settled(read: () => number): Promise<number> {
  for (let last = -1; ; ) {
    const now = read();
    if (now === last) return now;
    last = now;
    await new Promise((resolve) => setTimeout(resolve, 150));
  }
}

describe('a large stream', () => {
  it.each([
    [32 * KIB, 2000],
    [3 * MIB, 20],
    [100, 100_000],
    [0, 10_000],
  ])('of messages of %d bytes arrives whole', async (messageBytes, count) => {
    const channel = await against((stream) => flood(stream, count, messageBytes));
    let messages = 0;
    for await (const message of channel.open(bytesMethod)) {
      expect(message.byteLength).toBe(messageBytes);
      messages += 1;
    }
    expect(messages).toBe(count);
  });

  it('holds its server back while nobody reads, and goes on when somebody does', async () => {
    let flow: { written: () => number } | undefined;
    const count = 64 * 32;
    const channel = await against((stream) => {
      flow = flood(stream, count, 32 * KIB);
    });
    const call = channel.open(bytesMethod);
    await call.headers;
    const before = await settled(() => flow!.written());
    // The stream's window, the queue of the call, and what the server's socket holds.
    expect(before * 32 * KIB).toBeLessThan(16 * MIB);
    expect((await drain(call)).received).toHaveLength(count);
    expect(flow!.written()).toBe(count);
    expect(await call.status).toMatchObject({ code: StatusCode.OK });
  });

  it('that nobody reads does not keep other calls waiting', async () => {
    const channel = await against((stream, headers) => {
      if (headers[':path'] === echo.unary.path) answer(stream, ['fine'], { 'grpc-status': '0' });
      else flood(stream, 64 * 32, 32 * KIB);
    });
    const stuck = [channel.open(bytesMethod), channel.open(bytesMethod), channel.open(bytesMethod)];
    await Promise.all(stuck.map((call) => call.headers));
    await new Promise((resolve) => setTimeout(resolve, 100));
    expect(await channel.unary(echo.unary, 'x')).toBe('fine');
    for (const call of stuck) call.cancel();
    expect(await channel.unary(echo.unary, 'x')).toBe('fine');
  });

  it('that has arrived whole is read to its end though the connection is gone', async () => {
    const server = await serveHttp2((stream) => {
      flood(stream, 100, 32 * KIB);
      stream.on('close', () => stream.session?.destroy());
    });
    const channel = toServer(server);
    const call = channel.open(bytesMethod);
    call.end();
    await call.headers;
    expect(await call.status).toMatchObject({ code: StatusCode.OK });
    server.sessions[0]!.destroy();
    await expect.poll(() => channel.connected).toBe(false);
    const { received, error } = await drain(call);
    expect(error).toBeUndefined();
    expect(received).toHaveLength(100);
  });

  it('can be given up in the middle', async () => {
    let closed = false;
    const channel = await against((stream) => {
      stream.on('close', () => {
        closed = true;
      });
      flood(stream, 64 * 32, 32 * KIB);
    });
    const call = channel.open(bytesMethod);
    let messages = 0;
    for await (const _ of call) {
      messages += 1;
      if (messages === 10) break;
    }
    expect(await call.status).toMatchObject({ code: StatusCode.Canceled });
    await expect.poll(() => closed).toBe(true);
  });
});

describe('writing', () => {
  it('waits for a server that does not read', async () => {
    let server: ServerHttp2Stream | undefined;
    const channel = await against((stream) => {
      server = stream;
      stream.respond(grpcHeaders, { waitForTrailers: true });
      stream.on('wantTrailers', () => stream.sendTrailers({ 'grpc-status': '0' }));
    });
    const call = channel.open(echo.chat);
    const text = 'x'.repeat(32 * KIB);
    let written = 0;
    const count = 2000;
    const writing = (async () => {
      for (; written < count; written += 1) await call.write(text);
      call.end();
    })();
    const before = await settled(() => written);
    expect(before).toBeLessThan(count / 2);
    let received = 0;
    server!.on('data', (chunk: Buffer) => {
      received += chunk.byteLength;
    });
    server!.on('end', () => server!.end());
    await writing;
    expect((await drain(call)).error).toBeUndefined();
    expect(received).toBe(count * (32 * KIB + 5));
  });

  it('that waits is rejected when the call fails', async () => {
    const channel = await against((stream) => {
      stream.respond({ ...grpcHeaders }, { waitForTrailers: true });
      setTimeout(() => stream.close(2), 50);
    });
    const call = channel.open(echo.chat);
    const results = await Promise.allSettled(Array.from({ length: 50 }, () => call.write('x'.repeat(64 * KIB))));
    expect(results.at(-1)).toMatchObject({ status: 'rejected', reason: { code: StatusCode.Internal } });
    expect((await drain(call)).error).toMatchObject({ code: StatusCode.Internal });
  });

  it('that waits is let go when the server ends the call well', async () => {
    const channel = await against((stream) => answer(stream, ['enough'], { 'grpc-status': '0' }));
    const call = channel.open(echo.chat);
    const results = await Promise.allSettled(Array.from({ length: 50 }, () => call.write('x'.repeat(64 * KIB))));
    expect(results.every(({ status }) => status === 'fulfilled')).toBe(true);
    expect(await drain(call)).toEqual({ received: ['enough'] });
  });
});
