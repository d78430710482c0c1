import { messageOf } from '../../../base/index.ts';
import { consoleLog } from '../../console-log.ts';
import type { Context } from '../../context.ts';
import { CliError } from '../../errors.ts';
import { ExitCode } from '../../exit-codes.ts';
import { offlineHints } from '../../offline-hints.ts';
import { lockTimeoutMs } from '../snapshot/lock-flags.ts';
import { orInterrupted } from '../snapshot/source.ts';

export interface DefragOptions {
  readonly dataDir: string;
  /** `--timeout` in milliseconds. */
  readonly timeout: number;
}

/** Defragments the database of a member that is not running. An interrupted one leaves it as it was. */
export async function defragDataDir({ io }: Context, { dataDir, timeout }: DefragOptions): Promise<void> {
  const { defragment } = await import('../../../snapshot/index.ts');
  const signal = io.interrupts();
  await orInterrupted(signal, async () => {
    try {
      await defragment({ dataDir, lockTimeoutMs: lockTimeoutMs(timeout), log: consoleLog(io.stderr), signal });
    } catch (error) {
      const reason = messageOf(error);
      const details = offlineHints(error);
      throw new CliError(ExitCode.Error, `Failed to defragment etcd data[${dataDir}] (${reason})`, {
        details,
        cause: error,
      });
    }
  });
}
