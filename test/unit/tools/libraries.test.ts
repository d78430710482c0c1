import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { readElf } from '../../../tools/standalone/elf.ts';
import { librariesFor, UnfitLibrary } from '../../../tools/standalone/libraries.ts';
import { elfFile, ET_DYN, ET_EXEC } from '../../standalone/made-up-elf.ts';

let directory: string;
let loader: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'libraries-'));
  loader = join(directory, 'ld.so');
});
afterEach(() => rmSync(directory, { recursive: true }));

function library(path: string, needed: readonly string[] = [], text = ''): void {
  const segments = [{ flags: 4, address: 0, bytes: Buffer.from(text) }];
  writeFileSync(join(directory, path), elfFile({ type: ET_DYN, segments, needed }));
}
const cLibrary = (version: string): void => {
  library('libc.so.6', ['ld.so'], `GNU C Library (Some Linux 1-2) stable release version ${version}.\n`);
};
const found = (...needed: string[]) =>
  librariesFor(readElf(elfFile({ type: ET_EXEC, segments: [], needed }), 'program'), loader, [join(directory, 'more')]);

describe('the libraries of a program', () => {
  it('are the loader, those it asks for, and those that they ask for', () => {
    library('ld.so');
    cLibrary('2.36');
    library('libm.so.6', ['libc.so.6', 'libq.so']);
    mkdirSync(join(directory, 'more'));
    library('more/libq.so', ['libc.so.6']);
    const { version, files } = found('libm.so.6', 'libc.so.6');
    expect(version).toBe('2.36');
    expect(files.map(({ name }) => name)).toEqual(['ld.so', 'libm.so.6', 'libc.so.6', 'libq.so']);
  });

  it('are beside the loader itself, if its path is a link', () => {
    mkdirSync(join(directory, 'real'));
    library('real/ld-2.40.so');
    symlinkSync('real/ld-2.40.so', loader);
    cLibrary('2.40');
    expect(() => found('libc.so.6')).toThrow(/has no libc\.so\.6/);
    library('real/libc.so.6', [], 'GNU C Library (GNU libc) stable release version 2.40.');
    expect(found('libc.so.6').version).toBe('2.40');
  });

  it.each<[string, () => void, RegExp]>([
    ['there is no loader', () => cLibrary('2.36'), /^this machine has no \S+ld\.so$/],
    ['a library is missing', () => library('ld.so'), /^this machine has no libc\.so\.6 beside \S+ld\.so$/],
    [
      'the C library is another',
      () => {
        library('ld.so');
        library('libc.so.6', [], 'musl libc');
      },
      /^the C library of this machine is not glibc$/,
    ],
    [
      'the C library is too old',
      () => {
        library('ld.so');
        cLibrary('2.33');
      },
      /^glibc 2\.33 of this machine is too old: it takes one from 2\.34 on$/,
    ],
  ])('cannot be carried when %s', (_why, make, message) => {
    make();
    expect(() => found('libc.so.6')).toThrow(UnfitLibrary);
    expect(() => found('libc.so.6')).toThrow(message);
  });

  it('are not glibc for a program that does without', () => {
    library('ld.so');
    expect(() => found()).toThrow(UnfitLibrary);
  });
});
