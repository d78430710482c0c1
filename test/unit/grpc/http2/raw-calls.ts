import { expect } from 'vitest';
import type { GrpcServer, GrpcServerOptions } from '../../../../src/grpc/server/index.ts';
import { until } from '../../../support/until.ts';
import { atEnd, frame, methods, start } from '../server/harness.ts';
import { block, callHeaders, END_HEADERS, END_STREAM, RawClient, rawFrame, Type } from './raw-client.ts';

export const call = (streamId: number, headers: Record<string, string> = {}, flags = END_HEADERS): Buffer =>
  rawFrame(Type.headers, flags, streamId, block({ ...callHeaders(methods.one.path), ...headers }));
export const body = (streamId: number, text = 'x', flags = END_STREAM): Buffer =>
  rawFrame(Type.data, flags, streamId, frame(text));

export const upper = (server: GrpcServer): void => {
  server.unary(methods.one, async (request) => request.toUpperCase());
};

export async function connected(
  register: (server: GrpcServer) => void = upper,
  options: Partial<GrpcServerOptions> = {},
  settings?: Buffer,
) {
  const { port, server } = await start(register, options);
  const client = await RawClient.connect(port, settings);
  atEnd(() => client.socket.destroy());
  return { client, server, port };
}

/** That the server is none the worse for it. */
export async function isAnswered(client: RawClient, streamId: number): Promise<void> {
  client.send(call(streamId), body(streamId, 'still here'));
  await until(() => client.of(Type.data, streamId).length > 0);
  expect(client.of(Type.data, streamId)[0]?.payload).toEqual(frame('STILL HERE'));
}
