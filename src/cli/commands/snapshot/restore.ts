import { formatSize } from '../../../base/index.ts';
import type { RestoreOptions } from '../../../snapshot/index.ts';
import { defineCommand, type Invocation } from '../../command.ts';
import { consoleLog } from '../../console-log.ts';
import type { Context } from '../../context.ts';
import { badArgs } from '../../errors.ts';
import { bool, type FlagValues, string, uint64 } from '../../flags/index.ts';
import { progressBar } from '../../progress.ts';
import { only } from '../arguments.ts';
import { orInterrupted, snapshotOnStdin } from './source.ts';

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

function options(values: FlagValues<typeof flags>, invocation: Invocation): Options {
  const path = only(invocation, 'snapshot restore requires exactly one argument');
  if (values.bumpRevision > 0n !== values.markCompacted) {
    throw badArgs('--mark-compacted required if --revision-bump > 0');
  }
  return {
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
  };
}

/** Restores from a file, or with `-` from stdin. An interrupted restore leaves nothing behind. */
async function run({ io }: Context, { path, ...how }: Options): Promise<void> {
  const { restore } = await import('../../../snapshot/index.ts');
  const source = path === '-' ? snapshotOnStdin(io) : path;
  const signal = io.interrupts();
  const bar = progressBar(io, 'restoring', formatSize);
  await orInterrupted(signal, async () => {
    try {
      await restore({
        ...how,
        source,
        sourceName: path,
        log: consoleLog(io.stderr),
        onProgress: ({ doneBytes, totalBytes }) => bar.update(doneBytes, totalBytes ?? doneBytes),
        signal,
      });
    } finally {
      bar.clear();
    }
  });
}

export const command = defineCommand({
  usage: '<filename> --data-dir {output dir} [options]',
  long: 'Makes the data directory of a member of a new cluster from a snapshot; - reads the snapshot from stdin.',
  flags,
  offline: true,
  options,
  run,
});
