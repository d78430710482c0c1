import type { WatchApi } from '../../../client/index.ts';
import type { Context } from '../../context.ts';
import { badArgs, CliError, invalidInput } from '../../errors.ts';
import { FlagError, parseFlags } from '../../flags/index.ts';
import { LineReader } from '../../lines.ts';
import { splitWords } from '../words.ts';
import { follow } from './follow.ts';
import { watchFlags, type WatchOrder, watchOrder } from './request.ts';

/**
 * Reads `watch …` and `progress` lines; every watch goes on beside the reading.
 * Ends only by failing: exit code 3 at the end of input, 128 for a bad line, as
 * etcdctl does.
 */
export async function watchInteractively(context: Context, watch: WatchApi): Promise<never> {
  const lines = new LineReader(context.io.stdin);
  const failures: Promise<never>[] = [];
  for (;;) {
    const line = await Promise.race([lines.next(), ...failures]);
    if (line === undefined) throw invalidInput('error reading watch request line: EOF');
    const order = readLine(context, watch, line);
    if (order !== undefined) failures.push(failureOf(follow(context, watch, order)));
  }
}

/** A watch that the server cancelled has said so; only a failure ends the session. */
const failureOf = (watching: Promise<void>): Promise<never> => watching.then(() => new Promise<never>(() => {}));

function readLine(context: Context, watch: WatchApi, line: string): WatchOrder | undefined {
  const words = splitWords(line);
  switch (words[0]) {
    case undefined:
      context.note(`Invalid command: ${line} (watch and progress supported)`);
      return undefined;
    case 'progress':
      watch.requestProgress();
      return undefined;
    case 'watch':
      return readWatch(context, line, words.slice(1));
    default:
      context.note(`Invalid command ${line} (only support watch)`);
      return undefined;
  }
}

const exclusive = '`range_end` and `--prefix` are mutually exclusive';

function readWatch(context: Context, line: string, words: readonly string[]): WatchOrder | undefined {
  if (words.length === 0 && (context.io.env['ETCDCTL_WATCH_KEY'] ?? '') === '') {
    context.note(`Invalid command ${line} (command type or key is not provided)`);
    return undefined;
  }
  try {
    const parsed = parseFlags(watchFlags, words);
    if (parsed.kind === 'help') throw badArgs('pflag: help requested');
    return watchOrder(parsed.values, parsed, context.io.env);
  } catch (error) {
    if (error instanceof FlagError) throw badArgs(error.message);
    if (!(error instanceof CliError && error.message === exclusive)) throw error;
    context.note(`Invalid command ${line} (${exclusive})`);
    return undefined;
  }
}
