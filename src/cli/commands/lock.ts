import type { Client } from '../../client/index.ts';
import { Mutex, openSession, type Session } from '../../client/concurrency/index.ts';
import { defineCommand } from '../command.ts';
import type { Context } from '../context.ts';
import { badArgs, CliError } from '../errors.ts';
import { ExitCode } from '../exit-codes.ts';
import { int } from '../flags/index.ts';
import type { ChildExit } from '../io.ts';
import { giveUp, heldUntil, withSession } from './holding.ts';
import { keyBytes } from './ranges.ts';

const defaultTtlSeconds = 10;

const flags = {
  ttl: int(defaultTtlSeconds, 'how long the lock outlives a holder that has died, in seconds'),
} as const;

interface Options {
  readonly name: string;
  readonly ttlSeconds: number;
  /** The command to run while the lock is held; empty: hold it until a signal comes. */
  readonly exec: readonly string[];
}

interface Held {
  readonly mutex: Mutex;
  readonly session: Session;
  readonly interrupted: AbortSignal;
}

async function run(context: Context, { name, ttlSeconds, exec }: Options): Promise<void> {
  const interrupted = context.io.interrupts();
  const client = await context.client();
  const session = await openSession(client, ttlSeconds, { ...context.explicitBounds, signal: interrupted });
  if (session.ttlSeconds !== ttlSeconds) {
    context.note(`Warning: --ttl must be above zero: ${session.ttlSeconds} seconds are used`);
  }
  await withSession(context, session, async () => {
    const mutex = new Mutex(session, name);
    await mutex.lock(interrupted);
    const held: Held = { mutex, session, interrupted };
    await (exec.length > 0 ? runHolding(context, held, exec) : hold(context, client, held));
  });
}

/** Prints the lock's key and keeps the lock until a signal comes. */
async function hold(context: Context, client: Client, { mutex, session, interrupted }: Held): Promise<void> {
  const unlock = (): Promise<void> => giveUp('the lock', session, () => mutex.unlock(context.freshBounds()));
  const response = await client.kv.range({ key: keyBytes(mutex.key) }, context.freshBounds());
  if (response.kvs.length === 0) throw new Error('lock lost on init');
  context.print.get(response);
  if ((await heldUntil(interrupted, session)) === 'lost') throw new Error('session expired');
  await unlock();
}

/**
 * Runs a command while the lock is held. A signal sent to us does not end it: Ctrl-C
 * on a terminal reaches it anyway, and whoever else wants it to end can tell it.
 * @throws {CliError} with the exit code of the command
 */
async function runHolding(context: Context, { mutex, session }: Held, exec: readonly string[]): Promise<void> {
  const warn = (): void => context.note('Warning: the lock was lost while the command runs: its lease is gone');
  session.lost.addEventListener('abort', warn);
  const exit = await context.io.runChild(exec, {
    env: { ETCD_LOCK_KEY: mutex.key, ETCD_LOCK_REV: String(mutex.header?.revision ?? 0n) },
  });
  session.lost.removeEventListener('abort', warn);
  const failure = failureOf(exit);
  try {
    await giveUp('the lock', session, () => mutex.unlock(context.freshBounds()));
  } catch (error) {
    // The command's own failure is the one to report; a lock that stays taken is still worth a word.
    if (failure === undefined || !(error instanceof CliError)) throw error;
    throw new CliError(failure.exitCode, failure.message, { details: [error.message, ...error.details], cause: error });
  }
  if (failure !== undefined) throw failure;
}

const killedExitCode = 255;

/** How the command ended in Go's words, which scripts know; undefined if it ended well. */
function failureOf({ code, signal, startError }: ChildExit): CliError | undefined {
  if (startError !== undefined) return new CliError(ExitCode.Error, startError);
  if (signal !== undefined) return new CliError(killedExitCode, `signal: ${signal}`);
  return code === 0 ? undefined : new CliError(code, `exit status ${code}`);
}

export const command = defineCommand({
  usage: '<lockname> [exec-command arg1 arg2 ...]',
  flags,
  waits: true,
  prints: ({ exec }) => (exec.length > 0 ? [] : ['get']),
  options: ({ ttl }, { args: [name, ...exec] }): Options => {
    if (name === undefined) throw badArgs('lock takes a lock name argument and an optional command to execute');
    return { name, ttlSeconds: ttl, exec };
  },
  run,
});
