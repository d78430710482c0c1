import { Election, observe, openSession } from '../../client/concurrency/index.ts';
import { ClientError } from '../../client/index.ts';
import { defineCommand } from '../command.ts';
import type { Context } from '../context.ts';
import { badArgs, CliError } from '../errors.ts';
import { ExitCode } from '../exit-codes.ts';
import { bool } from '../flags/index.ts';
import { giveUp, heldUntil, withSession } from './holding.ts';
import { keyBytes } from './ranges.ts';

const ttlSeconds = 60;

const flags = {
  listen: bool(false, 'follow the election without taking part', { short: 'l' }),
} as const;

interface Options {
  readonly name: string;
  /** What the leader proclaims; undefined: listen only. */
  readonly proposal: string | undefined;
}

/** Stands for election and, once elected, leads until a signal comes. */
async function campaign(context: Context, name: string, proposal: string): Promise<void> {
  const interrupted = context.io.interrupts();
  const client = await context.client();
  const session = await openSession(client, ttlSeconds, { ...context.explicitBounds, signal: interrupted });
  await withSession(context, session, async () => {
    const election = new Election(session, name);
    try {
      await election.campaign(proposal, interrupted);
    } catch (error) {
      throw session.lost.aborted ? expired() : error;
    }
    context.print.get(await client.kv.range({ key: keyBytes(election.key) }, context.freshBounds()));
    if ((await heldUntil(interrupted, session)) === 'lost') throw expired();
    await giveUp('the leadership', session, () => election.resign(context.freshBounds()));
  });
}

const expired = (): Error => new Error('elect: session expired');

/** Prints the leader, and every change of the leader or its proposal, until a signal comes. */
async function listen(context: Context, name: string): Promise<void> {
  const interrupted = context.io.interrupts();
  const client = await context.client();
  try {
    for await (const response of observe(client, name, interrupted)) context.print.get(response);
  } catch (error) {
    if (!(error instanceof ClientError)) throw error;
    if (!interrupted.aborted) throw observerLost([error.message, ...error.lines()]);
  }
  if (!interrupted.aborted) throw observerLost([]);
}

const observerLost = (details: readonly string[]): CliError =>
  new CliError(ExitCode.Error, 'elect: observer lost', { details });

export const command = defineCommand({
  usage: '<election-name> [proposal]',
  flags,
  waits: true,
  prints: () => ['get'],
  options: ({ listen }, { args: [name, proposal, ...rest] }): Options => {
    if (name === undefined || rest.length > 0) {
      throw badArgs('elect takes one election name argument and an optional proposal argument');
    }
    if (proposal === undefined && !listen) throw badArgs('no proposal argument but -l not set');
    if (proposal !== undefined && listen) throw badArgs('proposal given but -l is set');
    return { name, proposal };
  },
  run: (context, { name, proposal }) =>
    proposal === undefined ? listen(context, name) : campaign(context, name, proposal),
});
