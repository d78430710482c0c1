import { afterEach } from 'vitest';
import { type Address, Channel, type ChannelOptions } from '../../../src/grpc/index.ts';
import { answer, type BadServer, type Behaviour, serveHttp2 } from './bad-server.ts';
import { drain, echo, rejection } from './methods.ts';

/** What the tests open is closed after each of them. */
const cleanups: Array<() => unknown> = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0)) await cleanup();
});

export function channelTo(address: Address, options?: ChannelOptions): Channel {
  const channel = new Channel(address, options);
  cleanups.push(() => channel.close());
  return channel;
}

export function toServer(server: BadServer, options?: ChannelOptions): Channel {
  const channel = channelTo({ kind: 'tcp', host: '127.0.0.1', port: server.port }, options);
  cleanups.push(server.stop);
  return channel;
}

/** A channel to an HTTP/2 server that does with each stream what the test wants. */
export async function against(behave: Behaviour, options?: ChannelOptions): Promise<Channel> {
  return toServer(await serveHttp2(behave), options);
}

/** Answers well. */
export const answerFine: Behaviour = (stream) => answer(stream, ['fine'], { 'grpc-status': '0' });

/** What a unary call and a streaming call make of the same answer. */
export async function outcomes(behave: Behaviour, options?: ChannelOptions) {
  const channel = await against(behave, options);
  const unary = await rejection(channel.unary(echo.unary, 'request'));
  const call = channel.open(echo.chat);
  await call.write('request').catch(() => {});
  call.end();
  return { unary, stream: await drain(call), status: await call.status, channel };
}
