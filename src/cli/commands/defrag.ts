import { formatMs } from '../../base/index.ts';
import { ClientError } from '../../client/index.ts';
import { defineCommand } from '../command.ts';
import type { Context } from '../context.ts';
import { SilentExit } from '../errors.ts';
import { ExitCode } from '../exit-codes.ts';
import { string } from '../flags/index.ts';
import { clusterFlag } from '../globals.ts';
import { noteFailure, targetEndpoints } from './endpoint/targets.ts';
import { lockFlags } from './snapshot/lock-flags.ts';

const flags = {
  ...clusterFlag,
  dataDir: string('', 'defragment this data directory of a member that is not running instead'),
} as const;

interface Options {
  readonly cluster: boolean;
  /** Empty if members are to be asked. */
  readonly dataDir: string;
}

async function run(context: Context, { cluster, dataDir }: Options): Promise<void> {
  if (dataDir === '') return defragMembers(context, cluster);
  const { defragDataDir } = await import('./utl/defrag-data-dir.ts');
  await defragDataDir(context, { dataDir, timeout: lockFlags.timeout.default });
}

/** One member after the other: a member answers nothing while it defragments. */
async function defragMembers(context: Context, wholeCluster: boolean): Promise<void> {
  let failed = false;
  for (const endpoint of await targetEndpoints(context, wholeCluster)) {
    const { maintenance } = await context.connect({ endpoints: [endpoint] });
    const startMs = performance.now();
    const took = (): string => formatMs(performance.now() - startMs);
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

export const command = defineCommand({
  usage: '',
  flags,
  options: ({ cluster, dataDir }): Options => ({ cluster, dataDir }),
  run,
});
