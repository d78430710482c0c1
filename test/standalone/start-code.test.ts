/** The machine code that is kept is that of its source. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { startCode } from '../../tools/standalone/carry.ts';

const tools = fileURLToPath(new URL('../../tools/standalone/', import.meta.url));
const kept = readFileSync(`${tools}start.hex`, 'latin1');
const major = /^gcc (\d+)/.exec(kept)?.[1];

const why = whyNot();
if (why !== undefined)
  console.log(`*** SKIPPED: the standalone file's first code is compiled and compared: ${why} ***`);

it('fits in a page', () => {
  expect(startCode().length).toBeGreaterThan(500);
  expect(startCode().length).toBeLessThanOrEqual(4096);
});

it.skipIf(why !== undefined)('is what gcc makes of start.c', () => {
  const directory = mkdtempSync(join(tmpdir(), 'start-code-'));
  const output = join(directory, 'start.hex');
  const { status, stderr } = spawnSync(process.execPath, [`${tools}compile-start.mjs`, output], { encoding: 'utf8' });
  expect([status, stderr]).toEqual([0, '']);
  const compiled = readFileSync(output, 'latin1');
  rmSync(directory, { recursive: true });
  expect(compiled.split('\n').slice(1)).toEqual(kept.split('\n').slice(1));
});

function whyNot(): string | undefined {
  if (process.platform !== 'linux' || process.arch !== 'x64') return 'this is not linux-x64';
  const { stdout, error } = spawnSync('gcc', ['-dumpversion'], { encoding: 'utf8' });
  if (error !== undefined) return `there is no gcc: ${error.message}`;
  return stdout.split('.')[0]?.trim() === major
    ? undefined
    : `it was compiled by gcc ${major}, and here is ${stdout.trim()}`;
}
