import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { defaultAuthority, formatAddress, isIpAddress } from '../../../src/grpc/address.ts';
import { http2CodeName, statusOfReset } from '../../../src/grpc/http2-codes.ts';
import { ForeignResponse } from '../../../src/grpc/foreign-response.ts';
import { codeOfHttpStatus } from '../../../src/grpc/http-status.ts';
import { type Address, GrpcError, StatusCode, statusName } from '../../../src/grpc/index.ts';
import { decodePercent } from '../../../src/grpc/percent-decoding.ts';
import { isGrpcResponse, statusOf } from '../../../src/grpc/response.ts';
import { readSystemAuthorities } from '../../../src/grpc/system-authorities.ts';
import { formatTimeout } from '../../../src/grpc/timeout-header.ts';

describe('formatTimeout', () => {
  it.each([
    [0, '0u'],
    [0.0001, '1u'],
    [1, '1000u'],
    [1500.5, '1500500u'],
    [99_999.999, '99999999u'],
    [100_000, '100000m'],
    [99_999_999, '99999999m'],
    [100_000_000, '100000S'],
    [99_999_999_000, '99999999S'],
    [100_000_000_000, '1666667M'],
    [99_999_999 * 60_000, '99999999M'],
    [100_000_000 * 60_000, '1666667H'],
    [1e300, '99999999H'],
  ])('%d ms is %s', (timeoutMs, header) => {
    expect(formatTimeout(timeoutMs)).toBe(header);
  });

  it('has at most eight digits and is never too short', () => {
    const perMs: Record<string, number> = { u: 1000, m: 1, S: 1 / 1000, M: 1 / 60_000, H: 1 / 3_600_000 };
    fc.assert(
      fc.property(fc.double({ min: 0, max: 1e13, noNaN: true }), (timeoutMs) => {
        const [, digits, unit] = /^(\d{1,8})([umSMH])$/.exec(formatTimeout(timeoutMs))!;
        expect(Number(digits) / perMs[unit!]!).toBeGreaterThanOrEqual(timeoutMs * (1 - 1e-9));
      }),
    );
  });
});

describe('decodePercent', () => {
  it.each([
    ['', ''],
    ['plain', 'plain'],
    ['a%20b', 'a b'],
    ['100%', '100%'],
    ['%zz%2', '%zz%2'],
    ['%e2%9c%93 done', '✓ done'],
    ['%E2%9C%93', '✓'],
    ['%25%32%35', '%25'],
    ['%ff', '\ufffd'],
  ])('%j is %j', (text, decoded) => {
    expect(decodePercent(text)).toBe(decoded);
  });

  it('undoes percent-encoding', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), (text) => {
        expect(decodePercent(encodeURIComponent(text))).toBe(text);
      }),
    );
  });
});

describe('status codes', () => {
  it.each([
    [0, 'OK'],
    [1, 'Canceled'],
    [4, 'DeadlineExceeded'],
    [11, 'OutOfRange'],
    [16, 'Unauthenticated'],
    [17, 'Code(17)'],
    [-1, 'Code(-1)'],
  ])('%d is %s', (code, name) => {
    expect(statusName(code)).toBe(name);
  });

  it.each([
    [400, StatusCode.Internal],
    [401, StatusCode.Unauthenticated],
    [403, StatusCode.PermissionDenied],
    [404, StatusCode.Unimplemented],
    [429, StatusCode.Unavailable],
    [502, StatusCode.Unavailable],
    [503, StatusCode.Unavailable],
    [504, StatusCode.Unavailable],
    [200, StatusCode.Unknown],
    [500, StatusCode.Unknown],
    [302, StatusCode.Unknown],
  ])('HTTP %d counts as %d', (httpStatus, code) => {
    expect(codeOfHttpStatus(httpStatus)).toBe(code);
  });

  it.each([
    [0, 'NO_ERROR', StatusCode.Internal],
    [1, 'PROTOCOL_ERROR', StatusCode.Internal],
    [7, 'REFUSED_STREAM', StatusCode.Unavailable],
    [8, 'CANCEL', StatusCode.Canceled],
    [11, 'ENHANCE_YOUR_CALM', StatusCode.ResourceExhausted],
    [12, 'INADEQUATE_SECURITY', StatusCode.PermissionDenied],
    [13, 'HTTP_1_1_REQUIRED', StatusCode.Internal],
    [255, '0xff', StatusCode.Unknown],
  ])('a stream reset with %d is %s and counts as %d', (code, name, status) => {
    expect(http2CodeName(code)).toBe(name);
    expect(statusOfReset(code)).toBe(status);
  });
});

