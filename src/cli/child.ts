import { spawn } from 'node:child_process';
import { constants } from 'node:os';
import process from 'node:process';
import type { ChildExit, ChildOptions } from './io.ts';

/** Runs a program with our stdout and stderr, and says how it ended; loaded only where one is run. */
export function childExit(command: readonly string[], options: ChildOptions): Promise<ChildExit> {
  const [file = '', ...args] = command;
  return new Promise((resolve) => {
    const child = spawn(file, args, {
      stdio: [options.stdin ?? 'ignore', 'inherit', 'inherit'],
      env: { ...process.env, ...options.env },
      ...(options.signal && { signal: options.signal }),
    });
    child.on('error', (error: NodeJS.ErrnoException) => resolve({ code: -1, startError: startErrorText(file, error) }));
    const terminate = (): void => void child.kill('SIGTERM');
    options.terminate?.addEventListener('abort', terminate);
    child.on('close', (code, signal) => {
      options.terminate?.removeEventListener('abort', terminate);
      resolve({
        code: code ?? -1,
        ...(signal && { signal: signalText(signal), signalNumber: constants.signals[signal] }),
      });
    });
  });
}

/** Go's words: a bare name is looked up on PATH, a path is started as it is. */
function startErrorText(file: string, error: NodeJS.ErrnoException): string {
  const reason = error.code === 'EACCES' ? 'permission denied' : 'no such file or directory';
  if (file.includes('/')) return `fork/exec ${file}: ${reason}`;
  return `exec: "${file}": executable file not found in $PATH`;
}

const signalWords: Readonly<Record<string, string>> = {
  SIGKILL: 'killed',
  SIGTERM: 'terminated',
  SIGINT: 'interrupt',
  SIGHUP: 'hangup',
  SIGQUIT: 'quit',
  SIGABRT: 'aborted',
  SIGSEGV: 'segmentation fault',
  SIGPIPE: 'broken pipe',
};

const signalText = (signal: string): string => signalWords[signal] ?? signal;
