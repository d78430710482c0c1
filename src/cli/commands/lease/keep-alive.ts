import { defineCommand } from '../../command.ts';
import type { Context } from '../../context.ts';
import { bool } from '../../flags/index.ts';
import { leaseIdArgument, only } from '../arguments.ts';
import { asBadConnection } from './failures.ts';

const flags = {
  once: bool(false, 'renew once and exit'),
} as const;

interface Options {
  readonly id: bigint;
  readonly once: boolean;
}

/** Renews until the lease is gone. A lease that never was ends like one that ran out, with exit code 0. */
async function run(context: Context, { id, once }: Options): Promise<void> {
  const { lease } = await context.client();
  if (once) return context.print.leaseKeepAlive(await asBadConnection(lease.keepAliveOnce(id, context.bounds)));
  for await (const response of lease.keepAlive(id)) context.print.leaseKeepAlive(response);
  if (context.settings.format === 'simple') {
    const hex = BigInt.asUintN(64, id).toString(16).padStart(16, '0');
    context.io.stdout.write(`lease ${hex} expired or revoked.\n`);
  }
}

export const command = defineCommand({
  usage: '[options] <leaseID>',
  flags,
  waits: true,
  prints: () => ['leaseKeepAlive'],
  options: ({ once }, invocation): Options => ({
    id: leaseIdArgument(only(invocation, 'lease keep-alive command needs lease ID as argument')),
    once,
  }),
  run,
});
