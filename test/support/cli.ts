import { etcdutlTree } from '../../src/cli/commands/etcdutl-tree.ts';
import { etcdctlTree } from '../../src/cli/commands/tree.ts';
import { main } from '../../src/cli/main.ts';
import type { Client, ClientConfig } from '../../src/client/index.ts';
import { type FakeIo, fakeIo, type FakeIoOptions } from './fake-io.ts';

export interface CliRun {
  readonly code: number;
  readonly out: string;
  readonly err: string;
  readonly io: FakeIo;
  /** The configurations that clients were asked for with, in order. */
  readonly configs: readonly ClientConfig[];
}

/** Runs one etcdctl command line on fake streams; `client` answers every request, or one per endpoint list. */
export async function runCli(
  argv: readonly string[],
  client: Client | ((config: ClientConfig) => Client | Promise<Client>) | undefined,
  options: FakeIoOptions & { readonly io?: FakeIo } = {},
): Promise<CliRun> {
  const io = options.io ?? fakeIo(options);
  const configs: ClientConfig[] = [];
  const code = await main(etcdctlTree, argv, io, async (config) => {
    configs.push(config);
    if (client === undefined) throw new Error('unexpected connection');
    return typeof client === 'function' ? client(config) : client;
  });
  return { code, out: io.out(), err: io.err(), io, configs };
}

/** Runs one command line of a tool that must not ask for a connection. */
export async function runOffline(
  tool: 'etcdctl' | 'etcdutl',
  argv: readonly string[],
  options: FakeIoOptions & { readonly io?: FakeIo } = {},
): Promise<Omit<CliRun, 'configs'>> {
  if (tool === 'etcdctl') return runCli(argv, undefined, options);
  const io = options.io ?? fakeIo(options);
  const code = await main(etcdutlTree, argv, io);
  return { code, out: io.out(), err: io.err(), io };
}
