import { ClientError } from '../../../client/index.ts';
import { defineCommand } from '../../command.ts';
import type { Context } from '../../context.ts';
import { SilentExit } from '../../errors.ts';
import { ExitCode } from '../../exit-codes.ts';
import { clusterFlag } from '../../globals.ts';
import type { EndpointStatus } from '../../printers/printer.ts';
import { noteFailure, targetEndpoints } from './targets.ts';

async function run(context: Context, wholeCluster: boolean): Promise<void> {
  const list: EndpointStatus[] = [];
  let failed = false;
  for (const endpoint of await targetEndpoints(context, wholeCluster)) {
    const { maintenance } = await context.connect({ endpoints: [endpoint] });
    try {
      list.push({ endpoint, status: await maintenance.status(context.freshBounds()) });
    } catch (error) {
      if (!(error instanceof ClientError)) throw error;
      noteFailure(context, `Failed to get the status of endpoint ${endpoint} (${error.message})`, error);
      failed = true;
    }
  }
  context.print.endpointStatus(list);
  if (failed) throw new SilentExit(ExitCode.Error);
}

export const command = defineCommand<typeof clusterFlag, boolean>({
  usage: '',
  flags: clusterFlag,
  prints: () => ['endpointStatus'],
  options: ({ cluster }) => cluster,
  run,
});
