import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { HpackDecoder } from '../../../../src/grpc/http2/hpack-decoder.ts';
import { HpackEncoder } from '../../../../src/grpc/http2/hpack-encoder.ts';
import { decodeHuffman } from '../../../../src/grpc/http2/huffman.ts';
import { STATIC_TABLE, STATIC_TABLE_ENTRIES } from '../../../../src/grpc/http2/static-table.ts';

const bytes = (hex: string): Buffer => Buffer.from(hex.replaceAll(' ', ''), 'hex');

it('the static table has 61 entries', () => {
  expect(STATIC_TABLE).toHaveLength(STATIC_TABLE_ENTRIES);
  expect(STATIC_TABLE[53]).toEqual(['server', '']);
});

describe('the examples of RFC 7541, appendix C', () => {
  it.each([
    ['f1e3 c2e5 f23a 6ba0 ab90 f4ff', 'www.example.com'],
    ['a8eb 1064 9cbf', 'no-cache'],
    ['25a8 49e9 5ba9 7d7f', 'custom-key'],
    ['25a8 49e9 5bb8 e8b4 bf', 'custom-value'],
    ['d07a be94 1054 d444 a820 0595 040b 8166 e082 a62d 1bff', 'Mon, 21 Oct 2013 20:13:21 GMT'],
    ['9d29 ad17 1863 c78f 0b97 c8e9 ae82 ae43 d3', 'https://www.example.com'],
  ])('Huffman %s is %s', (hex, text) => {
    expect(decodeHuffman(bytes(hex))).toBe(text);
  });

  it('responses whose entries push each other out of a table of 256 bytes', () => {
    const decoder = new HpackDecoder();
    const first = decoder.decode(
      Buffer.concat([
        bytes('3fe1 01'), // a table of 256 bytes
        bytes('4882 6402 5885 aec3 771a 4b61 96d0 7abe 9410 54d4 44a8 2005 9504 0b81 66e0 82a6'),
        bytes('2d1b ff6e 919d 29ad 1718 63c7 8f0b 97c8 e9ae 82ae 43d3'),
      ]),
    );
    const common = {
      'cache-control': 'private',
      date: 'Mon, 21 Oct 2013 20:13:21 GMT',
      location: 'https://www.example.com',
    };
    expect({ ...first }).toEqual({ ':status': 302, ...common });
    expect({ ...decoder.decode(bytes('4883 640e ffc1 c0bf')) }).toEqual({ ':status': 307, ...common });
  });
});

describe('a header block that is malformed', () => {
  it.each([
    ['names entry 0', '80'],
    ['names an entry that is not there', 'be'],
    ['ends within a number', 'ff'],
    ['has a number without end', 'ff ff ff ff ff ff 01'],
    ['ends within a string', '00 05 61'],
    ['has no value', '00 01 61'],
    ['wants a table that is too large', '3f e2 1f'],
    ['pads a string with zeros', '00 81 18 01 61'],
    ['pads a string with a whole byte', '00 82 1f ff 01 61'],
    ['has the end of string in a string', '00 84 ff ff ff ff 01 61'],
  ])('because it %s is refused', (_what, hex) => {
    expect(() => new HpackDecoder().decode(bytes(hex))).toThrow(expect.objectContaining({ http2Code: 9 }));
  });

  it('whatever it holds is read or refused', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 64 }), (block) => {
        try {
          new HpackDecoder().decode(block);
        } catch (error) {
          expect(error).toMatchObject({ http2Code: 9 });
        }
      }),
    );
  });
});

describe('what the encoder writes', () => {
  const name = fc.stringMatching(/^[a-z0-9_.-]{1,12}$/);
  const value = fc.stringMatching(/^[\x20-\x7e]{0,200}$/);

  it('is what the decoder reads, block after block', () => {
    fc.assert(
      fc.property(fc.array(fc.dictionary(name, value, { maxKeys: 8 }), { maxLength: 12 }), (blocks) => {
        const encoder = new HpackEncoder();
        const decoder = new HpackDecoder();
        for (const headers of blocks) expect({ ...decoder.decode(encoder.encode(headers)) }).toEqual({ ...headers });
      }),
    );
  });

  it('has no words of its own', () => {
    const headers = Object.assign(Object.create(null), { constructor: 'a', ['__proto__']: 'b', 'to-string': 'c' });
    expect(Object.entries(new HpackDecoder().decode(new HpackEncoder().encode(headers)))).toEqual(
      Object.entries(headers),
    );
  });

  const request = {
    ':method': 'POST',
    ':path': '/x.Y/Z',
    'user-agent': 'tests',
    token: 'secret',
    'grpc-timeout': '1S',
  };

  it('is shorter for what was sent before, but for secrets and what changes', () => {
    const encoder = new HpackEncoder();
    const first = encoder.encode(request);
    const second = encoder.encode(request);
    expect(second.length).toBeLessThan(first.length - 10);
    expect(second.toString('latin1')).toContain('secret');
    expect(second.toString('latin1')).not.toContain('tests');
    // The token is never to be kept on the way: RFC 7541, 6.2.3.
    expect(first[first.indexOf('token') - 2]).toBe(0x10);
  });

  it('keeps nothing for a peer with a smaller table, and tells it once', () => {
    const encoder = new HpackEncoder();
    const first = encoder.encode(request);
    encoder.limitTable(4096);
    expect(encoder.encode(request).length).toBeLessThan(first.length - 10);
    encoder.limitTable(100);
    encoder.limitTable(0);
    const told = encoder.encode(request);
    const again = encoder.encode(request);
    expect(told[0]).toBe(0x20);
    expect(again).toEqual(told.subarray(1));
    expect(again.toString('latin1')).toContain('tests');
  });
});
