import { quote } from '../../../base/index.ts';
import type { WatchApi, WatchUpdate } from '../../../client/index.ts';
import type { Event } from '../../../wire/index.ts';
import type { Context } from '../../context.ts';
import { SilentExit } from '../../errors.ts';
import { ExitCode } from '../../exit-codes.ts';
import type { WatchOrder } from './request.ts';

/**
 * Prints a watch's updates and runs its command for each event, until the
 * server cancels it.
 * @throws {SilentExit} exit code 1, when the command failed
 */
export async function follow(context: Context, watch: WatchApi, { spec, exec }: WatchOrder): Promise<void> {
  for await (const update of watch.watch(spec)) {
    if (update.canceled) noteCancellation(context, update);
    if (update.isProgressNotify) context.io.stdout.write(`progress notify: ${update.header?.revision ?? 0n}\n`);
    context.print.watch(update);
    if (exec.length > 0) await runForEach(context, exec, update);
  }
}

function noteCancellation(context: Context, { cancelReason, error }: WatchUpdate): void {
  context.note(`watch was canceled (${cancelReason})`);
  for (const line of error?.lines() ?? []) context.note(`  ${line}`);
}

async function runForEach(context: Context, exec: readonly string[], update: WatchUpdate): Promise<void> {
  for (const event of update.events) {
    const { code, signal, startError } = await context.io.runChild(exec, { env: eventEnvironment(update, event) });
    if (code === 0) continue;
    const reason = startError ?? (signal === undefined ? `exit status ${code}` : `signal: ${signal}`);
    context.note(`command [${exec.map((word) => quote(word)).join(' ')}] error (${reason})`);
    throw new SilentExit(ExitCode.Error);
  }
}

const typeNames = ['PUT', 'DELETE'] as const;
const nothing = new Uint8Array();

/** What the command learns of the event; quoted as Go quotes, because keys and values may be any bytes. */
const eventEnvironment = (update: WatchUpdate, { type, kv }: Event): Record<string, string> => ({
  ETCD_WATCH_REVISION: String(update.header?.revision ?? 0n),
  ETCD_WATCH_EVENT_TYPE: quote(typeNames[type]),
  ETCD_WATCH_KEY: quote(kv?.key ?? nothing),
  ETCD_WATCH_VALUE: quote(kv?.value ?? nothing),
});