describe('GrpcError.from', () => {
  it('keeps its own kind and wraps the rest', () => {
    const own = new GrpcError(StatusCode.Aborted, 'x');
    expect(GrpcError.from(own)).toBe(own);
    const cause = new RangeError('too far');
    expect(GrpcError.from(cause)).toMatchObject({ code: StatusCode.Internal, details: 'too far', cause });
    expect(GrpcError.from('text').details).toBe('text');
  });
});

describe('response headers', () => {
  it.each([
    ['application/grpc', true],
    ['application/grpc+proto', true],
    ['application/grpc;charset=utf-8', true],
    ['application/grpc-web', false],
    ['application/json', false],
    [undefined, false],
  ])('with content-type %s are gRPC: %s', (type, expected) => {
    const headers = { ':status': 200, ...(type === undefined ? {} : { 'content-type': type }) };
    expect(isGrpcResponse(headers)).toBe(expected);
    expect(isGrpcResponse({ ...headers, ':status': 503 })).toBe(false);
    expect(isGrpcResponse({ ...headers, ':status': 503, 'grpc-status': '14' })).toBe(expected);
  });

  it.each([
    [{ 'grpc-status': '0' }, 0, ''],
    [{ 'grpc-status': '5', 'grpc-message': 'no%20key' }, 5, 'no key'],
    [{ 'grpc-status': '99' }, 99, ''],
    [{}, StatusCode.Unknown, 'the server ended the call without a grpc-status'],
    [{ 'grpc-status': 'OK' }, StatusCode.Unknown, 'the server sent a malformed grpc-status: "OK"'],
    [{ 'grpc-status': '-1' }, StatusCode.Unknown, 'the server sent a malformed grpc-status: "-1"'],
  ])('trailers %j', (trailers, code, details) => {
    expect(statusOf(trailers)).toMatchObject({ code, details });
  });
});

describe('ForeignResponse', () => {
  it('quotes at most 200 bytes of text', () => {
    const response = new ForeignResponse({ ':status': 502, 'content-type': 'text/plain' });
    response.push(Buffer.from('x'.repeat(199)));
    expect(response.isUnderstood).toBe(false);
    response.push(Buffer.from('yz'));
    expect(response.isUnderstood).toBe(true);
    expect(response.status().details).toBe(
      `the answer is not gRPC: HTTP status 502, content-type text/plain, body "${'x'.repeat(199)}y"`,
    );
  });

  it.each([
    ['text/html; charset=utf-8', true],
    ['application/json', true],
    ['application/problem+json', true],
    ['application/xml', true],
    ['application/octet-stream', false],
    ['image/svg', false],
    [undefined, false],
  ])('waits for the body of %s: %s', (contentType, waits) => {
    expect(new ForeignResponse({ ':status': 404, 'content-type': contentType }).isUnderstood).toBe(!waits);
  });

  it('needs no content-type', () => {
    expect(new ForeignResponse({ ':status': 404 }).status()).toMatchObject({
      code: StatusCode.Unimplemented,
      details: 'the answer is not gRPC: HTTP status 404, no content-type',
    });
  });
});

describe('addresses', () => {
  it.each<[Address, string, string]>([
    [{ kind: 'tcp', host: 'etcd.example', port: 2379 }, 'etcd.example:2379', 'etcd.example:2379'],
    [{ kind: 'tcp', host: '10.0.0.1', port: 1 }, '10.0.0.1:1', '10.0.0.1:1'],
    [{ kind: 'tcp', host: '::1', port: 2379 }, '[::1]:2379', '[::1]:2379'],
    [{ kind: 'unix', path: '/run/etcd.sock' }, 'unix:/run/etcd.sock', 'localhost'],
  ])('%j', (address, text, authority) => {
    expect(formatAddress(address)).toBe(text);
    expect(defaultAuthority(address)).toBe(authority);
  });

  it.each([
    ['127.0.0.1', true],
    ['::1', true],
    ['fe80::1%eth0', true],
    ['localhost', false],
    ['1.2.3', false],
    ['10.0.0.1.example', false],
  ])('%s is an IP address: %s', (host, expected) => {
    expect(isIpAddress(host)).toBe(expected);
  });
});

describe('readSystemAuthorities', () => {
  it('takes the first bundle that can be read', () => {
    const here = new URL(import.meta.url).pathname;
    expect(readSystemAuthorities(['/nowhere/ca.pem', here])?.toString()).toContain('readSystemAuthorities');
    expect(readSystemAuthorities(['/nowhere/ca.pem', '/'])).toBeUndefined();
  });
});
