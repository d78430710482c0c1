import { messageOf, parseInt64 } from '../../base/index.ts';
import type { Init, PutRequest } from '../../wire/index.ts';
import { defineCommand } from '../command.ts';
import type { Context } from '../context.ts';
import { badArgs } from '../errors.ts';
import { bool, type FlagValues, string } from '../flags/index.ts';
import { readAll } from '../input.ts';
import { keyBytes } from './ranges.ts';

export const putFlags = {
  lease: string('0', 'lease ID (in hexadecimal) to attach to the key'),
  prevKv: bool(false, 'print the previous key-value pair'),
  ignoreValue: bool(false, 'keep the current value of the key'),
  ignoreLease: bool(false, 'keep the current lease of the key'),
} as const;

type PutFlags = FlagValues<typeof putFlags>;

export interface PutOptions {
  readonly key: string;
  /** Undefined: the value is all of stdin. */
  readonly value: string | undefined;
  readonly lease: bigint;
  readonly prevKv: boolean;
  readonly ignoreValue: boolean;
  readonly ignoreLease: boolean;
}

const needsValue = 'put command needs 1 argument and input from stdin or 2 arguments';

/** Checks a put's arguments, in etcdctl's order; txn's put lines pass here too. */
export function putOptions(flags: PutFlags, args: readonly string[]): PutOptions {
  const [key, value] = args;
  if (key === undefined) throw badArgs(needsValue);
  if (flags.ignoreValue && args.length > 1)
    throw badArgs("put command needs only 1 argument when 'ignore-value' is set");
  return {
    key,
    value: flags.ignoreValue ? '' : value,
    lease: leaseId(flags.lease),
    prevKv: flags.prevKv,
    ignoreValue: flags.ignoreValue,
    ignoreLease: flags.ignoreLease,
  };
}

function leaseId(text: string): bigint {
  try {
    return parseInt64(text, 16);
  } catch (error) {
    throw badArgs(`bad lease ID (${messageOf(error)}), expecting ID in Hex`);
  }
}

/** The request for checked options; `value` is what an absent value argument stands for. */
export function putRequest(options: PutOptions, value: Uint8Array): Init<PutRequest> {
  return {
    key: keyBytes(options.key),
    value: options.value === undefined ? value : keyBytes(options.value),
    lease: options.lease,
    prev_kv: options.prevKv,
    ignore_value: options.ignoreValue,
    ignore_lease: options.ignoreLease,
  };
}

async function run(context: Context, options: PutOptions): Promise<void> {
  const value = options.value === undefined ? await valueFromStdin(context) : new Uint8Array();
  const { kv } = await context.client();
  context.print.put(await kv.put(putRequest(options, value), context.bounds));
}

async function valueFromStdin(context: Context): Promise<Uint8Array> {
  if (context.io.stdin.isTty && context.io.stderr.isTty)
    context.note('reading the value from the terminal; end it with Ctrl-D');
  const value = await readAll(context.io.stdin);
  if (value.length === 0) throw badArgs(needsValue);
  return value;
}

export const command = defineCommand({
  usage: '[options] <key> <value> (<value> can also be given from stdin)',
  flags: putFlags,
  prints: () => ['put'],
  options: (flags, { args }) => putOptions(flags, args),
  run,
});
