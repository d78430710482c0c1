import { Deadline, quote } from '../../../base/index.ts';
import { ClientError, type Client } from '../../../client/index.ts';
import type { Context } from '../../context.ts';
import { CliError } from '../../errors.ts';
import { ExitCode } from '../../exit-codes.ts';
import { keyRange, type KeyRange } from '../ranges.ts';
import type { CheckFlags } from './models.ts';

const prefixRange = (prefix: string): KeyRange => keyRange(prefix, { prefix: true, fromKey: false });

/** Deleting millions of keys, compacting and defragmenting take longer than a short command. */
const patience = (): { readonly deadline: Deadline } => ({ deadline: Deadline.after(120_000) });

/**
 * A check writes and then deletes everything under its prefix, so there must be nothing.
 * @param advice how etcdctl words what to do about it
 * @throws {CliError} exit code 3
 */
export async function requireNoKeys(context: Context, client: Client, prefix: string, advice: string): Promise<void> {
  const { kvs } = await client.kv.range({ ...prefixRange(prefix), limit: 1n, keys_only: true }, context.bounds);
  if (kvs.length > 0) {
    throw new CliError(ExitCode.InvalidInput, `prefix ${quote(prefix)} has keys. Delete with ${advice} first`);
  }
}

/** Deletes the check's keys. Returns the revision of that; undefined if it failed, which it has said then. */
export async function deleteKeys(context: Context, client: Client, prefix: string): Promise<bigint | undefined> {
  try {
    const { header } = await client.kv.deleteRange(prefixRange(prefix), patience());
    return header?.revision ?? 0n;
  } catch (error) {
    if (!(error instanceof ClientError)) throw error;
    context.io.stdout.write(`FAIL: Cleanup failed during key deletion: ERROR(${error.message})\n`);
    for (const line of error.lines()) context.note(line);
    return undefined;
  }
}

/** Gives the space back that the check has taken, as far as the flags ask for it. */
export async function reclaim(context: Context, client: Client, flags: CheckFlags, revision: bigint): Promise<void> {
  const { stdout } = context.io;
  if (flags.autoCompact) {
    stdout.write(`Compacting with revision ${revision}\n`);
    await client.kv.compact({ revision, physical: true }, patience());
    stdout.write(`Compacted with revision ${revision}\n`);
  }
  if (!flags.autoDefrag) return;
  for (const endpoint of client.endpoints) {
    stdout.write(`Defragmenting ${quote(endpoint)}\n`);
    const member = await context.connect({ endpoints: [endpoint] });
    await member.maintenance.defragment(patience());
    stdout.write(`Defragmented ${quote(endpoint)}\n`);
  }
}
