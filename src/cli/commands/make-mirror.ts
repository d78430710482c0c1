import type { Client, WatchUpdate } from '../../client/index.ts';
import { defineCommand } from '../command.ts';
import type { Context } from '../context.ts';
import { badArgs } from '../errors.ts';
import { bool, type FlagValues, int64, string, uint } from '../flags/index.ts';
import { only } from './arguments.ts';
import { readBase } from './make-mirror/base.ts';
import { checkDestinationFlags, destinationConfig, destinationFlags } from './make-mirror/destination.ts';
import { type Rename, replacePrefix } from './make-mirror/rename.ts';
import { at, failureAt, inDestinationFlags } from './make-mirror/sides.ts';
import { Tally } from './make-mirror/tally.ts';
import { transactions } from './make-mirror/updates.ts';
import { forEachParallel } from './parallel.ts';
import { keyBytes, keyRange, type KeyRange } from './ranges.ts';

const flags = {
  prefix: string('', 'mirror only the keys that begin with this'),
  rev: int64(0n, 'revision to mirror changes from, without the keys as they are (1 or less: these first)'),
  maxTxnOps: uint(128, 'maximum number of changes in one transaction at the destination (0: no limit)'),
  destPrefix: string('', 'prefix that the keys have at the destination (the same as --prefix by default)'),
  noDestPrefix: bool(false, 'mirror keys without their prefix'),
  ...destinationFlags,
} as const;

interface Options {
  readonly destination: string;
  readonly flags: FlagValues<typeof flags>;
  readonly range: KeyRange;
  readonly rename: Rename;
}

interface Mirror extends Options {
  readonly source: Client;
  readonly target: Client;
  readonly tally: Tally;
}

async function run(context: Context, options: Options): Promise<void> {
  const config = await destinationConfig(context.io, options.destination, options.flags);
  const target = await at('destination', context.connect(config, inDestinationFlags));
  const source = await at('source', context.client());
  const tally = new Tally(context.io);
  const mirror = { ...options, source, target, tally };
  const { rev } = options.flags;
  try {
    await repeatChanges(mirror, rev > 1n ? rev : (await copyBase(mirror)) + 1n);
  } finally {
    tally.stop();
  }
}

/** Puts that are under way at once: enough to hide the way to the destination and its disk. */
const putsAtOnce = 64;

/** Copies the keys as they are. Returns the revision that the copy is of. */
async function copyBase({ source, target, range, rename, tally }: Mirror): Promise<bigint> {
  const base = await readBase((request) => at('source', source.kv.range(request)), range);
  const total = Number(base.count);
  await forEachParallel(base.keys, putsAtOnce, async ({ key, value }) => {
    await at('destination', target.kv.put({ key: rename(key), value }));
    tally.copied(total);
  });
  tally.reached(base.revision, base.revision);
  return base.revision;
}

/** Repeats at the destination, in order, what happens at the source from a revision on. Ends only with a failure. */
async function repeatChanges(mirror: Mirror, startRevision: bigint): Promise<never> {
  const { source, target, range, rename, tally, flags } = mirror;
  for await (const update of source.watch.watch({ key: range.key, rangeEnd: range.range_end, startRevision })) {
    if (update.canceled) throw endOf(update);
    for (const ops of transactions(update.events, rename, flags.maxTxnOps)) {
      await at('destination', target.kv.txn({ success: ops }));
      tally.repeated(ops.length);
    }
    const reached = update.events.at(-1)?.kv?.mod_revision;
    if (reached !== undefined) tally.reached(reached, update.header?.revision ?? reached);
  }
  throw new Error('the watch of the source has ended');
}

const endOf = ({ error, cancelReason }: WatchUpdate): unknown =>
  error === undefined ? new Error(cancelReason) : failureAt('source', error);

export const command = defineCommand({
  usage: '[options] <destination>',
  flags,
  waits: true,
  options: (flags, invocation): Options => {
    const destination = only(invocation, 'make-mirror takes one destination argument');
    if (flags.noDestPrefix && flags.destPrefix !== '') {
      throw badArgs('`--dest-prefix` and `--no-dest-prefix` cannot be set at the same time, choose one');
    }
    checkDestinationFlags(flags, invocation.given);
    const destPrefix = flags.noDestPrefix ? '' : flags.destPrefix || flags.prefix;
    return {
      destination,
      flags,
      range: keyRange(flags.prefix, { prefix: true, fromKey: false }),
      rename: replacePrefix(keyBytes(flags.prefix), keyBytes(destPrefix)),
    };
  },
  run,
});
