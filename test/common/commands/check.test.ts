import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { openClient } from '../../../src/client/index.ts';
import { runCli } from '../../support/cli.ts';
import { describeEtcd } from '../../support/describe-etcd.ts';
import { type EtcdCluster, startCluster } from '../../support/etcd-server.ts';
import { base64 } from '../../support/gateway.ts';

interface Outcome {
  readonly puts: number;
  readonly slowestMs: number;
  readonly elapsedMs: number;
  readonly errors: readonly (readonly [string, number])[];
  readonly answered: number;
}

const source = (path: string): string => fileURLToPath(new URL(path, import.meta.url));

/** Runs the driver that lies bundled in a directory. */
const drive = (directory: string, words: readonly string[]): Promise<Outcome> =>
  new Promise((resolve, reject) => {
    execFile(process.execPath, [join(directory, 'load-driver.cjs'), ...words], (error, stdout, stderr) => {
      if (error) reject(new Error(stderr));
      else resolve(JSON.parse(stdout));
    });
  });

describeEtcd('check, on etcd', (release) => {
  let cluster: EtcdCluster;
  let directory: string;
  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), 'check-'));
    [cluster] = await Promise.all([startCluster({ release }), bundle(directory)]);
  });
  afterAll(async () => {
    await cluster?.stop();
    await rm(directory, { recursive: true, force: true });
  });

  /** How many keys there are under a prefix. */
  async function countKeys(prefix: string): Promise<number> {
    const range = { key: base64(prefix), range_end: base64(`${prefix.slice(0, -1)}0`), count_only: true };
    return Number((await cluster.gateway.call<{ count?: string }>('kv/range', range)).count ?? 0);
  }

  const load = (...words: readonly string[]): Promise<Outcome> => drive(directory, words);

  describe('a load on threads', () => {
    afterEach(async () => {
      await cluster.gateway.call('kv/deleterange', { key: base64('/load/'), range_end: base64('/load0') });
    });

    it.each(['1', '2'])('of %s makes as many puts as it is told to', async (threads) => {
      const outcome = await load(cluster.endpoints[0]!, threads, 'count', '2001');
      expect(outcome).toMatchObject({ puts: 2001, errors: [] });
      expect(outcome.slowestMs).toBeGreaterThan(0);
      expect(await countKeys('/load/')).toBe(2001);
    });

    it('makes puts at a rate, and tells how it gets on', async () => {
      const outcome = await load(cluster.endpoints[0]!, '2', 'rate', '100', '1000');
      expect(outcome.errors).toEqual([]);
      expect(outcome.puts).toBeGreaterThan(0);
      expect(outcome.puts).toBeLessThanOrEqual(101);
      expect(outcome.answered).toBeGreaterThan(0);
      expect(await countKeys('/load/')).toBe(outcome.puts);
    });

    it('stops when it is told to', async () => {
      const outcome = await load(cluster.endpoints[0]!, '2', 'rate', '50', '600000', '1500');
      expect(outcome.elapsedMs).toBeLessThan(60_000);
      expect(await countKeys('/load/')).toBe(outcome.puts);
    });

    it('fails with the words of a thread that cannot begin', async () => {
      await expect(load('ftp://nowhere', '2', 'count', '10')).rejects.toThrow('etcdclient: no available endpoints');
    });
  });

  it('datascale measures, and leaves nothing behind', async () => {
    const words = ['check', 'datascale', '--endpoints', cluster.endpoints.join(), '--auto-compact', '--auto-defrag'];
    const { code, out, err } = await runCli(words, openClient);
    expect({ code, err }).toEqual({ code: 0, err: '' });
    expect(out).toMatch(
      /^Start data scale check for work load \[10000 key-value pairs, 1024 bytes per key-value, 50 concurrent clients\]\.\nCompacting with revision (\d+)\nCompacted with revision \1\nDefragmenting "(.*)"\nDefragmented "\2"\nPASS: Approximate system memory used : -?\d+\.\d\d MB\.\n$/,
    );
    expect(await countKeys('/etcdctl-check-datascale/')).toBe(0);
  });
});

/** Bundles the driver and the program of a thread side by side, as the build does with etcdctl. */
async function bundle(outdir: string): Promise<void> {
  await build({
    entryPoints: {
      'load-driver': source('./load-driver.ts'),
      'check-thread': source('../../../src/cli/commands/check/thread.ts'),
    },
    outdir,
    outExtension: { '.js': '.cjs' },
    bundle: true,
    platform: 'node',
    format: 'cjs',
    target: 'node20',
    define: { __VERSION__: '"test"', 'import.meta.filename': '__filename' },
  });
}
