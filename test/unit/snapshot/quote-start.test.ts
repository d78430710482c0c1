import { expect, it } from 'vitest';
import { quoteStart } from '../../../src/snapshot/quote-start.ts';

it.each([
  [Buffer.from('a\0'), '"a\\x00"'],
  [Buffer.alloc(64, 'k'), `"${'k'.repeat(64)}"`],
  [Buffer.alloc(65, 'k'), `"${'k'.repeat(64)}"... (65 bytes)`],
  [Buffer.alloc(100_000), `"${'\\x00'.repeat(64)}"... (100000 bytes)`],
])('quotes %j', (bytes, expected) => {
  expect(quoteStart(bytes)).toBe(expected);
});
