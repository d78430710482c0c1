import { chmodSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { nodeFiles, readText, writePrivateText } from '../../../src/base/index.ts';

let directory: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'text-files-'));
});
afterEach(() => rmSync(directory, { recursive: true }));

describe('private text', () => {
  it.each(['', 'plain', 'ä€𝄞\n'.repeat(50_000)])('is read as it was written (%#)', (text) => {
    const path = join(directory, 'secret');
    writePrivateText(nodeFiles, path, text);
    expect(readText(nodeFiles, path)).toBe(text);
    expect(statSync(path).mode & 0o777).toBe(0o600);
  });

  it('replaces a longer one that anybody could read', () => {
    const path = join(directory, 'secret');
    writeFileSync(path, 'something longer');
    chmodSync(path, 0o644);
    writePrivateText(nodeFiles, path, 'short');
    expect(readText(nodeFiles, path)).toBe('short');
    expect(statSync(path).mode & 0o777).toBe(0o600);
  });

  it('is told of when it is not there', () => {
    const path = join(directory, 'nothing');
    expect(() => readText(nodeFiles, path)).toThrow(`open ${path}: no such file or directory`);
  });
});
