/**
 * A conversation with a running command, as data: wait for output, then type,
 * signal, or act on the cluster from the side.
 */
import type { ChildProcess } from 'node:child_process';
import type { StreamName, Transcript } from './transcript.ts';

export type Step =
  /** Waits until the text appears after what earlier waits found. */
  | { readonly waitFor: string | RegExp; readonly in?: StreamName }
  | { readonly send: string }
  | { readonly endInput: true }
  | { readonly signal: NodeJS.Signals }
  /** Waits until the server has that many watchers. */
  | { readonly watchers: number }
  /** Runs a command beside the child and waits for its end. */
  | { readonly shell: string };

export interface Stage {
  readonly child: ChildProcess;
  readonly transcript: Transcript;
  /** Settles when the child has ended. */
  readonly ended: Promise<unknown>;
  readonly shell: ((command: string) => Promise<void>) | undefined;
  readonly watchers: ((count: number) => Promise<void>) | undefined;
}

const STEP_TIMEOUT_MS = 10_000;

/** Plays the steps in order. Returns why it could not go on, or undefined. */
export async function play(steps: readonly Step[], stage: Stage): Promise<string | undefined> {
  for (const [index, step] of steps.entries()) {
    const failure = await playOne(step, stage);
    if (failure !== undefined) return `step ${index + 1} ${JSON.stringify(step, showPattern)}: ${failure}`;
  }
  return undefined;
}

async function playOne(step: Step, { child, transcript, ended, shell, watchers }: Stage): Promise<string | undefined> {
  if ('waitFor' in step) {
    const timer = deadline(STEP_TIMEOUT_MS);
    const stream = step.in ?? 'stdout';
    const found = await transcript.waitFor(step.waitFor, stream, Promise.race([ended, timer.passed]));
    timer.cancel();
    return found
      ? undefined
      : `never came; ${stream} was ${JSON.stringify(transcript.bytes(stream).toString('latin1'))}`;
  }
  if ('send' in step) child.stdin?.write(step.send);
  else if ('endInput' in step) child.stdin?.end();
  else if ('signal' in step) child.kill(step.signal);
  else if ('shell' in step && shell) return shell(step.shell).then(() => undefined, String);
  else if ('watchers' in step && watchers) return watchers(step.watchers).then(() => undefined, String);
  else return 'there is no way to do this here';
  return undefined;
}

function deadline(timeoutMs: number): { passed: Promise<void>; cancel: () => void } {
  let timer: NodeJS.Timeout | undefined;
  const passed = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, timeoutMs);
  });
  return { passed, cancel: () => clearTimeout(timer) };
}

function showPattern(_key: string, value: unknown): unknown {
  return value instanceof RegExp ? String(value) : value;
}
