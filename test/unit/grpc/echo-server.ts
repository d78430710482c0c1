import {
  type handleBidiStreamingCall,
  type handleClientStreamingCall,
  type handleServerStreamingCall,
  type handleUnaryCall,
  Metadata,
  Server,
  ServerCredentials,
  type ServerOptions,
} from '@grpc/grpc-js';
import { echo } from './methods.ts';

export interface EchoServer {
  readonly port: number;
  /** How many streams the client gave up. */
  readonly cancellations: () => number;
  /** The deadlines that calls to `hang` carried, in the order in which they were heard of. */
  readonly deadlines: readonly (Date | number)[];
  readonly stop: () => void;
}

/** An object, because grpc-js takes an empty string for no message at all. */
interface Message {
  readonly text: string;
}

interface Seen {
  cancellations: number;
  deadlines: (Date | number)[];
}

/** A server made with the independent @grpc/grpc-js, listening on a TCP port or a unix socket of 127.0.0.1. */
export async function startEchoServer(
  credentials: ServerCredentials = ServerCredentials.createInsecure(),
  { options = {}, address = '127.0.0.1:0' }: { options?: ServerOptions; address?: string } = {},
): Promise<EchoServer> {
  const seen: Seen = { cancellations: 0, deadlines: [] };
  const server = new Server({ 'grpc.max_receive_message_length': -1, 'grpc.max_send_message_length': -1, ...options });
  server.addService(definition(), { unary, split, join, metadata, fail, failLate, first, ...watched(seen) });
  const port = await new Promise<number>((resolve, reject) => {
    server.bindAsync(address, credentials, (error, bound) => (error === null ? resolve(bound) : reject(error)));
  });
  return {
    port,
    cancellations: () => seen.cancellations,
    deadlines: seen.deadlines,
    stop: () => server.forceShutdown(),
  };
}

const unary: handleUnaryCall<Message, Message> = (call, reply) => {
  call.sendMetadata(metadataOf({ 'served-by': 'echo' }));
  reply(null, call.request, metadataOf({ cost: '3' }));
};

const split: handleServerStreamingCall<Message, Message> = (call) => {
  call.sendMetadata(metadataOf({ 'served-by': 'echo' }));
  for (const part of call.request.text.split(',')) call.write({ text: part });
  call.end();
};

const join: handleClientStreamingCall<Message, Message> = (call, reply) => {
  const parts: string[] = [];
  call.on('data', (part: Message) => parts.push(part.text));
  call.on('end', () => reply(null, { text: parts.join(',') }));
};

const metadata: handleUnaryCall<Message, Message> = (call, reply) => {
  const lines = Object.keys(call.metadata.getMap()).flatMap((name) =>
    call.metadata.get(name).map((value) => `${name}=${typeof value === 'string' ? value : value.toString('hex')}`),
  );
  reply(null, { text: lines.sort().join('\n') });
};

const fail: handleUnaryCall<Message, Message> = (call, reply) => reply(spelled(call.request.text));

const failLate: handleServerStreamingCall<Message, Message> = (call) => {
  call.write({ text: 'start' });
  call.emit('error', spelled(call.request.text));
};

const first: handleBidiStreamingCall<Message, Message> = (call) => {
  call.once('data', () => {
    call.write({ text: 'enough' });
    call.end();
  });
};

function watched(seen: Seen) {
  const countCancellation = (): void => {
    seen.cancellations += 1;
  };
  const chat: handleBidiStreamingCall<Message, Message> = (call) => {
    call.on('cancelled', countCancellation);
    call.on('data', (message: Message) => call.write(message));
    call.on('end', () => call.end());
  };
  const hang: handleServerStreamingCall<Message, Message> = (call) => {
    seen.deadlines.push(call.getDeadline());
    call.on('cancelled', countCancellation);
  };
  return { chat, hang };
}

function definition() {
  const { missing: _, ...served } = echo;
  return Object.fromEntries(
    Object.entries(served).map(([name, { path, requestStream, responseStream }]) => [
      name,
      {
        path,
        requestStream,
        responseStream,
        requestSerialize: encode,
        requestDeserialize: decode,
        responseSerialize: encode,
        responseDeserialize: decode,
      },
    ]),
  );
}

const encode = ({ text }: Message): Buffer => Buffer.from(text);
const decode = (bytes: Buffer): Message => ({ text: bytes.toString() });

function metadataOf(entries: Record<string, string | Buffer>): Metadata {
  const metadata = new Metadata();
  for (const [name, value] of Object.entries(entries)) metadata.set(name, value);
  return metadata;
}

function spelled(text: string): { code: number; details: string; metadata: Metadata } {
  const [code, ...details] = text.split(':');
  const metadata = metadataOf({ reason: 'as asked', 'reason-bin': Buffer.from([0, 1, 255]) });
  return { code: Number(code), details: details.join(':'), metadata };
}
