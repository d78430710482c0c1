import {
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type File, FileError, nodeFiles, readFully, writeFully, writeFullyAsync } from '../../../src/base/index.ts';

let dir: string;
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'files-'));
});
afterEach(() => rmSync(dir, { recursive: true, force: true }));

const bytes = (text: string) => new Uint8Array(Buffer.from(text));

function failure(run: () => unknown): FileError {
  try {
    run();
  } catch (error) {
    if (error instanceof FileError) return error;
    throw error;
  }
  throw new Error('did not fail');
}

const slow = (chunk: number): File & { content: number[] } => {
  const content: number[] = [];
  return {
    path: 'slow',
    content,
    size: () => content.length,
    readAt: (into, at) => {
      const part = content.slice(at, at + Math.min(chunk, into.length));
      into.set(part);
      return part.length;
    },
    writeAt: (data, at) => {
      const part = data.subarray(0, chunk);
      content.splice(at, part.length, ...part);
      return part.length;
    },
    readAtAsync: () => Promise.reject(new Error('unused')),
    writeAtAsync: () => Promise.resolve(0),
    fdatasyncAsync: () => Promise.resolve(),
    truncate: () => {},
    fsync: () => {},
    fdatasync: () => {},
    close: () => {},
  };
};

describe('a file', () => {
  it('is made private, written and read at positions', () => {
    const file = nodeFiles.open(join(dir, 'f'), 'create');
    writeFully(file, bytes('hello'), 3);
    expect(file.size()).toBe(8);
    const into = new Uint8Array(10);
    expect(readFully(file, into, 3)).toBe(5);
    expect(Buffer.from(into).toString()).toBe('hello\0\0\0\0\0');
    file.truncate(4);
    file.fdatasync();
    file.fsync();
    file.close();
    expect(readFileSync(join(dir, 'f')).toString()).toBe('\0\0\0h');
    expect(statSync(join(dir, 'f')).mode & 0o777).toBe(0o600);
  });

  it('does the same without blocking', async () => {
    const file = nodeFiles.open(join(dir, 'f'), 'create');
    await writeFullyAsync(file, bytes('hello'), 0);
    await file.fdatasyncAsync();
    const into = new Uint8Array(3);
    expect(await file.readAtAsync(into, 2)).toBe(3);
    expect(Buffer.from(into).toString()).toBe('llo');
    expect(await file.readAtAsync(into, 5)).toBe(0);
    file.close();
    await expect(file.readAtAsync(into, 0)).rejects.toThrow(`read ${join(dir, 'f')}: bad file descriptor`);
  });

  it.each([
    ['create', 'existing', 'EEXIST', 'open existing: file exists'],
    ['read', 'missing', 'ENOENT', 'open missing: no such file or directory'],
    ['update', 'missing', 'ENOENT', 'open missing: no such file or directory'],
    ['update', '.', 'EISDIR', 'open .: is a directory'],
    ['read', 'existing/x', 'ENOTDIR', 'open existing/x: not a directory'],
  ] as const)('opened to %s %s fails with %s', (mode, name, code, message) => {
    writeFileSync(join(dir, 'existing'), 'x');
    const error = failure(() => nodeFiles.open(join(dir, name), mode));
    expect(error.code).toBe(code);
    expect(error.message.replaceAll(join(dir, name), name)).toBe(message);
  });

  it('opened to replace loses its content', () => {
    writeFileSync(join(dir, 'f'), 'old');
    nodeFiles.open(join(dir, 'f'), 'replace').close();
    expect(statSync(join(dir, 'f')).size).toBe(0);
  });

  it('tells which operation failed', () => {
    writeFileSync(join(dir, 'f'), 'x');
    const file = nodeFiles.open(join(dir, 'f'), 'read');
    expect(failure(() => file.writeAt(bytes('y'), 0)).message).toBe(`write ${join(dir, 'f')}: bad file descriptor`);
    expect(failure(() => file.truncate(0)).operation).toBe('truncate');
    file.close();
    expect(failure(() => file.size()).operation).toBe('stat');
  });
});

