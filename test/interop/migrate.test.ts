import { cp, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { LogEvent } from '../../src/base/index.ts';
import { migrate, parseTargetVersion } from '../../src/snapshot/index.ts';
import { describeEtcd } from '../support/describe-etcd.ts';
import { type EtcdCluster, startCluster } from '../support/etcd-server.ts';
import { base64 } from '../support/gateway.ts';
import { run } from '../support/run.ts';
import { databaseText } from './database-text.ts';

const TIMEOUT_MS = 60_000;

/** What migrating comes to: the message of an error, what was logged, and what the database holds then. */
interface Outcome {
  readonly error: string | undefined;
  readonly told: readonly string[];
  readonly database: readonly string[];
}

const databaseOf = (dataDir: string): string => join(dataDir, 'member/snap/db');

async function byOurs(dataDir: string, target: string, force: boolean): Promise<Outcome> {
  const events: LogEvent[] = [];
  const options = { dataDir, force, lockTimeoutMs: 1000, log: (event: LogEvent) => events.push(event) };
  let error: string | undefined;
  try {
    await migrate({ ...options, target: parseTargetVersion(target) });
  } catch (thrown) {
    error = thrown instanceof Error ? thrown.message : 'no error';
  }
  const told = events.map(({ level, message, fields }) => {
    const shown = Object.entries(fields).map(([name, value]) => `${name}=${String(value)}`);
    return [level, message, ...shown].join(' ');
  });
  return { error, told, database: databaseText(databaseOf(dataDir)) };
}

async function byTheirs(etcdutl: string, dataDir: string, target: string, force: boolean): Promise<Outcome> {
  const argv = [etcdutl, 'migrate', `--data-dir=${dataDir}`, `--target-version=${target}`, `--force=${force}`] as const;
  const { stderr } = await run({ argv });
  const lines = stderr.toString().split('\n');
  const told = lines.flatMap((line) => {
    const [, level = '', caller, message, fields] = line.split('\t');
    // A stack trace follows an error.
    if (!['info', 'warn', 'error'].includes(level) || caller === 'bbolt') return [];
    const parsed: Record<string, string> = JSON.parse(fields ?? '{}');
    return [[level, message, ...Object.entries(parsed).map(([name, value]) => `${name}=${value}`)].join(' ')];
  });
  const error = lines.find((line) => line.startsWith('Error: '))?.slice('Error: '.length);
  return { error, told, database: databaseText(databaseOf(dataDir)) };
}

/** The rest of a database in use may change at any time. */
const versionLines = (lines: readonly string[]): string[] => lines.filter((line) => line.startsWith('storageVersion'));

describeEtcd('a data directory of etcd', (release) => {
  let cluster: EtcdCluster;
  let scratch: string;
  let live: string;

  beforeAll(async () => {
    scratch = await mkdtemp(join(tmpdir(), 'migrate-'));
    cluster = await startCluster({ release, flags: ['--snapshot-count=20'] });
    live = cluster.members[0]!.dataDirectory;
    for (let i = 0; i < 50; i++) await cluster.gateway.call('kv/put', { key: base64(`key ${i}`), value: base64('v') });
  }, TIMEOUT_MS);

  afterAll(async () => {
    await cluster?.stop();
    await rm(scratch, { recursive: true, force: true });
  });

  it('is not touched while the member runs', async () => {
    const before = versionLines(databaseText(databaseOf(live)));
    const { error, database } = await byOurs(live, '3.8', true);
    expect(error).toBe(`lock ${databaseOf(live)}: another process has it open, such as a running etcd`);
    expect(versionLines(database)).toEqual(before);
  });

  const { etcdutl } = release;
  // Migration came with etcdutl 3.6.
  if (etcdutl === undefined || release.series !== '3.7') return;

  it.each([
    ['3.5', false],
    ['3.6', false],
    ['3.7', false],
    ['3.8', false],
    ['3.8', true],
    ['4.0', false],
    ['3.x', false],
    ['3.4', false],
  ])(
    'goes to %s (forced: %s) as their tool has it',
    async (target, force) => {
      await cluster.members[0]!.stop();
      const [ours, theirs] = [join(scratch, `ours ${target}`), join(scratch, `theirs ${target}`)];
      for (const directory of [ours, theirs]) {
        await rm(directory, { recursive: true, force: true });
        await cp(live, directory, { recursive: true });
      }
      const expected = await byTheirs(etcdutl, theirs, target, force);
      expect(await byOurs(ours, target, force)).toEqual(expected);
      // Back again, each tool after the other.
      expect(await byTheirs(etcdutl, ours, '3.7', true)).toEqual(await byOurs(theirs, '3.7', true));
    },
    TIMEOUT_MS,
  );
});
