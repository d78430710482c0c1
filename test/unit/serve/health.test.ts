import { describe, expect, it } from 'vitest';
import { StatusCode } from '../../../src/grpc/index.ts';
import { health } from '../../../src/wire/services/health.ts';
import { rejection } from '../grpc/methods.ts';
import { fakeMember } from './fake-member.ts';
import { collect, serving } from './harness.ts';

describe('gRPC health', () => {
  it('serves as a whole', async () => {
    const { channel } = await serving(fakeMember().member);
    expect(await channel().unary(health.check, {})).toEqual({ status: 1 });
    const watched = collect(channel(), health.watch, {})[Symbol.asyncIterator]();
    expect((await watched.next()).value).toEqual({ status: 1 });
  });

  it('knows no single services', async () => {
    const { channel } = await serving(fakeMember().member);
    const service = 'etcdserverpb.KV';
    expect(await rejection(channel().unary(health.check, { service }))).toMatchObject({
      code: StatusCode.NotFound,
      details: 'unknown service',
    });
    const watched = collect(channel(), health.watch, { service })[Symbol.asyncIterator]();
    expect((await watched.next()).value).toEqual({ status: 3 });
  });

  it('ends with the server', async () => {
    const { channel, served } = await serving(fakeMember().member);
    const watched = collect(channel(), health.watch, {})[Symbol.asyncIterator]();
    await watched.next();
    const ended = rejection(watched.next());
    await served.close(5_000);
    expect(await ended).toMatchObject({ code: StatusCode.Unavailable, details: 'etcdserver: server stopped' });
  });
});
