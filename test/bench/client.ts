import { rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Deadline } from '../../src/base/index.ts';
import { type Client, openClient } from '../../src/client/index.ts';
import { defaultSettings } from '../../src/cli/settings.ts';
import type { EtcdRelease } from '../support/binaries.ts';
import { startCluster } from '../support/etcd-server.ts';
import { type Contender, inTurn, median } from './measure.ts';
import type { Report } from './report.ts';

const ours = (name: string, args: readonly string[]): Contender => ({
  name,
  argv: [process.execPath, 'bin/etcdctl.js', ...args],
});

const KEYS = 200_000;
const VALUE_BYTES = 100;
const SNAPSHOT_BYTES = 1_000_000_000;

/** The client beside Go's on the same server: start-up, a large range, a large snapshot. */
export async function clientBench(report: Report, release: EtcdRelease): Promise<void> {
  const cluster = await startCluster({ release, quotaBytes: 8_000_000_000 });
  const [endpoint = ''] = cluster.endpoints;
  const client = await openClient({ ...defaultSettings.client, endpoints: [endpoint] }, { warn: () => {} });
  try {
    await startUp(report, release, endpoint, client);
    await largeRange(report, release, endpoint, client);
    await largeSnapshot(report, release, endpoint, client);
  } finally {
    client.close();
    await cluster.stop();
  }
}

const at = (endpoint: string, ...args: readonly string[]): string[] => ['--endpoints', endpoint, ...args];

async function startUp(report: Report, release: EtcdRelease, endpoint: string, client: Client): Promise<void> {
  report.section('Start-up: one key read, as a whole process');
  await client.kv.put({ key: bytes('foo'), value: bytes('bar') }, within());
  const samples = await inTurn(
    [
      { name: 'node -e 0', argv: [process.execPath, '-e', '0'] },
      ours('etcdctl get (ours)', at(endpoint, 'get', 'foo')),
      ours('etcdctl version (ours)', ['version']),
      { name: `etcdctl get (Go ${release.version})`, argv: [release.etcdctl, ...at(endpoint, 'get', 'foo')] },
    ],
    30,
  );
  report.compare(samples, 'node -e 0');
  const wall = (name: string): number => median((samples.get(name) ?? []).map(({ wallMs }) => wallMs));
  report.note(`ours is ${(wall('etcdctl get (ours)') - wall('node -e 0')).toFixed(1)} ms above node -e 0 (goal: 30)`);
}

async function largeRange(report: Report, release: EtcdRelease, endpoint: string, client: Client): Promise<void> {
  report.section(`get --prefix of ${KEYS} keys of ${VALUE_BYTES} bytes`);
  const value = Buffer.alloc(VALUE_BYTES, 'v');
  await inBatches(
    KEYS,
    100,
    (index) => ({ request_put: { key: bytes(`range/${String(index).padStart(8, '0')}`), value } }),
    client,
  );
  const args = (format: string): string[] =>
    at(endpoint, '--command-timeout=60s', '-w', format, 'get', '--prefix', 'range/');
  for (const format of ['simple', 'json']) {
    const go = `Go ${release.version}, -w ${format}`;
    report.compare(
      await inTurn(
        [{ name: go, argv: [release.etcdctl, ...args(format)] }, ours(`ours, -w ${format}`, args(format))],
        5,
      ),
      go,
    );
  }
}

async function largeSnapshot(report: Report, release: EtcdRelease, endpoint: string, client: Client): Promise<void> {
  report.section('snapshot save of 1 GB');
  const megabyte = Buffer.alloc(1_000_000, 's');
  for (let index = 0; index * megabyte.length < SNAPSHOT_BYTES; index++) {
    await client.kv.put({ key: bytes(`large/${index}`), value: megabyte }, within());
  }
  const path = join(tmpdir(), `bench-${process.pid}.db`);
  const args = at(endpoint, 'snapshot', 'save', path);
  const go = `Go ${release.version}`;
  try {
    report.compare(
      await inTurn([{ name: go, argv: [release.etcdctl, ...args], quiet: true }, ours('ours', args)], 3),
      go,
    );
  } finally {
    rmSync(path, { force: true });
  }
}

type Op = NonNullable<NonNullable<Parameters<Client['kv']['txn']>[0]['success']>[number]>;

async function inBatches(count: number, size: number, op: (index: number) => Op, client: Client): Promise<void> {
  for (let from = 0; from < count; from += size) {
    const success = Array.from({ length: Math.min(size, count - from) }, (_, offset) => op(from + offset));
    await client.kv.txn({ success }, within());
  }
}

const bytes = (text: string): Uint8Array => Buffer.from(text);
const within = (): { deadline: Deadline } => ({ deadline: Deadline.after(60_000) });
