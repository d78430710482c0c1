import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';

const root = fileURLToPath(new URL('../../..', import.meta.url));

/** The generated files of a folder by their names within it. */
function generated(folder: string): ReadonlyMap<string, string> {
  const names = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.ts'));
  return new Map(names.sort().map((name) => [name, readFileSync(join(folder, name), 'utf8')]));
}

describe('generated codecs', () => {
  it('are what the .proto files give', () => {
    const scratch = mkdtempSync(join(tmpdir(), 'codecs-'));
    try {
      execFileSync(process.execPath, ['tools/generate.mjs', scratch], { cwd: root });
      expect(generated(scratch)).toEqual(generated(join(root, 'src/wire/gen')));
    } finally {
      rmSync(scratch, { recursive: true, force: true });
    }
  });
});
