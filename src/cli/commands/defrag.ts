import { formatDuration } from '../../base/index.ts';
import { ClientError } from '../../client/index.ts';
import { defineCommand } from '../command.ts';
import type { Context } from '../context.ts';
import { SilentExit } from '../errors.ts';
import { ExitCode } from '../exit-codes.ts';
import { clusterFlag } from '../globals.ts';
import { noteFailure, targetEndpoints } from './endpoint/targets.ts';

/** One member after the other: a member answers nothing while it defragments. */
async function run(context: Context, wholeCluster: boolean): Promise<void> {
  let failed = false;
  for (const endpoint of await targetEndpoints(context, wholeCluster)) {
    const { maintenance } = await context.connect({ endpoints: [endpoint] });
    const startMs = performance.now();
    const took = (): string => formatDuration(BigInt(Math.round((performance.now() - startMs) * 1e6)));
    try {
      await maintenance.defragment(context.freshBounds());
      context.io.stdout.write(`Finished defragmenting etcd member[${endpoint}]. took ${took()}\n`);
    } catch (error) {
      if (!(error instanceof ClientError)) throw error;
      noteFailure(context, `Failed to defragment etcd member[${endpoint}]. took ${took()}. (${error.message})`, error);
      failed = true;
    }
  }
  if (failed) throw new SilentExit(ExitCode.Error);
}

export const command = defineCommand<typeof clusterFlag, boolean>({
  usage: '',
  flags: clusterFlag,
  options: ({ cluster }) => cluster,
  run,
});
