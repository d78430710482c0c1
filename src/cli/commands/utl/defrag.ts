import { formatDuration, nodeFiles } from '../../../base/index.ts';
import { defineCommand } from '../../command.ts';
import { consoleLog } from '../../console-log.ts';
import type { Context } from '../../context.ts';
import { CliError } from '../../errors.ts';
import { ExitCode } from '../../exit-codes.ts';
import { string } from '../../flags/index.ts';
import { utlFlags } from './flags.ts';
import { lockTimeoutMs } from './lock-timeout.ts';
import { requireFlags } from './usage-errors.ts';

const flags = {
  dataDir: string('', 'path to the data directory of a member that is not running'),
  ...utlFlags,
} as const;

interface Options {
  readonly dataDir: string;
  readonly timeoutMs: number;
}

async function run(context: Context, { dataDir, timeoutMs }: Options): Promise<void> {
  const { defragmentFile } = await import('../../../bbolt/index.ts');
  const { existingDataDir } = await import('../../../snapshot/index.ts');
  const { lockFile } = await import('../../../base/file-lock.ts');
  const log = consoleLog(context.io.stderr);
  const startMs = performance.now();
  try {
    const { database } = existingDataDir(nodeFiles, dataDir);
    const lock = await lockFile(database, 'exclusive', timeoutMs);
    try {
      log({ level: 'info', message: 'defragmenting', fields: { path: database } });
      const { before, after } = await defragmentFile(database);
      const took = formatDuration(BigInt(Math.round((performance.now() - startMs) * 1e6)));
      const sizes = { 'previous-db-size-bytes': before, 'current-db-size-bytes': after };
      log({ level: 'info', message: 'finished defragmenting directory', fields: { path: database, ...sizes, took } });
    } finally {
      lock.release();
    }
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new CliError(ExitCode.Error, `Failed to defragment etcd data[${dataDir}] (${reason})`, { cause: error });
  }
}

export const command = defineCommand({
  usage: '',
  long: 'Gives the unused space in the database of a member that is not running back to the disk.',
  flags,
  offline: true,
  options: ({ dataDir, timeout }, invocation): Options => {
    requireFlags(invocation, ['dataDir']);
    return { dataDir, timeoutMs: lockTimeoutMs(timeout) };
  },
  run,
});
