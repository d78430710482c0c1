import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { describeEtcd } from '../../support/describe-etcd.ts';
import { type EtcdCluster, startCluster } from '../../support/etcd-server.ts';
import { run, type RunResult } from '../../support/run.ts';
import type { Step } from '../../support/steps.ts';
import { subject } from '../../support/subject.ts';

/** What only a process of its own can show: signals and children. Runs the built etcdctl. */
describeEtcd('lock as a process, on etcd', (release) => {
  let cluster: EtcdCluster;
  beforeEach(async () => {
    cluster = await startCluster({ release });
  });
  afterEach(() => cluster.stop());

  const lock = (words: readonly string[], steps?: readonly Step[]): Promise<RunResult> =>
    run({
      argv: [subject('etcdctl'), '--endpoints', cluster.endpoints.join(), 'lock', ...words],
      env: { PATH: process.env.PATH },
      ...(steps && { steps, shell: (word) => (word === 'the server dies' ? cluster.members[0]!.kill() : sleep(200)) }),
    });

  it.each([
    ['exit 7', 7, 'Error: exit status 7\n'],
    ['kill -9 $$', 255, 'Error: signal: killed\n'],
    ['kill -TERM $$', 255, 'Error: signal: terminated\n'],
  ])('passes on how `%s` ended', async (script, exitCode, stderr) => {
    const result = await lock(['n', '--', 'sh', '-c', script]);
    expect([result.exitCode, result.stderr.toString()]).toEqual([exitCode, stderr]);
  });

  it('runs its command with the lock in its environment, without stdin, and its streams for its own', async () => {
    const result = await lock(['a b', '--', 'sh', '-c', 'cat; echo "$ETCD_LOCK_KEY" $ETCD_LOCK_REV; echo err >&2']);
    expect(result.stdout.toString()).toMatch(/^a b\/[0-9a-f]+ \d+\n$/);
    expect(result.stderr.toString()).toBe('err\n');
  });

  it('lets its command end however often it is told to stop itself', async () => {
    const script = 'trap "" INT TERM; echo ready; read line < /dev/null; sleep 0.3; echo done; exit 3';
    const result = await lock(
      ['n', '--', 'sh', '-c', script],
      [{ waitFor: 'ready' }, { signal: 'SIGTERM' }, { signal: 'SIGTERM' }, { signal: 'SIGINT' }, { waitFor: 'done' }],
    );
    expect(result).toMatchObject({ exitCode: 3, stepFailure: undefined });
  });

  it.each([
    ['SIGINT', 130],
    ['SIGTERM', 143],
  ] as const)('does not wait for the release when %s comes twice', async (signal, exitCode) => {
    const result = await lock(
      ['n'],
      [
        { waitFor: 'n/' },
        { shell: 'the server dies' },
        { signal },
        { shell: 'two signals at the same moment may be taken for one' },
        { signal },
      ],
    );
    expect(result).toMatchObject({ exitCode, stepFailure: undefined, timedOut: false });
  });

  it('says why the release failed, and until when the lock may stay taken', async () => {
    const result = await lock(
      ['n', '--ttl=77', '--command-timeout=2s'],
      [{ waitFor: 'n/' }, { shell: 'the server dies' }, { signal: 'SIGINT' }],
    );
    const stderr = result.stderr.toString();
    expect(result.exitCode).toBe(1);
    expect(stderr).toContain('  the lock may stay taken until its lease runs out, 77s after it was last renewed\n');
    // Whoever has not noticed yet that the server died loses the request with the connection.
    if (stderr.includes('Error: rpc error: code = Unavailable')) expect(stderr).toContain('the connection was lost');
    else expect(stderr).toMatch(/Error: context deadline exceeded\n[^]*connection refused/);
  });
});
