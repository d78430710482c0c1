import { mergeRangeStream } from './get-stream.ts';
import type { Init, RangeRequest, RangeResponse } from '../../wire/index.ts';
import { defineCommand } from '../command.ts';
import type { Context } from '../context.ts';
import { badArgs, badFeature } from '../errors.ts';
import { bool, type FlagValues, int64, string } from '../flags/index.ts';
import { keyRange } from './ranges.ts';

export const getFlags = {
  consistency: string('l', 'Linearizable(l) or Serializable(s)', { values: ['l', 's'] }),
  order: string('', 'order of results: ASCEND or DESCEND (ASCEND by default)', { values: ['ASCEND', 'DESCEND'] }),
  sortBy: string('', 'what to sort by: CREATE, KEY, MODIFY, VALUE or VERSION', {
    values: ['CREATE', 'KEY', 'MODIFY', 'VALUE', 'VERSION'],
  }),
  limit: int64(0n, 'maximum number of results'),
  prefix: bool(false, 'get all keys that begin with the key'),
  fromKey: bool(false, 'get all keys from the key on, in byte order'),
  rev: int64(0n, 'read the store as it was at this revision'),
  keysOnly: bool(false, 'get only the keys'),
  countOnly: bool(false, 'get only the count (with --write-out=fields)'),
  printValueOnly: bool(false, 'print only the values (with --write-out=simple)'),
  minCreateRev: int64(0n, 'lowest create revision'),
  maxCreateRev: int64(0n, 'highest create revision'),
  minModRev: int64(0n, 'lowest modification revision'),
  maxModRev: int64(0n, 'highest modification revision'),
  stream: bool(false, 'let the server send the range in parts (etcd 3.7 and later)'),
} as const;

type GetFlags = FlagValues<typeof getFlags>;

export interface GetOptions {
  readonly request: Init<RangeRequest>;
  readonly countOnly: boolean;
  readonly valueOnly: boolean;
  readonly stream: boolean;
}

/** Checks a get's arguments, in etcdctl's order, and makes the request; txn's get lines pass here too. */
export function getOptions(flags: GetFlags, args: readonly string[]): GetOptions {
  const [key, rangeEnd] = args;
  if (key === undefined) throw badArgs('get command needs one argument as key and an optional argument as range_end');
  if (flags.prefix && flags.fromKey)
    throw badArgs('`--prefix` and `--from-key` cannot be set at the same time, choose one');
  if (flags.keysOnly && flags.countOnly)
    throw badArgs('`--keys-only` and `--count-only` cannot be set at the same time, choose one');
  const serializable = isSerializable(flags.consistency);
  if (rangeEnd !== undefined && (flags.prefix || flags.fromKey)) {
    throw badArgs('too many arguments, only accept one argument when `--prefix` or `--from-key` is set');
  }
  const sort = sortOf(flags.order, flags.sortBy);
  checkBounds('CreateRev', flags.minCreateRev, flags.maxCreateRev);
  checkBounds('ModRev', flags.minModRev, flags.maxModRev);
  const request: Init<RangeRequest> = {
    ...keyRange(key, flags, rangeEnd),
    ...sort,
    serializable,
    limit: flags.limit,
    revision: positive(flags.rev),
    keys_only: flags.keysOnly,
    count_only: flags.countOnly,
    min_create_revision: positive(flags.minCreateRev),
    max_create_revision: positive(flags.maxCreateRev),
    min_mod_revision: positive(flags.minModRev),
    max_mod_revision: positive(flags.maxModRev),
  };
  return { request, countOnly: flags.countOnly, valueOnly: flags.printValueOnly, stream: flags.stream };
}

const positive = (value: bigint): bigint => (value > 0n ? value : 0n);

/** `--consistency` as the serializable field of a request. */
export function isSerializable(consistency: string): boolean {
  if (consistency !== 'l' && consistency !== 's') throw badFeature(`unknown consistency flag "${consistency}"`);
  return consistency === 's';
}

type Sort = Pick<RangeRequest, 'sort_order' | 'sort_target'>;

const orders: Readonly<Record<string, Sort['sort_order']>> = { '': 0, ASCEND: 1, DESCEND: 2 };
const targets: Readonly<Record<string, Sort['sort_target']>> = {
  '': 0,
  KEY: 0,
  VERSION: 1,
  CREATE: 2,
  MODIFY: 3,
  VALUE: 4,
};

function sortOf(order: string, target: string): Sort {
  const sort_order = orders[order.toUpperCase()];
  if (sort_order === undefined) throw badFeature(`bad sort order ${order}`);
  const sort_target = targets[target.toUpperCase()];
  if (sort_target === undefined) throw badFeature(`bad sort target ${target}`);
  // Keys come in ascending order anyway; asking for it would make the server sort.
  return { sort_order: sort_order === 1 && sort_target === 0 ? 0 : sort_order, sort_target };
}

function checkBounds(name: string, min: bigint, max: bigint): void {
  if (max > 0n && min > max) throw badFeature(`getMin${name}(=${min}) > getMax${name}(=${max})`);
}

async function run(context: Context, options: GetOptions): Promise<void> {
  const { format } = context.settings;
  if (options.countOnly && format !== 'fields') throw badArgs('--count-only is only for `--write-out=fields`');
  if (options.valueOnly && format !== 'simple') throw badArgs('print-value-only is only for `--write-out=simple`');
  const { kv } = await context.client();
  const response: RangeResponse = options.stream
    ? await mergeRangeStream(kv.rangeStream(options.request, context.bounds))
    : await kv.range(options.request, context.bounds);
  context.print.get(response, { valueOnly: options.valueOnly });
}

export const command = defineCommand({
  usage: '[options] <key> [range_end]',
  flags: getFlags,
  prints: () => ['get'],
  options: (flags, { args }) => getOptions(flags, args),
  run,
});
