import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { RangeResponse } from '../../../src/wire/gen/rpc/kv.ts';
import { Sink } from '../../../src/cli/printers/sink.ts';
import { bytes, render } from './render.ts';

type Piece = { text: string } | { bytes: Uint8Array } | { line: Uint8Array };

function gather(pieces: readonly Piece[]): { chunks: Buffer[]; expected: Buffer } {
  const chunks: Buffer[] = [];
  const sink = new Sink({
    write: (chunk) => void chunks.push(typeof chunk === 'string' ? Buffer.from(chunk) : Buffer.from(chunk)),
  });
  const expected: Uint8Array[] = [];
  for (const piece of pieces) {
    if ('text' in piece) {
      sink.text(piece.text);
      expected.push(bytes(piece.text));
    } else if ('bytes' in piece) {
      sink.bytes(piece.bytes);
      expected.push(piece.bytes);
    } else {
      sink.line(piece.line);
      expected.push(piece.line, bytes('\n'));
    }
  }
  sink.flush();
  return { chunks, expected: Buffer.concat(expected) };
}

describe('Sink', () => {
  const lengths = fc.oneof(
    fc.integer({ min: 0, max: 40 }),
    fc.constantFrom(8191, 8192, 8193, 21845, 21846, 65534, 65535, 65536, 65537, 70_000),
  );
  const someText = fc
    .tuple(fc.constantFrom('a', 'é', '√', '😀', '\n'), lengths)
    .map(([letter, length]) => letter.repeat(length));
  const someBytes = fc
    .tuple(fc.integer({ min: 0, max: 255 }), lengths)
    .map(([byte, length]) => new Uint8Array(length).fill(byte));
  const piece: fc.Arbitrary<Piece> = fc.oneof(
    someText.map((text) => ({ text })),
    someBytes.map((some) => ({ bytes: some })),
    someBytes.map((line) => ({ line })),
  );

  it('writes everything in order, wherever chunks end', () => {
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 12 }), (pieces) => {
        const { chunks, expected } = gather(pieces);
        expect(Buffer.concat(chunks).equals(expected)).toBe(true);
        expect(chunks.every((chunk) => chunk.length > 0)).toBe(true);
      }),
    );
  });

  it('takes one write for a short answer', () => {
    expect(gather([{ text: 'OK' }, { text: '\n' }]).chunks).toEqual([Buffer.from('OK\n')]);
    expect(gather([{ line: bytes('key') }, { line: bytes('value') }]).chunks).toHaveLength(1);
  });

  it('writes nothing when nothing was said', () => {
    expect(gather([]).chunks).toEqual([]);
    expect(gather([{ text: '' }, { bytes: new Uint8Array(0) }]).chunks).toEqual([]);
  });

  it('never changes a chunk that it has written', () => {
    const chunks: (string | Uint8Array)[] = [];
    const sink = new Sink({ write: (chunk) => void chunks.push(chunk) });
    for (let i = 0; i < 256; i++) sink.bytes(new Uint8Array(1000).fill(i));
    sink.flush();
    const all = Buffer.concat(chunks.map((chunk) => Buffer.from(chunk)));
    for (let i = 0; i < 256; i++) expect(all[i * 1000]).toBe(i);
  });
});

describe('many keys', () => {
  const count = 20_000;
  const kvs = Array.from({ length: count }, (_, index) => ({
    key: bytes(`key-${index}`),
    value: bytes('x'.repeat(100)),
  }));
  const response = RangeResponse.fromPartial({ kvs });

  for (const format of ['simple', 'json', 'fields', 'protobuf', 'yaml'] as const) {
    it(`cost few writes with -w ${format}`, async () => {
      const { out, writes } = await render(format, (printer) => printer.get(response));
      expect(out.length).toBeGreaterThan(count * 100);
      expect(writes).toBeLessThan(out.length / 16_384);
    });
  }
});
