// Runs in Bun, started by tools/standalone.mjs: puts the C library of this machine
// into a finished file for linux-x64. Argument: the path of the file. Prints what
// it did. Without a C library that can be carried the file stays as it is, and that
// is said; an executable of another form than Bun's has today is an error.
import { readFileSync, writeFileSync } from 'node:fs';
import process from 'node:process';
import { carrying } from './standalone/carry.ts';
import { interpreterOf, readElf } from './standalone/elf.ts';
import { librariesFor, UnfitLibrary } from './standalone/libraries.ts';

const [path] = process.argv.slice(2);
const executable = readElf(readFileSync(path), path);
try {
  const { version, files } = librariesFor(executable, interpreterOf(executable).path);
  writeFileSync(path, carrying(executable, files));
  console.log(`glibc ${version} inside`);
} catch (error) {
  if (!(error instanceof UnfitLibrary)) throw error;
  console.log(`no C library inside, because ${error.message}`);
}
