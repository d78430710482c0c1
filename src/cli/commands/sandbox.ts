import { tmpdir } from 'node:os';
import type { RunningSandbox, SandboxOptions } from '../../embed/sandbox/index.ts';
import { type AnyCommand, defineCommand } from '../command.ts';
import type { Context } from '../context.ts';
import { badArgs, CliError } from '../errors.ts';
import { ExitCode } from '../exit-codes.ts';
import { bool, int, string } from '../flags/index.ts';
import type { ChildExit, Io } from '../io.ts';

const flags = {
  size: int(1, 'how many members the cluster has'),
  port: int(0, 'port of the first member, from which the others count up (0 means any that are free)'),
  dataDir: string('', 'directory where the data is kept for the next time (in memory if not given)'),
  tls: bool(false, 'speak TLS, with certificates issued for this cluster as kubeadm issues them'),
  auth: bool(false, 'turn authentication on, with a user root'),
} as const;

const LARGEST_SIZE = 9;
const LARGEST_PORT = 65_535;

interface Options {
  readonly cluster: SandboxOptions;
  /** What to run in it; empty: a shell, or nothing where there is no terminal. */
  readonly exec: readonly string[];
}

/** What the command needs of the embedded cluster; tests put a double in its place. */
export type StartSandbox = (options: SandboxOptions) => Promise<RunningSandbox>;

// The servers are many times the size of a client, and only this command needs them.
const startReal: StartSandbox = async (options) => (await import('../../embed/sandbox/index.ts')).startSandbox(options);

async function run(
  { io, note }: Pick<Context, 'io' | 'note'>,
  { cluster, exec }: Options,
  start: StartSandbox,
): Promise<number> {
  const interrupted = io.interrupts();
  const sandbox = await started(cluster, start);
  try {
    const isShell = exec.length === 0 && io.stdin.isTty;
    const command = isShell ? [io.env['SHELL'] ?? '/bin/sh'] : exec;
    note(introduction(cluster, sandbox, command));
    if (interrupted.aborted) return ExitCode.Success;
    if (command.length > 0) return exitCodeOf(await runInside(io, command, sandbox, interrupted));
    await new Promise((resolve) => interrupted.addEventListener('abort', resolve));
    return ExitCode.Success;
  } finally {
    await sandbox.stop();
  }
}

async function started(options: SandboxOptions, start: StartSandbox): Promise<RunningSandbox> {
  try {
    return await start(options);
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    const [message = '', ...details] = error.message.split('\n  ');
    const hint = /address already in use/i.test(error.message)
      ? ['hint: choose another --port, or leave it out to have any that are free']
      : [];
    throw new CliError(ExitCode.Error, message, { details: [...details, ...hint], cause: error });
  }
}

/** Runs a command to which the cluster is the one that etcdctl talks to. A SIGTERM to us is passed on to it. */
function runInside(
  io: Io,
  command: readonly string[],
  { env }: RunningSandbox,
  interrupted: AbortSignal,
): Promise<ChildExit> {
  const terminate = new AbortController();
  // On a terminal Ctrl-C reaches the command by itself, and what it does then is its own affair.
  interrupted.addEventListener('abort', () => {
    if (interrupted.reason === 'SIGTERM') terminate.abort();
  });
  return io.runChild(command, { env, stdin: 'inherit', terminate: terminate.signal });
}

const SIGNAL_EXIT = 128;
const NOT_FOUND = 127;
const NOT_EXECUTABLE = 126;

/** As a shell puts it. */
function exitCodeOf({ code, signalNumber, startError }: ChildExit): number {
  if (startError !== undefined) {
    throw new CliError(startError.includes('permission denied') ? NOT_EXECUTABLE : NOT_FOUND, startError);
  }
  return signalNumber === undefined ? code : SIGNAL_EXIT + signalNumber;
}

function introduction(
  { size, dataDir }: SandboxOptions,
  { endpoints, envFile }: RunningSandbox,
  command: readonly string[],
): string {
  const what = `sandbox: ${size === 1 ? 'a member' : `${size} members`} in this process, for trying things on this machine`;
  const where = `${what}; data ${dataDir === undefined ? 'in memory' : `in ${dataDir}`}`;
  const lines = [where, `  endpoints: ${endpoints.join(',')}`];
  if (command.length === 0) lines.push(`  in a shell: . ${envFile}`, '  ends with Ctrl-C or SIGTERM');
  return lines.join('\n');
}

/** @param start tests put a double in place of the cluster */
export const sandboxCommand = (start: StartSandbox): AnyCommand =>
  defineCommand({
    usage: '[options] [-- command [arg1 arg2 ...]]',
    long: `Starts an etcd cluster for as long as a command, a shell or this one runs, with etcdctl's variables set for it:

  etcdctl sandbox -- npm test
  etcdctl sandbox --size 3 --tls

All members live in one process, so it is for tests and for trying things on one machine: it survives no failure of it.
Without a command there is a shell on a terminal; elsewhere the cluster stays up until SIGINT or SIGTERM.`,
    flags,
    offline: true,
    options: ({ size, port, dataDir, tls, auth }, { args, argsBeforeDash }): Options => {
      if (args.length > 0 && argsBeforeDash !== 0) {
        throw badArgs('sandbox command takes the command to run behind --, as in: etcdctl sandbox -- npm test');
      }
      if (size < 1 || size > LARGEST_SIZE) throw badArgs(`--size is 1 to ${LARGEST_SIZE} members, not ${size}`);
      if (port < 0 || (port > 0 && port + size - 1 > LARGEST_PORT)) {
        throw badArgs(`--port is 0, or leaves room for ${size} ports up to ${LARGEST_PORT}: not ${port}`);
      }
      return { cluster: { size, port, dataDir: dataDir || undefined, tls, auth, tmpDir: tmpdir() }, exec: args };
    },
    run: (context, options) => run({ io: context.io, note: (text) => context.note(text) }, options, start),
  });

export const command = sandboxCommand(startReal);
