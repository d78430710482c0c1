import { setTimeout as sleep } from 'node:timers/promises';
import type { DeleteRangeRequest, Init } from '../../wire/index.ts';
import { defineCommand } from '../command.ts';
import type { Context } from '../context.ts';
import { badArgs } from '../errors.ts';
import { bool, type FlagValues } from '../flags/index.ts';
import { keyRange } from './ranges.ts';

export const delFlags = {
  prefix: bool(false, 'delete all keys that begin with the key'),
  prevKv: bool(false, 'print the deleted key-value pairs'),
  fromKey: bool(false, 'delete all keys from the key on, in byte order'),
  range: bool(false, 'say that a range is meant, so that no warning is needed'),
} as const;

type DelFlags = FlagValues<typeof delFlags>;

export interface DelOptions {
  readonly request: Init<DeleteRangeRequest>;
  /** The bounds to warn about: a range was given without --range. */
  readonly unannouncedRange: readonly [key: string, rangeEnd: string] | undefined;
}

/** Checks a del's arguments, in etcdctl's order; txn's del lines pass here too. */
export function delOptions(flags: DelFlags, args: readonly string[]): DelOptions {
  const [key, rangeEnd] = args;
  if (key === undefined || args.length > 2) {
    throw badArgs('del command needs one argument as key and an optional argument as range_end');
  }
  if (flags.prefix && flags.fromKey)
    throw badArgs('`--prefix` and `--from-key` cannot be set at the same time, choose one');
  if (rangeEnd !== undefined && (flags.prefix || flags.fromKey)) {
    throw badArgs('too many arguments, only accept one argument when `--prefix` or `--from-key` is set');
  }
  return {
    request: { ...keyRange(key, flags, rangeEnd), prev_kv: flags.prevKv },
    unannouncedRange: rangeEnd !== undefined && !flags.range ? [key, rangeEnd] : undefined,
  };
}

const graceMs = 2000;

/**
 * etcdctl >= 3.6 warns of a range without --range and waits two seconds for
 * second thoughts. A script has none: without a terminal nothing waits.
 */
export async function warnOfRange(context: Context, options: DelOptions): Promise<void> {
  if (options.unannouncedRange === undefined) return;
  const [key, rangeEnd] = options.unannouncedRange;
  const isWatched = context.io.stdin.isTty && context.io.stderr.isTty;
  const plea = isWatched ? ` Please interrupt the command within next ${graceMs / 1000} seconds to cancel.` : '';
  context.note(
    `Warning: Keys between "${key}" and "${rangeEnd}" will be deleted.${plea} You can provide \`--range\` flag to avoid the delay.`,
  );
  if (isWatched) await sleep(graceMs);
}

async function run(context: Context, options: DelOptions): Promise<void> {
  await warnOfRange(context, options);
  const { kv } = await context.client();
  context.print.del(await kv.deleteRange(options.request, context.bounds));
}

export const command = defineCommand({
  usage: '[options] <key> [range_end]',
  flags: delFlags,
  prints: () => ['del'],
  options: (flags, { args }) => delOptions(flags, args),
  run,
});
