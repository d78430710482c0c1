import { Deadline } from '../../src/base/index.ts';
import { Channel } from '../../src/grpc/index.ts';
import { kv } from '../../src/wire/services/kv.ts';
import type { EtcdRelease } from '../support/binaries.ts';
import { startCluster } from '../support/etcd-server.ts';
import { OwnCluster } from '../support/own-cluster.ts';
import { median } from './measure.ts';
import type { Report } from './report.ts';

const CHANNELS_EACH = 2;
const IN_FLIGHT = 100;
const LOAD_MS = 2000;
const ROUNDS = 3;
const KEYS = 10_000;
const VALUE = Buffer.alloc(100, 'v');

interface Target {
  readonly name: string;
  /** As host:port. */
  readonly endpoints: readonly string[];
  stop(): Promise<void>;
}

interface Rates {
  readonly puts: number[];
  readonly ranges: number[];
}

/** The server as processes beside the real one, each with its log on this disk, written with fsync. */
export async function processBench(report: Report, release: EtcdRelease): Promise<void> {
  for (const size of [1, 3] as const) await compare(report, release, size);
}

async function compare(report: Report, release: EtcdRelease, size: 1 | 3): Promise<void> {
  report.section(
    `Puts and linearizable ranges per second with fsync, ${size} process(es), ${IN_FLIGHT} in flight over all members`,
  );
  const real = await startCluster({ release, members: size });
  const own = await OwnCluster.started({ size });
  const targets: readonly Target[] = [
    { name: `etcd ${release.version}`, endpoints: real.endpoints, stop: () => real.stop() },
    { name: 'ours', endpoints: own.endpoints, stop: () => own.end() },
  ];
  try {
    const rates = new Map<Target, Rates>(targets.map((target) => [target, { puts: [], ranges: [] }]));
    // The first round is for the compilers.
    for (let round = 0; round <= ROUNDS; round += 1) {
      for (const [target, { puts, ranges }] of rates) {
        const measured = await load(target);
        if (round === 0) continue;
        puts.push(measured.puts);
        ranges.push(measured.ranges);
      }
    }
    tell(report, rates);
  } finally {
    for (const target of targets) await target.stop();
  }
}

function tell(report: Report, all: ReadonlyMap<Target, Rates>): void {
  const [base] = all.values();
  const text = (own: readonly number[], other: readonly number[] = []): string => {
    const [least, middle, most] = [Math.min(...own), median(own), Math.max(...own)].map((rate) => rate.toFixed(0));
    return `${middle}/s (${least} to ${most}, x ${(median(own) / median(other)).toFixed(2)})`.padEnd(36);
  };
  for (const [{ name }, { puts, ranges }] of all) {
    report.note(`${name.padEnd(16)} puts ${text(puts, base?.puts)} ranges ${text(ranges, base?.ranges)}`.trimEnd());
  }
}

async function load({ endpoints }: Target): Promise<{ readonly puts: number; readonly ranges: number }> {
  const channels = endpoints.flatMap((endpoint) => {
    const [host = '', port] = endpoint.split(':');
    return Array.from({ length: CHANNELS_EACH }, () => new Channel({ kind: 'tcp', host, port: Number(port) }));
  });
  const deadline = Deadline.after(60_000);
  const at = (index: number): Channel => channels[index % channels.length]!;
  const key = (index: number): Buffer => Buffer.from(`key${index % KEYS}`);
  try {
    const puts = await perSecond((index) => at(index).unary(kv.put, { key: key(index), value: VALUE }, { deadline }));
    const ranges = await perSecond((index) => at(index).unary(kv.range, { key: key(index) }, { deadline }));
    return { puts, ranges };
  } finally {
    for (const channel of channels) channel.close();
  }
}

/** Keeps so many calls under way for a while. */
async function perSecond(call: (index: number) => Promise<unknown>): Promise<number> {
  const beganMs = performance.now();
  let [begun, done] = [0, 0];
  const worker = async (): Promise<void> => {
    while (performance.now() - beganMs < LOAD_MS) {
      begun += 1;
      await call(begun);
      done += 1;
    }
  };
  await Promise.all(Array.from({ length: IN_FLIGHT }, worker));
  return (done * 1000) / (performance.now() - beganMs);
}
