import { fstatSync, writeSync } from 'node:fs';
import process from 'node:process';
import { isatty } from 'node:tty';
import { fileError } from '../base/node-files.ts';
import { interruptExitCodes } from './exit-codes.ts';
import type { ChildExit, ChildOptions, Input, Interrupt, Io, Output } from './io.ts';

const pipeClosedExitCode = 141; // 128 + SIGPIPE, what a shell sees of a Go program whose reader went away

/** The process as an Io. Nothing is opened or looked at before it is used: most commands never touch stdin. */
export function processIo(): Io {
  return {
    stdin: processInput(),
    stdout: descriptorOutput(1),
    stderr: descriptorOutput(2),
    env: process.env,
    interrupts,
    runChild,
    endsWithCommand: true,
  };
}

/** As `isatty`, which is in a part of the runtime that takes a millisecond to load: files and pipes are told without it. */
function isTerminal(descriptor: 0 | 1 | 2): boolean {
  try {
    return fstatSync(descriptor).isCharacterDevice() && isatty(descriptor);
  } catch {
    return false; // it is closed
  }
}

/**
 * Writes straight to the descriptor: in order, complete when it returns, and
 * without loading stream classes, which a one-line answer does not need.
 */
function descriptorOutput(descriptor: 1 | 2): Output {
  let isTty: boolean | undefined;
  return {
    get isTty(): boolean {
      return (isTty ??= isTerminal(descriptor));
    },
    get columns(): number | undefined {
      return this.isTty ? (descriptor === 1 ? process.stdout : process.stderr).columns : undefined;
    },
    write(chunk) {
      writeAll(descriptor, typeof chunk === 'string' ? Buffer.from(chunk) : chunk);
    },
  };
}

function writeAll(descriptor: number, bytes: Uint8Array): void {
  let offset = 0;
  while (offset < bytes.length) {
    try {
      offset += writeSync(descriptor, bytes, offset);
    } catch (error) {
      const code = error instanceof Error && 'code' in error ? error.code : undefined;
      if (code === 'EPIPE') process.exit(pipeClosedExitCode);
      if (code === 'EBADF') return; // the descriptor was closed before we began; there is no one to tell
      if (code !== 'EAGAIN') throw fileError('write', descriptor === 1 ? '/dev/stdout' : '/dev/stderr', error);
      waitBriefly(); // a non-blocking pipe whose reader is slow
    }
  }
}

const sleeper = new Int32Array(new SharedArrayBuffer(4));
const waitBriefly = (): void => void Atomics.wait(sleeper, 0, 0, 2);

function processInput(): Input {
  return {
    get isTty(): boolean {
      return isTerminal(0);
    },
    [Symbol.asyncIterator]: () => (process.stdin as AsyncIterable<Uint8Array>)[Symbol.asyncIterator](),
    readSecret: async (prompt) => (await import('./secret.ts')).readSecret(prompt),
  };
}

let interruption: AbortController | undefined;

function interrupts(): AbortSignal {
  if (interruption === undefined) {
    const controller = new AbortController();
    interruption = controller;
    const onSignal = (signal: Interrupt): void => {
      // Whoever asks twice will not wait any longer. While a child runs, it is the child that is waited for.
      if (controller.signal.aborted && runningChildren === 0) process.exit(interruptExitCodes[signal]);
      controller.abort(signal);
    };
    process.on('SIGINT', () => onSignal('SIGINT'));
    process.on('SIGTERM', () => onSignal('SIGTERM'));
  }
  return interruption.signal;
}

let runningChildren = 0;

async function runChild(command: readonly string[], options: ChildOptions): Promise<ChildExit> {
  runningChildren += 1;
  try {
    return await (await import('./child.ts')).childExit(command, options);
  } finally {
    runningChildren -= 1;
  }
}
