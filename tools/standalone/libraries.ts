/** The C library of this machine, for the standalone file to carry: the loader, and every library that is asked for. */
import { existsSync, readFileSync, realpathSync } from 'node:fs';
import { basename, dirname } from 'node:path';
import { neededBy, readElf, type Elf } from './elf.ts';

export interface Library {
  readonly name: string;
  readonly elf: Elf;
}

export interface Glibc {
  readonly version: string;
  /** The loader first. */
  readonly files: readonly Library[];
}

/** This machine has no C library that can be carried. */
export class UnfitLibrary extends Error {
  override readonly name = 'UnfitLibrary';
}

export const C_LIBRARY = 'libc.so.6';

/** Where distributions keep the libraries, beside the loader itself. */
const DIRECTORIES = ['/lib64', '/lib/x86_64-linux-gnu', '/usr/lib64', '/usr/lib/x86_64-linux-gnu', '/usr/lib'];

/** Before it, names were looked up by libraries that nobody asks for by name. */
const OLDEST_GLIBC = [2, 34] as const;

/**
 * @param loaderPath what the executable asks for
 * @throws UnfitLibrary when it is not all there, or not of glibc
 */
export function librariesFor(executable: Elf, loaderPath: string, directories = DIRECTORIES): Glibc {
  if (!existsSync(loaderPath)) throw new UnfitLibrary(`this machine has no ${loaderPath}`);
  const loaderName = basename(loaderPath);
  const beside = [dirname(realpathSync(loaderPath)), ...directories];
  const found = new Map([[loaderName, readElf(readFileSync(loaderPath), loaderPath)]]);
  const waiting = neededBy(executable);
  for (let name = waiting.shift(); name !== undefined; name = waiting.shift()) {
    if (found.has(name)) continue;
    const path = beside.map((directory) => `${directory}/${name}`).find((path) => existsSync(path));
    if (path === undefined) throw new UnfitLibrary(`this machine has no ${name} beside ${loaderPath}`);
    const library = readElf(readFileSync(path), path);
    found.set(name, library);
    waiting.push(...neededBy(library));
  }
  const version = versionOf(found.get(C_LIBRARY));
  return { version, files: [...found].map(([name, elf]) => ({ name, elf })) };
}

function versionOf(library: Elf | undefined): string {
  const text = library?.bytes.toString('latin1');
  const [, major, minor] = /GNU C Library .{0,60} release version (\d+)\.(\d+)/.exec(text ?? '') ?? [];
  if (major === undefined) throw new UnfitLibrary('the C library of this machine is not glibc');
  if (Number(major) !== OLDEST_GLIBC[0] || Number(minor) < OLDEST_GLIBC[1]) {
    throw new UnfitLibrary(
      `glibc ${major}.${minor} of this machine is too old: it takes one from ${OLDEST_GLIBC.join('.')} on`,
    );
  }
  return `${major}.${minor}`;
}
