import { mkdtemp, mkdir, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { describeEtcd } from '../support/describe-etcd.ts';
import { startCluster } from '../support/etcd-server.ts';
import { run } from '../support/run.ts';

const bin = fileURLToPath(new URL('../../bin', import.meta.url));

/** The lines of runbooks that work on files alone, as they are typed; test/parity has those that ask a server. */
describeEtcd('runbook lines on the snapshot of', (release) => {
  let directory = '';
  const shell = (line: string) =>
    run({ argv: ['sh', '-c', line], cwd: directory, env: { PATH: `${directory}/bin:${process.env['PATH'] ?? ''}` } });

  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), 'runbook-'));
    await mkdir(join(directory, 'bin'));
    for (const tool of ['etcdctl', 'etcdutl']) await symlink(join(bin, `${tool}.js`), join(directory, 'bin', tool));
    const cluster = await startCluster({ release });
    try {
      const endpoints = `--endpoints ${cluster.endpoints.join(',')}`;
      await shell(`etcdctl ${endpoints} put k v && etcdctl ${endpoints} snapshot save snapshotdb`);
    } finally {
      await cluster.stop();
    }
  });
  afterAll(() => rm(directory, { recursive: true, force: true }));

  it('snapshot status as a table', async () => {
    const { stdout, exitCode } = await shell('ETCDCTL_API=3 etcdctl --write-out=table snapshot status snapshotdb');
    expect(exitCode).toBe(0);
    expect(stdout.toString()).toMatch(/^┌─.*\n│ +HASH +│ +REVISION +│ +TOTAL KEYS +│ +TOTAL SIZE +│ +VERSION +│\n/);
  });

  it.each([
    ['ETCDCTL_API=3 etcdctl snapshot restore --data-dir from-backup snapshotdb', 'from-backup'],
    [
      'ETCDCTL_API=3 etcdctl --endpoints=https://[127.0.0.1]:2379 --cacert=ca.crt --name=master --cert=server.crt --key=server.key ' +
        '--data-dir from-kubernetes --initial-cluster=master=https://127.0.0.1:2380 --initial-cluster-token etcd-cluster-1 ' +
        '--initial-advertise-peer-urls=https://127.0.0.1:2380 snapshot restore snapshotdb',
      'from-kubernetes',
    ],
  ])('%s', async (line, dataDir) => {
    expect((await shell(line)).exitCode).toBe(0);
    const defragmented = await shell(`etcdutl defrag --data-dir ${dataDir}`);
    expect(defragmented.exitCode).toBe(0);
    expect(defragmented.stderr.toString()).toContain('finished defragmenting directory');
  });
});
