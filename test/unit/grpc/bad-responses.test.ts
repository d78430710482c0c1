import { constants } from 'node:http2';
import { describe, expect, it } from 'vitest';
import { StatusCode } from '../../../src/grpc/index.ts';
import { answer, type Behaviour, frame, grpcHeaders } from './bad-server.ts';
import { against, outcomes } from './harness.ts';
import { drain, echo, rejection } from './methods.ts';

function decodeGood(bytes: Uint8Array): string {
  const text = Buffer.from(bytes).toString();
  if (text === 'bad') throw new TypeError('unexpected wire type 7');
  return text;
}

describe('an answer without a status', () => {
  it.each<[string, Behaviour, string]>([
    [
      'no trailers',
      (stream) => {
        stream.respond(grpcHeaders);
        stream.end(frame('lost'));
      },
      'the server ended the call without trailers',
    ],
    [
      'trailers without grpc-status',
      (stream) => answer(stream, ['lost'], { cost: '3' }),
      'the server ended the call without a grpc-status',
    ],
    [
      'malformed grpc-status',
      (stream) => answer(stream, ['lost'], { 'grpc-status': 'fine' }),
      'the server sent a malformed grpc-status: "fine"',
    ],
    [
      'headers only',
      (stream) => stream.respond(grpcHeaders, { endStream: true }),
      'the server ended the call without a grpc-status',
    ],
  ])('counts as Unknown: %s', async (_what, behave, details) => {
    const { unary, stream, status } = await outcomes(behave);
    expect(unary).toMatchObject({ code: StatusCode.Unknown, details, unprocessed: false });
    expect(stream.error).toMatchObject({ code: StatusCode.Unknown, details });
    expect(status).toMatchObject({ code: StatusCode.Unknown, details });
  });

  it('counts as Unknown even while the client still has its side open', async () => {
    const channel = await against((stream) => {
      stream.respond(grpcHeaders);
      stream.end(frame('only'));
    });
    const call = channel.open(echo.chat);
    await call.write('request');
    const { received, error } = await drain(call);
    expect(received).toEqual(['only']);
    expect(error).toMatchObject({ details: 'the server ended the call without trailers' });
  });
});

describe('trailers only', () => {
  it('carry the status and its metadata', async () => {
    const { unary, stream } = await outcomes((stream) =>
      stream.respond(
        { ...grpcHeaders, 'grpc-status': '5', 'grpc-message': 'no%20such', why: 'x' },
        { endStream: true },
      ),
    );
    expect(unary).toMatchObject({ code: StatusCode.NotFound, details: 'no such', metadata: { why: 'x' } });
    expect(stream).toMatchObject({ received: [], error: { code: StatusCode.NotFound } });
  });

  it('that are OK end a stream well, but not a call that needs a response', async () => {
    const channel = await against((stream) =>
      stream.respond({ ...grpcHeaders, 'grpc-status': '0' }, { endStream: true }),
    );
    const call = channel.open(echo.chat);
    expect(await drain(call)).toEqual({ received: [] });
    expect(await call.headers).toEqual({});
    const expected = { code: StatusCode.Internal, details: 'the server ended the call without a response' };
    expect(await rejection(channel.unary(echo.unary, 'x'))).toMatchObject(expected);
    const join = channel.open(echo.join);
    expect((await drain(join)).error).toMatchObject(expected);
    expect(await join.status).toMatchObject(expected);
  });
});

describe('an answer that is not gRPC', () => {
  const page = '<html><body><h1>503 Service Unavailable</h1></body></html>';
  it.each<[number, string, string, number, string]>([
    [
      503,
      'text/html',
      page,
      StatusCode.Unavailable,
      `HTTP status 503, content-type text/html, body ${JSON.stringify(page)}`,
    ],
    [
      502,
      'text/plain',
      'bad gateway\n',
      StatusCode.Unavailable,
      'HTTP status 502, content-type text/plain, body "bad gateway"',
    ],
    [
      401,
      'application/json',
      '{"error":"who?"}',
      StatusCode.Unauthenticated,
      'HTTP status 401, content-type application/json, body "{\\"error\\":\\"who?\\"}"',
    ],
    [404, 'text/plain', '', StatusCode.Unimplemented, 'HTTP status 404, content-type text/plain'],
    [403, 'image/png', 'binary', StatusCode.PermissionDenied, 'HTTP status 403, content-type image/png'],
    [400, 'application/grpc', 'x', StatusCode.Internal, 'HTTP status 400, content-type application/grpc'],
    [
      200,
      'text/html',
      'x'.repeat(500),
      StatusCode.Unknown,
      `HTTP status 200, content-type text/html, body "${'x'.repeat(200)}"`,
    ],
  ])('HTTP %d with %s', async (httpStatus, type, body, code, details) => {
    const { unary, stream } = await outcomes((stream) => {
      stream.respond({ ':status': httpStatus, 'content-type': type });
      stream.end(body);
    });
    expect(unary).toMatchObject({ code, details: `the answer is not gRPC: ${details}` });
    expect(stream).toMatchObject({ received: [], error: { code } });
  });

  it('does not wait for the end of a body', async () => {
    const { unary } = await outcomes((stream) => {
      stream.respond({ ':status': 503, 'content-type': 'text/plain' });
      stream.write('y'.repeat(300));
    });
    expect(unary.details).toContain(`body "${'y'.repeat(200)}"`);
  });

  it('is reported even if the stream is reset in the middle of it', async () => {
    const { unary } = await outcomes((stream) => {
      stream.respond({ ':status': 503, 'content-type': 'text/plain' });
      stream.write('half a sen', () => stream.close(constants.NGHTTP2_INTERNAL_ERROR));
    });
    expect(unary).toMatchObject({ code: StatusCode.Unavailable });
    expect(unary.details).toContain('HTTP status 503');
  });
});

