/**
 * standalone/: the program of the standalone file, which is every tool: the name it was called by says which one. It
 * runs inside Bun alone; what Bun needs and Node does not is all here and in tools/standalone-compile.mjs.
 */
import { basename } from 'node:path';
import process from 'node:process';

declare const Bun: { readonly unsafe?: { setJITPolicy?(scale: number): void } } | undefined;

/** A short command has ended by then; what still runs has enough work to be worth compiling for. */
const LONG_COMMAND_MS = 40;

/** The file is built to interpret only, which saves a short command the compiler's threads. */
function compileHotCode(): void {
  if (typeof Bun !== 'undefined') Bun.unsafe?.setJITPolicy?.(1);
}

const name = basename(process.argv0);
if (name.startsWith('etcdutl')) {
  compileHotCode();
  void import('../cli/etcdutl.ts');
} else if (name.startsWith('etcd') && !name.startsWith('etcdctl')) {
  compileHotCode();
  void import('../process/etcd.ts');
} else {
  setTimeout(compileHotCode, LONG_COMMAND_MS).unref();
  void import('../cli/etcdctl.ts');
}
