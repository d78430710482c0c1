import { defineCommand, type Invocation } from '../command.ts';
import type { Context } from '../context.ts';
import { CliError } from '../errors.ts';
import { ExitCode } from '../exit-codes.ts';
import { bool, type FlagValues } from '../flags/index.ts';
import { follow } from './watch/follow.ts';
import { watchInteractively } from './watch/interactive.ts';
import { checkEnvironment, watchFlags, watchOrder } from './watch/request.ts';

const flags = {
  interactive: bool(false, 'read watch requests from stdin', { short: 'i' }),
  ...watchFlags,
} as const;

interface Options {
  readonly flags: FlagValues<typeof flags>;
  readonly invocation: Invocation;
}

async function run(context: Context, { flags, invocation }: Options): Promise<void> {
  checkEnvironment(context.io.env);
  if (flags.interactive) return watchInteractively(context, (await context.client()).watch);
  const order = watchOrder(flags, invocation, context.io.env);
  await follow(context, (await context.client()).watch, order);
  throw new CliError(ExitCode.Interrupted, 'watch is canceled by the server');
}

export const command = defineCommand({
  usage: '[options] [key or prefix] [range_end] [--] [exec-command arg1 arg2 ...]',
  flags,
  waits: true,
  variables: ['ETCDCTL_WATCH_KEY', 'ETCDCTL_WATCH_RANGE_END'],
  prints: () => ['watch'],
  options: (flags, invocation): Options => ({ flags, invocation }),
  run,
});
