import { prefixEnd, quote } from '../../../base/index.ts';
import type { WatchSpec } from '../../../client/index.ts';
import { badArgs } from '../../errors.ts';
import { bool, type FlagValues, int64 } from '../../flags/index.ts';
import { keyBytes, zeroByte } from '../ranges.ts';

/** The flags of one watch; a line of interactive mode takes them too, each line its own. */
export const watchFlags = {
  prefix: bool(false, 'watch all keys that begin with the key'),
  rev: int64(0n, 'revision to start watching from'),
  prevKv: bool(false, 'get the key-value pair from before each event'),
  progressNotify: bool(false, 'get a notice of progress from the server now and then'),
} as const;

/** One watch and the command to run for each of its events; none if empty. */
export interface WatchOrder {
  readonly spec: WatchSpec;
  readonly exec: readonly string[];
}

interface Words {
  readonly args: readonly string[];
  readonly argsBeforeDash: number | undefined;
}

type Environment = Readonly<Record<string, string | undefined>>;

/**
 * The words of a watch: `[key [range_end]] [-- command…]`, where the key may
 * come from ETCDCTL_WATCH_KEY (and the end from ETCDCTL_WATCH_RANGE_END).
 * @throws {CliError} exit code 128, in etcdctl's words
 */
export function watchOrder(flags: FlagValues<typeof watchFlags>, words: Words, env: Environment): WatchOrder {
  const { args, argsBeforeDash = args.length } = words;
  const exec = args.slice(argsBeforeDash);
  if (words.argsBeforeDash !== undefined && exec.length === 0) {
    throw badArgs('bad number of arguments (found separator --, but no commands)');
  }
  const ranges = keyWords(args.slice(0, argsBeforeDash), env);
  const [key] = ranges;
  if (key === undefined) throw badArgs('bad number of arguments');
  // With three words or more etcdctl watches the first alone.
  const rangeEnd = ranges.length === 2 ? ranges[1] : undefined;
  if (rangeEnd !== undefined && flags.prefix) throw badArgs('`range_end` and `--prefix` are mutually exclusive');
  return { exec, spec: { ...rangeOf(key, rangeEnd, flags.prefix), ...conditions(flags) } };
}

function keyWords(given: readonly string[], env: Environment): readonly string[] {
  const { ETCDCTL_WATCH_KEY: key = '', ETCDCTL_WATCH_RANGE_END: rangeEnd = '' } = env;
  if (key === '') return given;
  if (given.length > 0) throw badArgs('bad number of arguments (found conflicting environment key)');
  return rangeEnd === '' ? [key] : [key, rangeEnd];
}

/** @throws {CliError} exit code 128, if only the end of a range stands in the environment */
export function checkEnvironment(env: Environment): void {
  const { ETCDCTL_WATCH_KEY: key = '', ETCDCTL_WATCH_RANGE_END: rangeEnd = '' } = env;
  if (key === '' && rangeEnd !== '') {
    throw badArgs(`ETCDCTL_WATCH_KEY is empty but got ETCDCTL_WATCH_RANGE_END=${quote(rangeEnd)}`);
  }
}

function rangeOf(
  key: string,
  rangeEnd: string | undefined,
  isPrefix: boolean,
): Pick<WatchSpec, 'key'> & Partial<WatchSpec> {
  if (isPrefix && key === '') return { key: zeroByte, rangeEnd: zeroByte };
  const bytes = keyBytes(key);
  if (isPrefix) return { key: bytes, rangeEnd: prefixEnd(bytes) };
  return rangeEnd === undefined ? { key: bytes } : { key: bytes, rangeEnd: keyBytes(rangeEnd) };
}

const conditions = (flags: FlagValues<typeof watchFlags>): Omit<WatchSpec, 'key' | 'rangeEnd'> => ({
  startRevision: flags.rev,
  prevKv: flags.prevKv,
  progressNotify: flags.progressNotify,
});
