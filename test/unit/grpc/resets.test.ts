import { constants } from 'node:http2';
import { describe, expect, it } from 'vitest';
import { Deadline } from '../../../src/base/index.ts';
import { type Status, StatusCode, TransportFailure } from '../../../src/grpc/index.ts';
import { frame, grpcHeaders } from './bad-server.ts';
import { against, outcomes } from './harness.ts';
import { drain, echo, rejection } from './methods.ts';

describe('a stream that the server resets', () => {
  it.each([
    ['PROTOCOL_ERROR', constants.NGHTTP2_PROTOCOL_ERROR, StatusCode.Internal, false],
    ['INTERNAL_ERROR', constants.NGHTTP2_INTERNAL_ERROR, StatusCode.Internal, false],
    ['REFUSED_STREAM', constants.NGHTTP2_REFUSED_STREAM, StatusCode.Unavailable, true],
    ['CANCEL', constants.NGHTTP2_CANCEL, StatusCode.Canceled, false],
    ['ENHANCE_YOUR_CALM', constants.NGHTTP2_ENHANCE_YOUR_CALM, StatusCode.ResourceExhausted, false],
    ['INADEQUATE_SECURITY', constants.NGHTTP2_INADEQUATE_SECURITY, StatusCode.PermissionDenied, false],
  ])('with %s', async (name, rstCode, code, unprocessed) => {
    const { unary, stream, channel } = await outcomes((stream) => stream.close(rstCode));
    expect(unary).toMatchObject({ code, unprocessed, details: `the peer reset the stream with ${name}` });
    expect(unary.cause).toBeInstanceOf(TransportFailure);
    expect(unary.cause).toMatchObject({ phase: 'stream', code: name, peer: channel.peer });
    expect(stream.error).toMatchObject({ code, unprocessed });
    expect(channel.connected).toBe(true);
  });

  it('with NO_ERROR, as if it had ended it', async () => {
    const { unary, stream } = await outcomes((stream) => stream.close(constants.NGHTTP2_NO_ERROR));
    const expected = { code: StatusCode.Unknown, details: 'the server ended the call without trailers' };
    expect(unary).toMatchObject(expected);
    expect(stream.error).toMatchObject(expected);
  });

  it('after some messages loses none of them', async () => {
    const channel = await against((stream) => {
      // Waiting for trailers keeps Node from ending the stream before it resets it.
      stream.respond(grpcHeaders, { waitForTrailers: true });
      stream.write(frame('one'));
      stream.write(frame('two'), () => setImmediate(() => stream.close(constants.NGHTTP2_INTERNAL_ERROR)));
    });
    const call = channel.open(echo.chat);
    await call.write('request');
    const { received, error } = await drain(call);
    expect(received).toEqual(['one', 'two']);
    expect(error).toMatchObject({ code: StatusCode.Internal, unprocessed: false });
  });

  it('by CANCEL at its deadline counts as the deadline', async () => {
    const channel = await against((stream, headers) => {
      const micros = Number.parseInt(String(headers['grpc-timeout']), 10);
      // Later than the client's own deadline, which a busy client may come to only after it has read this.
      setTimeout(() => stream.destroyed || stream.close(constants.NGHTTP2_CANCEL), micros / 1000);
    });
    // Before it is connected, the words would tell of the connection.
    await channel.connect();
    const error = await rejection(channel.unary(echo.unary, 'x', { deadline: Deadline.after(20) }));
    expect(error).toMatchObject({ code: StatusCode.DeadlineExceeded, details: 'context deadline exceeded' });
  });

  it('with NO_ERROR right after good trailers ends well', async () => {
    const channel = await against((stream) => {
      stream.respond(grpcHeaders, { waitForTrailers: true });
      stream.on('wantTrailers', () => {
        stream.sendTrailers({ 'grpc-status': '0' });
        setImmediate(() => setImmediate(() => stream.close(constants.NGHTTP2_NO_ERROR)));
      });
      stream.end(frame('enough'));
    });
    const call = channel.open(echo.chat);
    await call.write('request');
    expect(await drain(call)).toEqual({ received: ['enough'] });
    const good: Status = { code: StatusCode.OK, details: '', trailers: {} };
    expect(await call.status).toEqual(good);
  });
});
