import type { RestoreOptions } from '../../../snapshot/index.ts';
import { defineCommand } from '../../command.ts';
import { consoleLog } from '../../console-log.ts';
import type { Context } from '../../context.ts';
import { bool, type FlagValues, string, uint64 } from '../../flags/index.ts';
import { progressBar } from '../../progress.ts';
import { only } from '../arguments.ts';

const flags = {
  dataDir: string('', 'path to the data directory (default: <name>.etcd)'),
  walDir: string('', 'path to the WAL directory (default: within the data directory)'),
  initialCluster: string('default=http://localhost:2380', 'all members of the new cluster'),
  initialClusterToken: string('etcd-cluster', 'token of the new cluster'),
  initialAdvertisePeerUrls: string('http://localhost:2380', 'peer URLs of this member, comma separated'),
  name: string('default', 'name of this member'),
  skipHashCheck: bool(false, 'take a file without its hash, such as a database copied from a data directory'),
  initialMemoryMapSize: uint64(0n, 'ignored: nothing is mapped into memory here'),
  bumpRevision: uint64(0n, 'how much to raise the latest revision by'),
  markCompacted: bool(false, 'mark the latest revision as compacted (needed with --bump-revision)'),
} as const;

type Options = Omit<RestoreOptions, 'source'> & { readonly path: string };

const options = (values: FlagValues<typeof flags>, path: string): Options => ({
  path,
  dataDir: values.dataDir,
  walDir: values.walDir,
  name: values.name,
  initialCluster: values.initialCluster,
  initialClusterToken: values.initialClusterToken,
  initialAdvertisePeerUrls: values.initialAdvertisePeerUrls.split(','),
  skipHashCheck: values.skipHashCheck,
  initialMemoryMapSizeBytes: values.initialMemoryMapSize,
  bumpRevision: values.bumpRevision,
  markCompacted: values.markCompacted,
});

const signalExitCodes = { SIGINT: 130, SIGTERM: 143 } as const;

/** Restores from a file, or with `-` from stdin. An interrupted restore leaves nothing behind. */
async function run(context: Context, { path, ...how }: Options): Promise<number> {
  const { restore } = await import('../../../snapshot/index.ts');
  const interrupted = context.io.interrupts();
  const bar = progressBar(context.io, 'restoring');
  try {
    await restore({
      ...how,
      source: path === '-' ? context.io.stdin : path,
      sourceName: path,
      log: consoleLog(context.io.stderr),
      onProgress: ({ doneBytes, totalBytes }) => bar.update(doneBytes, totalBytes ?? 0),
      signal: interrupted,
    });
    return 0;
  } catch (error) {
    if (interrupted.aborted) return signalExitCodes[interrupted.reason as keyof typeof signalExitCodes];
    throw error;
  } finally {
    bar.clear();
  }
}

export const command = defineCommand({
  usage: '<filename> --data-dir {output dir} [options]',
  long: 'Makes the data directory of a member of a new cluster from a snapshot; - reads the snapshot from stdin.',
  flags,
  offline: true,
  options: (values, invocation) => options(values, only(invocation, 'snapshot restore requires exactly one argument')),
  run,
});
