/** Every invariant has a test that would fail if it broke. Prints which. */
import { readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { invariants } from './list.ts';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
/** A title, wherever it stands: of a test, of a suite, or of a law that a suite goes through. */
const TITLE = /(['"`])((?:(?!\1).)*\[inv \d+\](?:(?!\1).)*)\1/g;
const TAG = /\[inv (\d+)\] ?/g;

interface Proof {
  readonly file: string;
  readonly title: string;
}

function proofs(): Map<number, Proof[]> {
  const found = new Map<number, Proof[]>();
  for (const entry of readdirSync(ROOT, { recursive: true, encoding: 'utf8' })) {
    if (!entry.endsWith('.ts') || entry.startsWith('invariants')) continue;
    for (const [, , title = ''] of readFileSync(join(ROOT, entry), 'utf8').matchAll(TITLE)) {
      for (const [, number] of title.matchAll(TAG)) {
        const proof = { file: relative(ROOT, join(ROOT, entry)), title: title.replace(TAG, '') };
        found.set(Number(number), [...(found.get(Number(number)) ?? []), proof]);
      }
    }
  }
  return found;
}

const table = proofs();

it.each(Object.entries(invariants))('%s: %s', (number) => {
  expect(table.get(Number(number)) ?? []).not.toEqual([]);
});

it('has no other number', () => {
  expect([...table.keys()].filter((number) => !(number in invariants))).toEqual([]);
});

it('is printed', () => {
  const lines = Object.entries(invariants).flatMap(([number, text]) => [
    `${number.padStart(3)} ${text}`,
    ...(table.get(Number(number)) ?? []).map(({ file, title }) => `      ${file}: ${title}`),
  ]);
  console.log(`what holds, and the tests that say so\n${lines.join('\n')}`);
  expect(lines.length).toBeGreaterThan(Object.keys(invariants).length);
});
