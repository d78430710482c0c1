import { defineCommand } from '../../command.ts';
import { consoleLog } from '../../console-log.ts';
import { badArgs } from '../../errors.ts';
import { bool, string } from '../../flags/index.ts';
import { lockFlags, lockTimeoutMs } from '../snapshot/lock-flags.ts';
import { requireFlags } from './usage-errors.ts';

const flags = {
  dataDir: string('', 'path to the data directory of a member that is not running'),
  targetVersion: string('', 'version that the data directory is to fit, such as 3.6'),
  force: bool(false, 'set the version even where the migration is not safe'),
  ...lockFlags,
} as const;

export const command = defineCommand({
  usage: '',
  long: 'Makes a data directory fit for another release of etcd.',
  flags,
  offline: true,
  options: async ({ dataDir, targetVersion, force, timeout }, invocation) => {
    requireFlags(invocation, ['dataDir', 'targetVersion']);
    const { parseTargetVersion, SnapshotError } = await import('../../../snapshot/index.ts');
    try {
      return { dataDir, target: parseTargetVersion(targetVersion), force, lockTimeoutMs: lockTimeoutMs(timeout) };
    } catch (error) {
      throw error instanceof SnapshotError ? badArgs(error.message) : error;
    }
  },
  run: async (context, options) => {
    const { migrate } = await import('../../../snapshot/index.ts');
    await migrate({ ...options, log: consoleLog(context.io.stderr) });
  },
});
