import { ClientError } from '../../client/index.ts';
import type { Session } from '../../client/concurrency/index.ts';
import type { Context } from '../context.ts';
import { CliError } from '../errors.ts';
import { ExitCode } from '../exit-codes.ts';

/** What ends the time in which a lock or a leadership is held. */
export type Ending = 'interrupted' | 'lost';

/** Waits until the user sends a signal or the session's lease is gone. */
export function heldUntil(interrupted: AbortSignal, { lost }: Session): Promise<Ending> {
  return new Promise((resolve) => {
    const check = (): void => {
      if (!interrupted.aborted && !lost.aborted) return;
      interrupted.removeEventListener('abort', check);
      lost.removeEventListener('abort', check);
      resolve(interrupted.aborted ? 'interrupted' : 'lost');
    };
    interrupted.addEventListener('abort', check);
    lost.addEventListener('abort', check);
    check();
  });
}

/**
 * Runs what needs the session, then revokes its lease, however that ended: where
 * etcdctl leaves the lease to its TTL, nobody has to wait for ours. A revocation
 * that fails is no news, for the lease then ends by itself.
 */
export async function withSession<T>(context: Context, session: Session, use: () => Promise<T>): Promise<T> {
  try {
    return await use();
  } finally {
    await session.close(context.freshBounds()).catch(() => undefined);
  }
}

/**
 * Gives up what is held, so that others may go on at once.
 * @param what is given up, as in `the lock`
 * @throws {CliError} with the cause, and how long others have to wait now
 */
export async function giveUp(what: string, { ttlSeconds }: Session, release: () => Promise<void>): Promise<void> {
  try {
    await release();
  } catch (error) {
    if (!(error instanceof ClientError)) throw error;
    const consequence = `${what} may stay taken until its lease runs out, ${ttlSeconds}s after it was last renewed`;
    throw new CliError(ExitCode.Error, error.message, { details: [consequence, ...error.lines()], cause: error });
  }
}