describe('a message that is cut off or cannot be read', () => {
  it('is Internal when the status says OK', async () => {
    const { unary, stream } = await outcomes((stream) => {
      stream.respond(grpcHeaders, { waitForTrailers: true });
      stream.on('wantTrailers', () => stream.sendTrailers({ 'grpc-status': '0' }));
      stream.end(frame('whole but for its last byte').subarray(0, -1));
    });
    const expected = { code: StatusCode.Internal, details: 'the server ended the call in the middle of a message' };
    expect(unary).toMatchObject(expected);
    expect(stream).toMatchObject({ received: [], error: expected });
  });

  it('does not hide the server’s own error', async () => {
    const { unary } = await outcomes((stream) => {
      stream.respond(grpcHeaders, { waitForTrailers: true });
      stream.on('wantTrailers', () => stream.sendTrailers({ 'grpc-status': '15', 'grpc-message': 'disk on fire' }));
      stream.end(frame('half').subarray(0, 6));
    });
    expect(unary).toMatchObject({ code: StatusCode.DataLoss, details: 'disk on fire' });
  });

  it('may be compressed, which nobody agreed on', async () => {
    const { unary, stream } = await outcomes((stream) => {
      stream.respond({ ...grpcHeaders, 'grpc-encoding': 'gzip' });
      stream.write(Buffer.concat([frame('plain'), new Uint8Array([1, 0, 0, 0, 1, 7])]));
    });
    expect(unary).toMatchObject({ code: StatusCode.Internal });
    expect(stream.received).toEqual(['plain']);
    expect(stream.error).toMatchObject({
      details: 'received a compressed message, though no compression was agreed on',
    });
  });

  it('may be longer than the caller wants, and the server is told to stop', async () => {
    let resets = 0;
    const { unary, stream } = await outcomes(
      (stream) => {
        stream.on('close', () => {
          if (stream.rstCode === constants.NGHTTP2_CANCEL) resets += 1;
        });
        stream.respond(grpcHeaders);
        stream.write(frame('0123456789!'));
      },
      { maxReceiveBytes: 10 },
    );
    const expected = {
      code: StatusCode.ResourceExhausted,
      details: 'grpc: received message larger than max (11 vs. 10)',
    };
    expect(unary).toMatchObject(expected);
    expect(stream.error).toMatchObject(expected);
    await expect.poll(() => resets).toBe(2);
  });

  it('may be of the wrong type, which ends the call', async () => {
    const channel = await against((stream) => {
      stream.respond(grpcHeaders);
      stream.write(Buffer.concat([frame('good'), frame('bad'), frame('good again')]));
    });
    const call = channel.open({ ...echo.chat, decode: decodeGood });
    const { received, error } = await drain(call);
    expect(received).toEqual(['good']);
    expect(error).toMatchObject({
      code: StatusCode.Internal,
      details: 'cannot decode the response: unexpected wire type 7',
    });
    expect(await call.status).toMatchObject({ code: StatusCode.Internal });
  });
});

describe('a request that is too large', () => {
  it('never leaves, and ends its stream', async () => {
    const seen: string[] = [];
    const channel = await against(
      (stream, headers) => {
        seen.push(headers[':path'] ?? '');
        answer(stream, ['done'], { 'grpc-status': '0' });
      },
      { maxSendBytes: 4 },
    );
    const expected = {
      code: StatusCode.ResourceExhausted,
      details: 'trying to send message larger than max (5 vs. 4)',
    };
    expect(await rejection(channel.unary(echo.unary, '12345'))).toMatchObject({ ...expected, unprocessed: true });
    expect(seen).toEqual([]);
    expect(await channel.unary(echo.unary, '1234')).toBe('done');
    const call = channel.open(echo.chat);
    expect(await rejection(call.write('12345'))).toMatchObject(expected);
    expect((await drain(call)).error).toMatchObject(expected);
  });
});
