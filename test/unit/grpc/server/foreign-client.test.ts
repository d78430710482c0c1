import { Client, credentials, Metadata, type ServiceError, status } from '@grpc/grpc-js';
import { describe, expect, it } from 'vitest';
import { GrpcError } from '../../../../src/grpc/index.ts';
import { atEnd, methods, start } from './harness.ts';

/** An object, because grpc-js takes an empty string for no message at all. */
interface Message {
  readonly text: string;
}

const encode = ({ text }: Message): Buffer => Buffer.from(text);
const decode = (bytes: Buffer): Message => ({ text: bytes.toString() });

async function served(options = {}) {
  const { port } = await start((server) => {
    server.unary(methods.one, async (request, context) => {
      if (request === 'fail') throw new GrpcError(5, 'no “such” thing', { metadata: { why: 'asked' } });
      context.setTrailers({ peer: context.header('who') ?? 'nobody' });
      return request.toUpperCase();
    });
    server.serverStream(methods.many, async (request, responses) => {
      for (const letter of request) {
        responses.send(letter);
        await responses.ready();
      }
    });
    server.duplex(methods.chat, async (requests, responses) => {
      for await (const request of requests) responses.send(request);
    });
  });
  const client = new Client(`127.0.0.1:${port}`, credentials.createInsecure(), options);
  atEnd(() => client.close());
  return client;
}

const unary = (client: Client, path: string, request: string, metadata = new Metadata()) =>
  new Promise<{ error: ServiceError | null; value: Message | undefined; trailers: Metadata | undefined }>((resolve) => {
    let trailers: Metadata | undefined;
    const call = client.makeUnaryRequest(path, encode, decode, { text: request }, metadata, (error, value) =>
      // The status comes after the callback.
      setImmediate(() => resolve({ error, value, trailers })),
    );
    call.on('status', (ended) => (trailers = ended.metadata));
  });

describe('a client of @grpc/grpc-js', () => {
  it('is answered', async () => {
    const metadata = new Metadata();
    metadata.set('who', 'me');
    const { error, value, trailers } = await unary(await served(), methods.one.path, 'abc', metadata);
    expect(error).toBeNull();
    expect(value).toEqual({ text: 'ABC' });
    expect(trailers?.get('peer')).toEqual(['me']);
  });

  it('is answered when it compresses', async () => {
    const client = await served({ 'grpc.default_compression_algorithm': 2 });
    expect((await unary(client, methods.one.path, 'abc'.repeat(1000))).value).toEqual({ text: 'ABC'.repeat(1000) });
  });

  it('is told of failures', async () => {
    const client = await served();
    const { error } = await unary(client, methods.one.path, 'fail');
    expect(error).toMatchObject({ code: status.NOT_FOUND, details: 'no “such” thing' });
    expect(error?.metadata.get('why')).toEqual(['asked']);
    expect((await unary(client, '/test.Text/None', 'x')).error).toMatchObject({
      code: status.UNIMPLEMENTED,
      details: 'unknown method None for service test.Text',
    });
  });

  it('reads a stream to its end', async () => {
    const client = await served();
    const received: string[] = [];
    const call = client.makeServerStreamRequest(methods.many.path, encode, decode, { text: 'abcdef' });
    for await (const message of call as AsyncIterable<Message>) received.push(message.text);
    expect(received.join('')).toBe('abcdef');
  });

  it('talks both ways', async () => {
    const client = await served();
    const call = client.makeBidiStreamRequest(methods.chat.path, encode, decode);
    const received: string[] = [];
    call.on('data', (message: Message) => {
      received.push(message.text);
      if (received.length === 3) call.end();
    });
    for (const text of ['a', 'b', 'c']) call.write({ text });
    expect(await new Promise((resolve) => call.on('status', resolve))).toMatchObject({ code: status.OK });
    expect(received).toEqual(['a', 'b', 'c']);
  });
});
