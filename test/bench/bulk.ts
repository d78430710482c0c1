import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Deadline } from '../../src/base/index.ts';
import { type Client, openClient } from '../../src/client/index.ts';
import { defaultSettings } from '../../src/cli/settings.ts';
import type { EtcdRelease } from '../support/binaries.ts';
import { type EtcdCluster, startCluster } from '../support/etcd-server.ts';
import { allTools, goName, type Tools } from './contenders.ts';
import { inTurn } from './measure.ts';
import type { Report } from './report.ts';

const KEYS = 1_000_000;
const VALUE_BYTES = 100;
const PUTS = 100_000;
/** They are copied one by one. */
const MIRRORED = 20_000;
const PUTS_PER_TXN = 5000;
const SNAPSHOT_BYTES = 1_000_000_000;
const IN_FLIGHT = 16;
/** Below the 128 operations that a server takes in a transaction. */
const BATCH = 100;

interface Scene {
  readonly report: Report;
  readonly go: string;
  readonly tools: Tools;
  readonly endpoint: string;
  readonly client: Client;
  /** For files. */
  readonly directory: string;
}

/** Much at once, beside Go's etcdctl on the same server. */
export async function bulkBench(report: Report, release: EtcdRelease): Promise<void> {
  const directory = mkdtempSync(join(tmpdir(), 'bench-'));
  const go = goName(release);
  const tools = allTools(release);
  try {
    await onServer(release, async (endpoint, client) => {
      const scene = { report, go, tools, endpoint, client, directory };
      await writes(scene);
      await watching(scene);
      await mirror(scene, release);
    });
    await onServer(release, async (endpoint, client) => {
      const scene = { report, go, tools, endpoint, client, directory };
      await largeRange(scene);
      await largeSnapshot(scene);
    });
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

/** The server does not wait for its disk: the tools are measured. */
async function onServer(
  release: EtcdRelease,
  work: (endpoint: string, client: Client) => Promise<void>,
): Promise<void> {
  const flags = [`--max-txn-ops=${PUTS_PER_TXN}`, '--unsafe-no-fsync'];
  const cluster: EtcdCluster = await startCluster({ release, quotaBytes: 8_000_000_000, flags });
  const [endpoint = ''] = cluster.endpoints;
  const client = await clientOf(endpoint);
  try {
    await work(endpoint, client);
  } finally {
    client.close();
    await cluster.stop();
  }
}

const clientOf = (endpoint: string): Promise<Client> =>
  openClient({ ...defaultSettings.client, endpoints: [endpoint] }, { warn: () => {} });

const at = (endpoint: string, ...words: readonly string[]): string[] => [
  '--endpoints',
  endpoint,
  '--command-timeout=100s',
  ...words,
];

async function largeRange({ report, go, tools, endpoint, client }: Scene): Promise<void> {
  const value = Buffer.alloc(VALUE_BYTES, 'v');
  await fill(client, KEYS, (index) => ({ key: bytes(`range/${String(index).padStart(8, '0')}`), value }));
  for (const format of ['simple', 'json']) {
    report.section(`get --prefix of ${KEYS} keys of ${VALUE_BYTES} bytes, -w ${format} (goals: 1.0 x, 1.5 x memory)`);
    report.compare(await inTurn(tools(at(endpoint, '-w', format, 'get', '--prefix', 'range/')), 3), go);
  }
}

async function largeSnapshot({ report, go, tools, endpoint, client, directory }: Scene): Promise<void> {
  const value = Buffer.alloc(1_000_000, 's');
  for (let index = 0; index * value.length < SNAPSHOT_BYTES; index++) {
    await client.kv.put({ key: bytes(`large/${index}`), value }, within());
  }
  report.section('snapshot save of 1 GB (goal: 1.0 x)');
  // The server has only just written as much: what the system keeps of it must not reach the disk meanwhile.
  execFileSync('sync');
  const words = at(endpoint, 'snapshot', 'save', join(directory, 'snapshot.db'));
  report.compare(await inTurn(tools(words, { quiet: true }), 5), go);
}

/** A transaction per process, each as large as the server takes it. */
async function writes({ report, go, tools, endpoint, directory }: Scene): Promise<void> {
  const files = join(directory, 'txns');
  mkdirSync(files);
  for (let from = 0; from < PUTS; from += PUTS_PER_TXN) {
    const puts = Array.from(
      { length: PUTS_PER_TXN },
      (_, offset) => `put txn/${from + offset} value-${from + offset}\n`,
    );
    writeFileSync(join(files, String(from)), `\n${puts.join('')}\n\n`);
  }
  const inShell = tools(at(endpoint, 'txn')).map((contender) => ({
    ...contender,
    argv: ['sh', '-c', `for file in ${files}/*; do "$@" <"$file" || exit 1; done`, 'sh', ...contender.argv] as const,
  }));
  report.section(`${PUTS} puts by txn from stdin, ${PUTS_PER_TXN} in each (goal: 1.0 x)`);
  report.compare(await inTurn(inShell, 3), go);
}

async function watching({ report, go, tools, endpoint, client, directory }: Scene): Promise<void> {
  const first = await client.kv.range({ key: bytes('none') }, within());
  const revision = (first.header?.revision ?? 0n) + 1n;
  const put = (index: number): { key: Uint8Array; value: Uint8Array } => ({
    key: bytes(`event/${String(index).padStart(8, '0')}`),
    value: bytes('value'),
  });
  await fill(client, PUTS, put, 1);
  const output = join(directory, 'events');
  const wanted = PUTS * ('PUT\n\nvalue\n'.length + put(0).key.length);
  const until = (): boolean => statSync(output).size >= wanted;
  report.section(`watch of ${PUTS} events, each a revision (goal: 1.0 x)`);
  const words = at(endpoint, 'watch', '--prefix', 'event/', `--rev=${revision}`);
  report.compare(await inTurn(tools(words, { output, until, quiet: true }), 3), go);
}

/** A copy of what is below event/ to a server of its own, key by key as make-mirror does it. */
async function mirror({ report, go, tools, endpoint }: Scene, release: EtcdRelease): Promise<void> {
  await onServer(release, async (destination, client) => {
    let turn = 0;
    const contenders = tools([]).map(({ name, argv: [file, ...words] }) => {
      const prefix = `copy-${(turn += 1)}/`;
      const count = async (): Promise<bigint> => {
        const range = { key: bytes(prefix), range_end: bytes(`copy-${prefix.slice(5, -1)}0`), count_only: true };
        return (await client.kv.range(range, within())).count;
      };
      const copy = ['make-mirror', '--prefix', 'event/', '--dest-prefix', prefix, destination];
      const argv = [file, ...words, ...at(endpoint, ...copy)] as const;
      return { name, argv, until: async () => (await count()) >= BigInt(MIRRORED), quiet: true };
    });
    report.section(`make-mirror: ${MIRRORED} keys copied (goal: 1.0 x)`);
    report.compare(await inTurn(contenders, 1, 0), go);
  });
}

type Put = { readonly key: Uint8Array; readonly value: Uint8Array };

/** Writes keys, some at once, in transactions of `size`. */
async function fill(client: Client, count: number, put: (index: number) => Put, size: number = BATCH): Promise<void> {
  let next = 0;
  const worker = async (): Promise<void> => {
    while (next < count) {
      const from = next;
      next += size;
      const success = Array.from({ length: Math.min(size, count - from) }, (_, offset) => ({
        request_put: put(from + offset),
      }));
      await client.kv.txn({ success }, within());
    }
  };
  await Promise.all(Array.from({ length: IN_FLIGHT }, worker));
}

const bytes = (text: string): Uint8Array => Buffer.from(text);
const within = (): { deadline: Deadline } => ({ deadline: Deadline.after(60_000) });
