// Compiles start.c and open.c and writes start.hex, or the file that is named. The bytes are
// those of the version of gcc that start.hex names in its first line.
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { fileURLToPath } from 'node:url';

const here = fileURLToPath(new URL('.', import.meta.url));
const output = process.argv[2] ?? join(here, 'start.hex');

/** No library, no SSE, no red zone, no tables: all of it is code and a few words of text, the same at every address. */
const flags = [
  '-Os -std=gnu11 -Wall -Wextra -Werror -fpie -ffreestanding -nostdlib -mgeneral-regs-only -mno-red-zone',
  '-mtune=generic -fno-stack-protector -fcf-protection=none -fno-asynchronous-unwind-tables -fno-jump-tables',
  '-fno-tree-loop-distribute-patterns -fno-ident',
].flatMap((line) => line.split(' '));

/** What the build knows comes in the page behind the code: CODE_BYTES in carry.ts. */
const script = `SECTIONS {
  . = 0;
  .code : { *(.text.first) *(.text .text.*) *(.rodata .rodata.*) }
  settings = 4096;
  ASSERT(SIZEOF(.code) <= 4096, "the code is larger than a page")
  .refused : { *(.data .data.* .bss .bss.* .got .got.*) }
  ASSERT(SIZEOF(.refused) == 0, "the code has data of its own")
  /DISCARD/ : { *(*) }
}`;

const directory = mkdtempSync(join(tmpdir(), 'start-'));
try {
  const at = (name) => join(directory, name);
  writeFileSync(at('script'), script);
  for (const name of ['start', 'open']) {
    execFileSync('gcc', [...flags, '-c', join(here, `${name}.c`), '-o', at(`${name}.o`)], { stdio: 'inherit' });
  }
  const link = ['-T', at('script'), '--oformat=binary', at('start.o'), at('open.o'), '-o', at('code')];
  execFileSync('ld', link, { stdio: 'inherit' });
  const version = execFileSync('gcc', ['-dumpversion'], { encoding: 'utf8' }).trim();
  const lines = readFileSync(at('code'))
    .toString('hex')
    .match(/.{1,80}/g);
  writeFileSync(output, `gcc ${version}\n${lines.join('\n')}\n`);
} finally {
  rmSync(directory, { recursive: true });
}
