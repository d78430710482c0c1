import { describe, expect, it } from 'vitest';
import { Deadline } from '../../../src/base/index.ts';
import { StatusCode } from '../../../src/grpc/index.ts';
import { answer, grpcHeaders } from './bad-server.ts';
import { against } from './harness.ts';
import { echo, rejection } from './methods.ts';

describe('headers', () => {
  it('of the request are what gRPC wants', async () => {
    let seen: Record<string, unknown> = {};
    const channel = await against(
      (stream, headers) => {
        seen = { ...headers };
        answer(stream, ['ok'], { 'grpc-status': '0' });
      },
      { userAgent: 'tests/1.0', authority: 'etcd.example:2379' },
    );
    await channel.unary(echo.unary, 'x', {
      deadline: Deadline.after(60_000),
      metadata: { token: 'abc', 'trace-bin': new Uint8Array([1, 2]) },
    });
    expect(seen).toMatchObject({
      ':method': 'POST',
      ':scheme': 'http',
      ':path': echo.unary.path,
      ':authority': 'etcd.example:2379',
      'content-type': 'application/grpc',
      te: 'trailers',
      'user-agent': 'tests/1.0',
      token: 'abc',
      'trace-bin': 'AQI',
    });
    expect(seen['grpc-timeout']).toMatch(/^\d{8}u$/);
  });

  it('that cannot be sent fail the call, not the channel', async () => {
    const channel = await against((stream) => answer(stream, ['ok'], { 'grpc-status': '0' }));
    const error = await rejection(channel.unary(echo.unary, 'x', { metadata: { token: 'se\ncret' } }));
    expect(error).toMatchObject({ code: StatusCode.Internal, unprocessed: true });
    expect(String(error)).not.toContain('cret');
    expect(await channel.unary(echo.unary, 'x')).toBe('ok');
  });

  it('may come before anything else, and informational ones are skipped', async () => {
    const channel = await against((stream) => {
      stream.additionalHeaders({ ':status': 103, hint: 'ignored' });
      stream.respond({ ...grpcHeaders, early: 'yes' });
    });
    const call = channel.open(echo.chat);
    expect(await call.headers).toMatchObject({ early: 'yes' });
    call.cancel();
    expect(await call.status).toMatchObject({ code: StatusCode.Canceled });
  });
});
