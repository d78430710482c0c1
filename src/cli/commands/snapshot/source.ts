import type { Context } from '../../context.ts';
import { badArgs, SilentExit } from '../../errors.ts';
import { interruptExitCode } from '../../exit-codes.ts';
import type { Io } from '../../io.ts';
import { lockTimeoutMs } from './lock-flags.ts';

/** Which database a command reads. */
export interface SourceOptions {
  /** A snapshot's or database's file, a data directory, or `-` for stdin. */
  readonly path: string;
  /** `--timeout` in milliseconds. */
  readonly timeout: number;
}

/** What `-` stands for. @throws {CliError} exit code 128, if nothing can come from there */
export function snapshotOnStdin({ stdin }: Io): AsyncIterable<Uint8Array> {
  if (stdin.isTty) throw badArgs('- reads a snapshot from stdin, which is a terminal: send it through a pipe');
  return stdin;
}

/** Ends an interrupted command with the exit code of the signal, once all it made is removed. */
export async function orInterrupted<T>(signal: AbortSignal, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw signal.aborted ? new SilentExit(interruptExitCode(signal)) : error;
  }
}

/** Opens a database, works on its file, and leaves nothing behind, however it ends. */
export async function withSource<T>(
  { io }: Pick<Context, 'io'>,
  { path, timeout }: SourceOptions,
  work: (path: string, signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const { openSource } = await import('../../../snapshot/database-source.ts');
  const signal = io.interrupts();
  return orInterrupted(signal, async () => {
    const from = path === '-' ? snapshotOnStdin(io) : path;
    const source = await openSource(from, {
      lockTimeoutMs: lockTimeoutMs(timeout),
      temporaryDirectory: io.env['TMPDIR'] || '/tmp',
      signal,
    });
    try {
      return await work(source.path, signal);
    } finally {
      source.release();
    }
  });
}
