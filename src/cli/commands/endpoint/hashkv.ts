import { ClientError } from '../../../client/index.ts';
import { defineCommand } from '../../command.ts';
import type { Context } from '../../context.ts';
import { int64 } from '../../flags/index.ts';
import { clusterFlag } from '../../globals.ts';
import type { EndpointHashKv } from '../../printers/printer.ts';
import { noteFailure, targetEndpoints } from './targets.ts';

const flags = {
  ...clusterFlag,
  rev: int64(0n, 'highest revision to hash (0: all there are)'),
} as const;

interface Options {
  readonly wholeCluster: boolean;
  readonly revision: bigint;
}

async function run(context: Context, { wholeCluster, revision }: Options): Promise<void> {
  const list: EndpointHashKv[] = [];
  let failure: ClientError | undefined;
  for (const endpoint of await targetEndpoints(context, wholeCluster)) {
    const { maintenance } = await context.connect({ endpoints: [endpoint] });
    try {
      list.push({ endpoint, hashKv: await maintenance.hashKV({ revision }, context.freshBounds()) });
    } catch (error) {
      if (!(error instanceof ClientError)) throw error;
      noteFailure(context, `Failed to get the hash of endpoint ${endpoint} (${error.message})`, error);
      failure = error;
    }
  }
  context.print.endpointHashKv(list);
  if (failure !== undefined) throw failure;
}

export const command = defineCommand({
  usage: '[options]',
  flags,
  prints: () => ['endpointHashKv'],
  options: ({ cluster, rev }): Options => ({ wholeCluster: cluster, revision: rev }),
  run,
});
