import type { EtcdRelease } from '../support/binaries.ts';
import { type EtcdCluster, startCluster } from '../support/etcd-server.ts';
import { allTools, goName, nodeTool } from './contenders.ts';
import { inTurn, median } from './measure.ts';
import type { Report } from './report.ts';

const RUNS = 30;

/** One key read on Node, beside Node doing nothing. */
export async function clientBench(report: Report, release: EtcdRelease): Promise<void> {
  await onCluster(release, 'plain', async (flags) => {
    report.section('Start-up on Node: one key read, as a whole process');
    const bare = 'node -e 0';
    const samples = await inTurn(
      [{ name: bare, argv: [process.execPath, '-e', '0'] }, nodeTool([...flags, 'get', 'foo'])],
      RUNS,
    );
    report.compare(samples, bare);
    const wall = (name: string): number => median((samples.get(name) ?? []).map(({ wallMs }) => wallMs));
    const name = nodeTool([]).name;
    report.note(`ours is ${(wall(name) - wall(bare)).toFixed(1)} ms above ${bare} (goal: 25)`);
  });
}

/** Short commands of the standalone file, beside Go's. */
export async function standaloneBench(report: Report, release: EtcdRelease): Promise<void> {
  const tools = allTools(release, false);
  const compare = async (title: string, words: readonly string[]): Promise<void> => {
    report.section(`${title}, as a whole process (goal: 1.0 x)`);
    report.compare(await inTurn(tools(words, { quiet: true }), RUNS), goName(release));
  };
  await compare('version', ['version']);
  await compare('--help', ['--help']);
  for (const transport of ['plain', 'mtls'] as const) {
    await onCluster(release, transport, async (flags) => {
      const how = transport === 'plain' ? '' : ', with certificates on both sides';
      await compare(`get${how}`, [...flags, 'get', 'foo']);
      await compare(`endpoint health${how}`, [...flags, 'endpoint', 'health']);
    });
  }
}

async function onCluster(
  release: EtcdRelease,
  transport: 'plain' | 'mtls',
  work: (flags: readonly string[]) => Promise<void>,
): Promise<void> {
  const cluster = await startCluster({ release, transport });
  try {
    const flags = flagsOf(cluster);
    const put = nodeTool([...flags, 'put', 'foo', 'bar']);
    await inTurn([put], 1, 0);
    await work(flags);
  } finally {
    await cluster.stop();
  }
}

function flagsOf({ endpoints, credentials }: EtcdCluster): string[] {
  if (credentials === undefined) return ['--endpoints', endpoints.join()];
  const { caFile, client } = credentials;
  return [
    `--endpoints=https://${endpoints.join()}`,
    `--cacert=${caFile}`,
    `--cert=${client.cert}`,
    `--key=${client.key}`,
  ];
}
