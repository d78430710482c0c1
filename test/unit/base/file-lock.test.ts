import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { lockFile, tryLockFile } from '../../../src/base/file-lock.ts';

const hasUtility = spawnSync('flock', ['--version']).error === undefined;
const hasLockList = process.platform === 'linux';
if (!hasUtility) console.log('*** SKIPPED: no flock utility on PATH, so that taking the lock is not tested ***');
if (!hasLockList) console.log('*** SKIPPED: not Linux, so that its list of locks is not tested ***');

let dir: string;
let path: string;
const savedPath = process.env.PATH;
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'lock-'));
  path = join(dir, 'db');
  writeFileSync(path, '');
});
afterEach(() => {
  process.env.PATH = savedPath;
  rmSync(dir, { recursive: true, force: true });
});

/** As on a machine without the utility. */
function withoutUtility(): void {
  process.env.PATH = dir;
}

describe.skipIf(!hasUtility)('a lock', () => {
  it.each([
    ['exclusive', 'exclusive', false],
    ['exclusive', 'shared', false],
    ['shared', 'exclusive', false],
    ['shared', 'shared', true],
  ] as const)('%s leaves room for one that is %s: %s', (first, second, fits) => {
    const lock = tryLockFile(path, first);
    expect(lock?.held).toBe(true);
    const other = tryLockFile(path, second);
    expect(other !== undefined).toBe(fits);
    other?.release();
    lock?.release();
  });

  it('is gone once released', () => {
    tryLockFile(path, 'exclusive')?.release();
    const again = tryLockFile(path, 'exclusive');
    expect(again?.held).toBe(true);
    again?.release();
  });

  it('keeps another process out, and is kept out by it', async () => {
    const lock = tryLockFile(path, 'exclusive');
    expect(spawnSync('flock', ['-n', path, 'true']).status).toBe(1);
    lock?.release();
    const other = spawn('flock', [path, 'sh', '-c', 'echo locked; read line'], { stdio: ['pipe', 'pipe', 'inherit'] });
    await once(other.stdout, 'data');
    expect(tryLockFile(path, 'shared')).toBeUndefined();
    await expect(lockFile(path, 'exclusive', 120)).rejects.toThrow(
      `lock ${path}: another process has it open, such as a running etcd`,
    );
    const waiting = lockFile(path, 'exclusive', Number.POSITIVE_INFINITY);
    other.stdin.end();
    const mine = await waiting;
    expect(mine.held).toBe(true);
    mine.release();
  });
});

describe.skipIf(!hasUtility || !hasLockList)('without the utility', () => {
  it.each([
    ['exclusive', 'exclusive', false],
    ['exclusive', 'shared', false],
    ['shared', 'exclusive', false],
    ['shared', 'shared', true],
  ] as const)('a lock that is %s is seen, and leaves room for one that is %s: %s', (first, second, fits) => {
    const lock = tryLockFile(path, first);
    withoutUtility();
    const other = tryLockFile(path, second);
    expect(other !== undefined).toBe(fits);
    if (other) expect(other.held).toBe(false);
    lock?.release();
    expect(tryLockFile(path, second)?.held).toBe(false);
  });
});

it('needs a file', () => {
  expect(() => tryLockFile(join(dir, 'missing'), 'shared')).toThrow(`open ${dir}/missing: no such file or directory`);
});
