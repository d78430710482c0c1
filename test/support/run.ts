/**
 * Runs a command as a child process and collects what it writes, byte for byte.
 */
import { spawn, type ChildProcess } from 'node:child_process';
import { Transcript } from './transcript.ts';
import { play, type Step } from './steps.ts';

/** What the child finds on descriptor 0. */
export type Stdin = { readonly text: string | Buffer } | 'empty' | 'closed';

export interface RunOptions {
  readonly argv: readonly [string, ...string[]];
  readonly cwd?: string;
  readonly env?: Readonly<Record<string, string | undefined>>;
  /** Default: empty. With steps, stdin is a pipe that the steps write to. */
  readonly stdin?: Stdin;
  /** Waits, input and signals to play while the child runs. */
  readonly steps?: readonly Step[];
  /** Runs the child on a terminal of its own; stdout then carries both streams. */
  readonly terminal?: boolean;
  /** The child is killed after this long, and `timedOut` is set. Default 20 s. */
  readonly timeoutMs?: number;
  /** How a `shell` step runs its command; required if there is one. */
  readonly shell?: (command: string) => Promise<void>;
  /** How a `watchers` step waits; required if there is one. */
  readonly watchers?: (count: number) => Promise<void>;
}

export interface RunResult {
  readonly stdout: Buffer;
  readonly stderr: Buffer;
  /** As a shell shows it: 128 + n after death by signal n. */
  readonly exitCode: number;
  readonly timedOut: boolean;
  /** Why the steps could not be played to the end, if so. */
  readonly stepFailure: string | undefined;
}

const SIGNAL_NUMBERS: Readonly<Record<string, number>> = {
  SIGHUP: 1,
  SIGINT: 2,
  SIGABRT: 6,
  SIGKILL: 9,
  SIGSEGV: 11,
  SIGPIPE: 13,
  SIGTERM: 15,
};

export async function run(options: RunOptions): Promise<RunResult> {
  const [file, ...args] = commandLine(options);
  // A process group of its own, so that after a timeout its children end too.
  const child = spawn(file, args, { cwd: options.cwd, env: { ...options.env }, stdio: 'pipe', detached: true });
  const transcript = new Transcript(child.stdout, child.stderr);
  // A child that ends without reading its input is no fault of the test.
  child.stdin.on('error', () => undefined);
  let timedOut = false;
  const timer = setTimeout(() => {
    timedOut = true;
    killGroup(child);
  }, options.timeoutMs ?? 20_000);
  const ended = exitOf(child);
  const playing = feed(child, options, transcript, ended);
  try {
    const [exitCode, stepFailure] = await Promise.all([ended, playing]);
    return { stdout: transcript.bytes('stdout'), stderr: transcript.bytes('stderr'), exitCode, timedOut, stepFailure };
  } finally {
    clearTimeout(timer);
  }
}

/** Quotes a word for POSIX sh. */
export function shellQuote(word: string): string {
  return `'${word.replaceAll("'", `'\\''`)}'`;
}

function commandLine(options: RunOptions): [string, ...string[]] {
  if (options.stdin === 'closed') return ['sh', '-c', 'exec "$@" <&-', 'sh', ...options.argv];
  if (!options.terminal) return [...options.argv];
  // util-linux's script belongs to every Debian; -e passes the exit code on.
  return ['script', '--quiet', '--return', '--flush', '--command', options.argv.map(shellQuote).join(' '), '/dev/null'];
}

async function feed(
  child: ChildProcess,
  options: RunOptions,
  transcript: Transcript,
  ended: Promise<unknown>,
): Promise<string | undefined> {
  if (options.steps) {
    const failure = await play(options.steps, {
      child,
      transcript,
      ended,
      shell: options.shell,
      watchers: options.watchers,
    });
    child.stdin?.end();
    if (failure !== undefined) killGroup(child);
    return failure;
  }
  const stdin = options.stdin ?? 'empty';
  child.stdin?.end(typeof stdin === 'object' ? stdin.text : undefined);
  return undefined;
}

function killGroup(child: ChildProcess): void {
  try {
    if (child.pid !== undefined) process.kill(-child.pid, 'SIGKILL');
  } catch {
    // It has ended in the meantime.
  }
}

function exitOf(child: ChildProcess): Promise<number> {
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code, signal) => {
      resolve(code ?? 128 + (SIGNAL_NUMBERS[signal ?? ''] ?? 127));
    });
  });
}
