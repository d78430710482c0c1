import { messageOf, parseInt64 } from '../../../base/index.ts';
import { defineCommand } from '../../command.ts';
import { badArgs } from '../../errors.ts';
import { only } from '../arguments.ts';
import { wrapped } from './failures.ts';

function ttlSeconds(text: string): bigint {
  try {
    return parseInt64(text);
  } catch (error) {
    throw badArgs(`bad TTL (${messageOf(error)})`);
  }
}

export const command = defineCommand({
  usage: '<ttl>',
  flags: {},
  prints: () => ['leaseGrant'],
  options: (_flags, invocation) => ttlSeconds(only(invocation, 'lease grant command needs TTL argument')),
  run: async (context, TTL) => {
    const { lease } = await context.client();
    const response = await wrapped('failed to grant lease', lease.leaseGrant({ TTL }, context.bounds));
    context.print.leaseGrant(response);
  },
});
