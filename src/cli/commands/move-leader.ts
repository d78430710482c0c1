import { messageOf, parseUint64 } from '../../base/index.ts';
import type { Client } from '../../client/index.ts';
import { defineCommand } from '../command.ts';
import type { Context } from '../context.ts';
import { badArgs } from '../errors.ts';
import { only } from './arguments.ts';

function transferee(text: string): bigint {
  try {
    return parseUint64(text, 16);
  } catch (error) {
    throw badArgs(messageOf(error));
  }
}

interface Leader {
  readonly client: Client;
  readonly id: bigint;
}

/** Asks the endpoints in turn which of them is the leader: only it can hand leadership over. */
async function findLeader(context: Context): Promise<Leader> {
  const { endpoints } = await context.client();
  for (const endpoint of endpoints) {
    const client = await context.connect({ endpoints: [endpoint] });
    const status = await client.maintenance.status(context.bounds);
    if (status.header?.member_id === status.leader) return { client, id: status.leader };
  }
  throw badArgs(`no leader endpoint given at [${endpoints.join(' ')}]`);
}

export const command = defineCommand({
  usage: '<transferee-member-id>',
  flags: {},
  prints: () => ['moveLeader'],
  options: (_flags, invocation) => transferee(only(invocation, 'move-leader command needs 1 argument')),
  run: async (context, targetID) => {
    const leader = await findLeader(context);
    const response = await leader.client.maintenance.moveLeader({ targetID }, context.bounds);
    context.print.moveLeader(leader.id, targetID, response);
  },
});
