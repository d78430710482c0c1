import { defineCommand } from '../../command.ts';
import { string } from '../../flags/index.ts';
import { lockFlags } from '../snapshot/lock-flags.ts';
import { defragDataDir } from './defrag-data-dir.ts';
import { requireFlags } from './usage-errors.ts';

const flags = {
  dataDir: string('', 'path to the data directory of a member that is not running'),
  ...lockFlags,
} as const;

export const command = defineCommand({
  usage: '',
  long: 'Gives the unused space in the database of a member that is not running back to the disk.',
  flags,
  offline: true,
  options: ({ dataDir, timeout }, invocation) => {
    requireFlags(invocation, ['dataDir']);
    return { dataDir, timeout };
  },
  run: defragDataDir,
});
