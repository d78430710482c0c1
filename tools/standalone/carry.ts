/**
 * Puts this machine's C library into a standalone file for linux-x64, so that it needs none where it runs. Three
 * segments are added behind Bun's own: the code that begins (start.c), what it has to know, and the libraries.
 */
import { readFileSync } from 'node:fs';
import { addressOf, freeAddress, interpreterOf, PF_R, PF_W, PF_X, roundUp, withSegments, type Elf } from './elf.ts';
import { withHook } from './hooks.ts';
import { C_LIBRARY, type Library } from './libraries.ts';

/** As start.c has it. */
const CODE_BYTES = 4096;
const ENTRY = 0;
const OPEN_LIBRARY = 32;
const OPEN_FILE = 48;
const MAX_FILES = 16;

/** The functions by which the runtime opens files, and the C library itself. */
const OPENING = ['open64', 'openat64', '__open64_nocancel'];

/** The machine code of start.c. */
export function startCode(): Buffer {
  const hex = readFileSync(new URL('start.hex', import.meta.url), 'latin1');
  const [, ...lines] = hex.split('\n');
  return Buffer.from(lines.join(''), 'hex');
}

/**
 * @returns the executable with the libraries in it
 * @throws Error when the executable or a library is not of the form that it takes
 */
export function carrying(executable: Elf, libraries: readonly Library[]): Buffer {
  const loader = interpreterOf(executable);
  if (loader === undefined) throw new Error('the executable asks for no loader');
  if (libraries.length > MAX_FILES)
    throw new Error(`there is room for ${MAX_FILES} libraries, not ${libraries.length}`);
  const code = freeAddress(executable);
  const settings = code + CODE_BYTES;
  const contents = settings + CODE_BYTES;
  const files = libraries.map(({ name, elf }, index) => ({ name, bytes: hooked(name, elf, index, code) }));

  const parts: Buffer[] = [];
  let end = contents;
  const place = (bytes: Buffer): number => {
    const address = end;
    parts.push(bytes, Buffer.alloc(roundUp(bytes.length, 16) - bytes.length));
    end += roundUp(bytes.length, 16);
    return address;
  };
  const table = files.flatMap(({ name, bytes }) => [place(Buffer.from(`${name}\0`)), place(bytes), bytes.length]);
  const headers = addressOf(executable, executable.headersOffset);
  const known = [executable.entry, headers, executable.headers.length, loader.address, files.length, ...table];
  const page = Buffer.alloc(CODE_BYTES);
  for (const [index, value] of known.entries()) page.writeBigUInt64LE(BigInt(value), index * 8);
  return withSegments(
    executable,
    [
      { flags: PF_R | PF_X, address: code, bytes: startCode() },
      { flags: PF_R | PF_W, address: settings, bytes: page },
      { flags: PF_R, address: contents, bytes: Buffer.concat(parts) },
    ],
    code + ENTRY,
  );
}

/** The loader looks for libraries, the C library for files of the system; the others open nothing. */
function hooked(name: string, elf: Elf, index: number, code: number): Buffer {
  if (index === 0) return withHook(elf, code + OPEN_LIBRARY, name);
  return name === C_LIBRARY ? withHook(elf, code + OPEN_FILE, name, OPENING) : elf.bytes;
}
