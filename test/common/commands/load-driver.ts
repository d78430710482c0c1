/**
 * A program that runs a load on several threads and prints its result as JSON: threads need a bundle, as the
 * built etcdctl is one. Arguments: endpoint, threads, `rate PUTS_PER_SECOND MS` or `count TOTAL`, and perhaps
 * after how many milliseconds it is to stop.
 */
import process from 'node:process';
import type { Supply } from '../../../src/cli/commands/check/load.ts';
import { runSpread } from '../../../src/cli/commands/check/threads.ts';
import { LiveContext } from '../../../src/cli/live-context.ts';
import { openFormat } from '../../../src/cli/printers/create.ts';
import { defaultSettings } from '../../../src/cli/settings.ts';
import { fakeIo } from '../../support/fake-io.ts';

const [endpoint = '', threads = '', kind = '', amount = '', forMs = '', stopAfterMs] = process.argv.slice(2);

async function drive(): Promise<void> {
  const io = fakeIo();
  const { printer } = await openFormat('simple', { out: io.stdout, err: io.stderr, hex: false, columns: undefined });
  const settings = { ...defaultSettings, client: { ...defaultSettings.client, endpoints: [endpoint] } };
  const supply: Supply =
    kind === 'rate'
      ? { kind, perSecond: Number(amount), forMs: Number(forMs) }
      : { kind: 'count', total: Number(amount) };
  const stop = new AbortController();
  if (stopAfterMs !== undefined) setTimeout(() => stop.abort(), Number(stopAfterMs));
  let answered = 0;
  const plan = { prefix: new Uint8Array(Buffer.from('/load/')), keyBytes: 16, valueBytes: 16, clients: 100, supply };
  const result = await runSpread(new LiveContext(io, settings, printer), plan, Number(threads), {
    stop: stop.signal,
    abandon: new AbortController().signal,
    answered: (puts) => {
      answered += puts;
    },
  });
  process.stdout.write(JSON.stringify({ ...result, errors: [...result.errors], answered }));
}

drive().then(
  () => process.exit(0),
  (error: unknown) => {
    process.stderr.write(`${String(error)}\n`);
    process.exit(1);
  },
);
