import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Deadline } from '../../src/base/index.ts';
import { type Client, openClient } from '../../src/client/index.ts';
import { defaultSettings } from '../../src/cli/settings.ts';
import { startCluster as startEmbedded } from '../../src/embed/index.ts';
import type { EtcdRelease } from '../support/binaries.ts';
import { startCluster as startReal } from '../support/etcd-server.ts';
import { median } from './measure.ts';
import type { Report } from './report.ts';

const STARTS = 20;
const STARTS_FOR_LEAKS = 100;
const IN_FLIGHT = 100;
const LOAD_MS = 3000;
const ROUNDS = 3;
const VALUE = new Uint8Array(100).fill(118);

/** Embedded clusters: how soon they answer, whether they leave anything behind, and their throughput beside a real etcd's. */
export async function embedBench(report: Report, release: EtcdRelease): Promise<void> {
  await startUp(report);
  await leftovers(report);
  for (const size of [1, 3] as const) await throughput(report, release, size);
}

async function startUp(report: Report): Promise<void> {
  report.section('Start to the first put answered, in this process, modules loaded (goals: 30 ms, 150 ms)');
  for (const size of [1, 3]) {
    const times: number[] = [];
    for (let turn = 0; turn <= STARTS; turn++) {
      const beganMs = performance.now();
      const cluster = await startEmbedded({ size, listen: false });
      await cluster.client().put('key').value('value');
      // The first one compiles what all run.
      if (turn > 0) times.push(performance.now() - beganMs);
      await cluster.stop();
    }
    report.note(
      `${size} member(s): median ${ms(median(times))}, least ${ms(Math.min(...times))}, most ${ms(Math.max(...times))}`,
    );
  }
}

async function leftovers(report: Report): Promise<void> {
  report.section(`What ${STARTS_FOR_LEAKS} clusters of one member leave behind, started and stopped in a row`);
  const cycle = async (): Promise<void> => {
    const cluster = await startEmbedded({ size: 1 });
    await cluster.client().put('key').value('value');
    await cluster.stop();
  };
  for (let warmUp = 0; warmUp < STARTS; warmUp++) await cycle();
  const before = await footprint();
  for (let turn = 0; turn < STARTS_FOR_LEAKS; turn++) await cycle();
  const after = await footprint();
  report.note(`handles: ${before.handles} before, ${after.handles} after`);
  report.note(
    `heap: ${mib(before.heapBytes)} before, ${mib(after.heapBytes)} after${globalThis.gc ? '' : ' (run with --expose-gc to have it collected)'}`,
  );
}

async function footprint(): Promise<{ readonly handles: number; readonly heapBytes: number }> {
  await new Promise((resolve) => setTimeout(resolve, 500));
  globalThis.gc?.();
  return { handles: process.getActiveResourcesInfo().length, heapBytes: process.memoryUsage().heapUsed };
}

/** A cluster that the load goes to. */
interface Target {
  readonly name: string;
  readonly endpoints: readonly string[];
  stop(): Promise<void>;
}

/** An embedded cluster in a process of its own, as the real one is; the data goes when it stops. */
async function sandbox(name: string, size: number, dataDir?: string): Promise<Target> {
  const args = ['bin/etcdctl.js', 'sandbox', '--size', String(size), ...(dataDir ? ['--data-dir', dataDir] : [])];
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'ignore', 'pipe'] });
  const closed = once(child, 'close');
  let said = '';
  for await (const chunk of child.stderr) {
    said += String(chunk);
    if (said.includes('ends with')) break;
  }
  const endpoints = /endpoints: (.*)/.exec(said)?.[1]?.split(',');
  if (endpoints === undefined) throw new Error(`the sandbox did not start: ${said}`);
  return {
    name,
    endpoints,
    async stop() {
      child.kill('SIGTERM');
      await closed;
      if (dataDir !== undefined) rmSync(dataDir, { recursive: true, force: true });
    },
  };
}

async function throughput(report: Report, release: EtcdRelease, size: 1 | 3): Promise<void> {
  report.section(
    `Puts and linearizable gets per second, ${size} member(s), ${IN_FLIGHT} in flight over loopback, one client in another process`,
  );
  const real = await startReal({ release, members: size });
  const targets: readonly Target[] = [
    { name: `etcd ${release.version}, disk`, endpoints: real.endpoints, stop: () => real.stop() },
    await sandbox('embedded, disk', size, mkdtempSync(join(tmpdir(), 'bench-embed-'))),
    await sandbox('embedded, memory', size),
  ];
  try {
    const results = new Map(targets.map(({ name }) => [name, { puts: [] as number[], gets: [] as number[] }]));
    for (let round = 0; round < ROUNDS; round++) {
      for (const { name, endpoints } of targets) {
        const client = await openClient(
          { ...defaultSettings.client, endpoints: [endpoints[0] ?? ''] },
          { warn: () => {} },
        );
        results.get(name)?.puts.push(await perSecond((index) => put(client, index)));
        results.get(name)?.gets.push(await perSecond((index) => get(client, index)));
        client.close();
      }
    }
    const [base] = results.values();
    for (const [name, { puts, gets }] of results) {
      const ratio = (own: readonly number[], other: readonly number[] = []): string =>
        (median(own) / median(other)).toFixed(2);
      report.note(
        `${name.padEnd(24)} puts ${median(puts).toFixed(0).padStart(7)}/s (x ${ratio(puts, base?.puts)})   gets ${median(gets).toFixed(0).padStart(7)}/s (x ${ratio(gets, base?.gets)})`,
      );
    }
  } finally {
    for (const target of targets) await target.stop();
  }
}

const bytes = (text: string): Uint8Array => Buffer.from(text);
const within = (): { deadline: Deadline } => ({ deadline: Deadline.after(60_000) });
const put = (client: Client, index: number): Promise<unknown> =>
  client.kv.put({ key: bytes(`key${index % 10_000}`), value: VALUE }, within());
const get = (client: Client, index: number): Promise<unknown> =>
  client.kv.range({ key: bytes(`key${index % 10_000}`) }, within());

/** Keeps so many calls under way for a while. */
async function perSecond(call: (index: number) => Promise<unknown>): Promise<number> {
  const beganMs = performance.now();
  let done = 0;
  const worker = async (): Promise<void> => {
    while (performance.now() - beganMs < LOAD_MS) {
      await call(done);
      done += 1;
    }
  };
  await Promise.all(Array.from({ length: IN_FLIGHT }, worker));
  return (done * 1000) / (performance.now() - beganMs);
}

const ms = (value: number): string => `${value.toFixed(1)} ms`;
const mib = (value: number): string => `${(value / 2 ** 20).toFixed(1)} MiB`;
