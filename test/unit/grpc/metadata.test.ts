import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { StatusCode } from '../../../src/grpc/index.ts';
import { addMetadata, readMetadata } from '../../../src/grpc/metadata.ts';

function headersOf(metadata: Record<string, string | Uint8Array>): Record<string, string> {
  const headers: Record<string, string> = {};
  addMetadata(headers, metadata);
  return headers;
}

describe('metadata to be sent', () => {
  it('is text as it is, and bytes as base64 without padding', () => {
    expect(headersOf({ token: 'a b', 'trace-bin': new Uint8Array([255]) })).toEqual({
      token: 'a b',
      'trace-bin': '/w',
    });
    const view = new Uint8Array([0, 1, 2, 3]).subarray(1, 3);
    expect(headersOf({ 'view-bin': view })).toEqual({ 'view-bin': 'AQI' });
  });

  it.each([
    ['Token', 'metadata may not be named "Token"'],
    ['a b', 'metadata may not be named "a b"'],
    ['', 'metadata may not be named ""'],
    [':path', 'metadata may not be named ":path"'],
    ['grpc-timeout', 'metadata may not be named "grpc-timeout"'],
    ['content-type', 'metadata may not be named "content-type"'],
    ['user-agent', 'metadata may not be named "user-agent"'],
  ])('may not be named %j', (name, details) => {
    expect(() => headersOf({ [name]: 'x' })).toThrowError(
      expect.objectContaining({ code: StatusCode.Internal, details, unprocessed: true }),
    );
  });

  it.each([['line\nbreak'], ['tab\t'], ['ümlaut'], ['\u0000']])('may not hold %j, and never quotes it', (value) => {
    expect(() => headersOf({ token: value })).toThrowError(
      expect.objectContaining({ details: 'metadata token holds characters other than printable ASCII' }),
    );
  });

  it('has bytes exactly where the name says so', () => {
    expect(() => headersOf({ token: new Uint8Array(1) })).toThrow('its name must end in -bin');
    expect(() => headersOf({ 'token-bin': 'text' })).toThrow('metadata token-bin must be bytes');
  });
});

describe('received metadata', () => {
  it('leaves out what belongs to the protocol', () => {
    const headers = {
      ':status': 200,
      'content-type': 'application/grpc',
      'grpc-status': '0',
      'grpc-message': '',
      'grpc-encoding': 'identity',
      'grpc-status-details-bin': 'AQ',
      date: 'today',
      cost: '3',
    };
    expect(readMetadata(headers)).toEqual({ date: 'today', cost: '3', 'grpc-status-details-bin': new Uint8Array([1]) });
  });

  it('keeps all of repeated text and the first of repeated bytes', () => {
    expect(readMetadata({ 'set-cookie': 'a, b', 'x-bin': 'AQ==,Ag==' })).toEqual({
      'set-cookie': 'a, b',
      'x-bin': new Uint8Array([1]),
    });
  });

  it.each(['%%%', 'A=B', 'ä'])('leaves out bytes that are not base64: %j', (text) => {
    expect(readMetadata({ 'x-bin': text })).toEqual({});
  });

  it('brings back what was sent', () => {
    const name = fc.stringMatching(/^x[a-z0-9_.-]{0,10}$/).filter((each) => !each.endsWith('-bin'));
    fc.assert(
      fc.property(
        fc.dictionary(name, fc.stringMatching(/^[ -~]{0,20}$/)),
        fc.dictionary(name, fc.uint8Array()),
        (texts, blobs) => {
          const named = Object.entries(blobs).map(([key, value]) => [`${key}-bin`, value]);
          const metadata = { ...texts, ...Object.fromEntries(named) };
          expect(readMetadata(headersOf(metadata))).toEqual(metadata);
        },
      ),
    );
  });
});