describe('short reads and writes', () => {
  it('are carried on to the end', () => {
    const file = slow(2);
    writeFully(file, bytes('abcde'), 0);
    const into = new Uint8Array(9);
    expect(readFully(file, into, 0)).toBe(5);
    expect(Buffer.from(into.subarray(0, 5)).toString()).toBe('abcde');
  });

  it('are an error when nothing moves', async () => {
    expect(failure(() => writeFully(slow(0), bytes('a'), 0)).message).toBe('write slow: short write');
    await expect(writeFullyAsync(slow(1), bytes('a'), 0)).rejects.toThrow('write slow: short write');
  });
});

describe('directories', () => {
  it('are made with their parents, 0700, and listed in byte order', () => {
    expect(nodeFiles.makeDirectories(join(dir, 'a/b/c'))).toBe(join(dir, 'a'));
    expect(nodeFiles.makeDirectories(join(dir, 'a/b/c'))).toBeUndefined();
    expect(statSync(join(dir, 'a/b')).mode & 0o777).toBe(0o700);
    for (const name of ['b', 'a', 'B', 'ä']) writeFileSync(join(dir, 'a/b/c', name), '');
    expect(nodeFiles.list(join(dir, 'a/b/c'))).toEqual(['B', 'a', 'b', 'ä']);
    nodeFiles.syncDirectory(join(dir, 'a'));
  });

  it('that can not be made leave nothing behind, and what stands in the way as it is', () => {
    writeFileSync(join(dir, 'f'), 'kept');
    for (const [path, reason] of [
      ['f', 'file exists'],
      ['f/x', 'not a directory'],
      ['a/b/' + 'x'.repeat(300), 'name too long'],
    ] as const) {
      const error = failure(() => nodeFiles.makeDirectories(join(dir, path)));
      expect(error.message).toBe(`mkdir ${join(dir, path)}: ${reason}`);
    }
    expect(readdirSync(dir)).toEqual(['f']);
    expect(readFileSync(join(dir, 'f')).toString()).toBe('kept');
  });

  // A file system like this one sends Node's own recursive mkdir into an endless loop.
  it.skipIf(!existsSync('/proc/self'))('that no file system takes are refused', () => {
    expect(failure(() => nodeFiles.makeDirectories('/proc/x/y')).message).toBe(
      'mkdir /proc/x: no such file or directory',
    );
  });

  it('are renamed and removed', () => {
    nodeFiles.makeDirectories(join(dir, 'a/b'));
    nodeFiles.rename(join(dir, 'a'), join(dir, 'z'));
    writeFileSync(join(dir, 'z/f'), '');
    nodeFiles.remove(join(dir, 'z/f'));
    expect(readdirSync(join(dir, 'z'))).toEqual(['b']);
    nodeFiles.removeTree(join(dir, 'z'));
    nodeFiles.removeTree(join(dir, 'z'));
    expect(nodeFiles.stat(join(dir, 'z'))).toBeUndefined();
    expect(failure(() => nodeFiles.remove(join(dir, 'z'))).code).toBe('ENOENT');
    expect(failure(() => nodeFiles.list(join(dir, 'z'))).message).toBe(
      `open ${join(dir, 'z')}: no such file or directory`,
    );
    expect(failure(() => nodeFiles.rename(join(dir, 'z'), join(dir, 'y'))).operation).toBe('rename');
    expect(failure(() => nodeFiles.syncDirectory(join(dir, 'z'))).code).toBe('ENOENT');
  });

  it('tell what they hold', () => {
    writeFileSync(join(dir, 'f'), 'four', { mode: 0o640 });
    nodeFiles.chmod(join(dir, 'f'), 0o604);
    expect(nodeFiles.stat(join(dir, 'f'))).toEqual({ kind: 'file', size: 4, mode: 0o604 });
    expect(nodeFiles.stat(dir)?.kind).toBe('directory');
    symlinkSync('/dev/null', join(dir, 'null'));
    expect(nodeFiles.stat(join(dir, 'null'))?.kind).toBe('other');
  });
});
