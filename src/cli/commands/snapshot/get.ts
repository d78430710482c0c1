import type { Database, KeyRange } from '../../../snapshot/index.ts';
import type { KeyValue, ResponseHeader } from '../../../wire/index.ts';
import { defineCommand, type Invocation } from '../../command.ts';
import type { Context } from '../../context.ts';
import { badArgs } from '../../errors.ts';
import type { FlagValues } from '../../flags/index.ts';
import { wireKeyValue } from '../../printers/stored.ts';
import { getFlags } from '../get.ts';
import { keyRange } from '../ranges.ts';
import { storedRange, withKeys } from './key-space.ts';
import { lockFlags } from './lock-flags.ts';
import type { SourceOptions } from './source.ts';

const { prefix, fromKey, rev, limit, keysOnly, countOnly, printValueOnly } = getFlags;
const flags = { prefix, fromKey, rev, limit, keysOnly, countOnly, printValueOnly, ...lockFlags } as const;

interface Options extends SourceOptions {
  readonly range: KeyRange;
  readonly revision: bigint;
  /** Zero for none. */
  readonly limit: bigint;
  readonly keysOnly: boolean;
  readonly countOnly: boolean;
  readonly valueOnly: boolean;
}

/** The checks of `get`, in its words. */
function options(values: FlagValues<typeof flags>, { args }: Invocation): Options {
  const [path, key, rangeEnd, ...more] = args;
  if (path === undefined || key === undefined || more.length > 0) {
    throw badArgs('snapshot get needs a filename and a key as arguments, and an optional argument as range_end');
  }
  if (values.prefix && values.fromKey) {
    throw badArgs('`--prefix` and `--from-key` cannot be set at the same time, choose one');
  }
  if (values.keysOnly && values.countOnly) {
    throw badArgs('`--keys-only` and `--count-only` cannot be set at the same time, choose one');
  }
  if (rangeEnd !== undefined && (values.prefix || values.fromKey)) {
    throw badArgs('too many arguments, only accept one argument when `--prefix` or `--from-key` is set');
  }
  return {
    path,
    timeout: values.timeout,
    range: storedRange(keyRange(key, values, rangeEnd)),
    revision: values.rev > 0n ? values.rev : 0n,
    limit: values.limit > 0n ? values.limit : 0n,
    keysOnly: values.keysOnly,
    countOnly: values.countOnly,
    valueOnly: values.printValueOnly,
  };
}

async function run(context: Context, options: Options): Promise<void> {
  const { format } = context.settings;
  if (options.countOnly && format !== 'fields') throw badArgs('--count-only is only for `--write-out=fields`');
  if (options.valueOnly && format !== 'simple') throw badArgs('print-value-only is only for `--write-out=simple`');
  await withKeys(context, options, (database, signal) => print(context, database, options, signal));
}

/** So many bytes of values are held before they are printed, where they need not be printed all at once. */
const batchBytes = 1 << 20;

/** The answer that a member with this database would give; as `simple` shows keys alone, it gets them as they come. */
async function print(context: Context, database: Database, options: Options, signal: AbortSignal): Promise<void> {
  const { liveKeys } = await import('../../../snapshot/index.ts');
  const header = await headerOf(database);
  const isStreamed = context.settings.format === 'simple';
  const { range, revision, limit, valueOnly } = options;
  let kvs: KeyValue[] = [];
  let held = 0;
  let count = 0n;
  const flush = (): void => {
    const more = limit > 0n && count > limit;
    context.print.get({ header, kvs, more, count }, { valueOnly });
    kvs = [];
    held = 0;
  };
  for await (const key of liveKeys(database, { range, revision, signal })) {
    count++;
    if (options.countOnly || (limit > 0n && count > limit)) continue;
    const kv = wireKeyValue(key.read());
    kvs.push(options.keysOnly ? { ...kv, value: new Uint8Array(0) } : kv);
    held += key.valueSize;
    if (isStreamed && held >= batchBytes) flush();
  }
  flush();
}

/** What of a response's header a database knows: neither its cluster nor its member. */
async function headerOf(database: Database): Promise<ResponseHeader> {
  const { raftTerm, revisionBounds } = await import('../../../snapshot/index.ts');
  const { revision } = revisionBounds(database, 0n);
  return { cluster_id: 0n, member_id: 0n, revision, raft_term: raftTerm(database) };
}

export const command = defineCommand({
  usage: '[options] <filename|data-dir> <key> [range_end]',
  long: `Reads a key or a range of keys from a snapshot or the database of a data directory, without a server.
Of a member that was killed, the last changes may still be in its log alone.`,
  flags,
  offline: true,
  prints: () => ['get'],
  options,
  run,
});
