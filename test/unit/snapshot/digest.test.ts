import { createHash } from 'node:crypto';
import { array, assert, property, uint8Array } from 'fast-check';
import { describe, expect, it } from 'vitest';
import { hasDigest, TrailingDigest } from '../../../src/snapshot/digest.ts';

describe('a trailing digest', () => {
  it('is the last 32 bytes, and that of all before, however they come', () => {
    assert(
      property(array(uint8Array({ maxLength: 100 })), (chunks) => {
        const digest = new TrailingDigest();
        for (const chunk of chunks) digest.update(chunk);
        const all = Buffer.concat(chunks);
        const body = all.subarray(0, Math.max(0, all.length - 32));
        const { expected, actual } = digest.finish();
        expect(digest.size).toBe(all.length);
        expect(Buffer.from(expected).toString('hex')).toBe(all.subarray(body.length).toString('hex'));
        expect(Buffer.from(actual).toString('hex')).toBe(createHash('sha256').update(body).digest('hex'));
      }),
    );
  });

  it('keeps what it holds apart from the chunk it came in', () => {
    const digest = new TrailingDigest();
    const chunk = Buffer.alloc(40, 1);
    digest.update(chunk);
    chunk.fill(2);
    expect(Buffer.from(digest.finish().expected).toString('hex')).toBe('01'.repeat(32));
  });

  it.each([
    [32, true],
    [4096 + 32, true],
    [0, false],
    [4096, false],
    [4096 + 31, false],
  ])('of a file of %d bytes is there: %s', (size, expected) => {
    expect(hasDigest(size)).toBe(expected);
  });
});
