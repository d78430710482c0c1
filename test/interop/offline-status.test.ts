import { cp, mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { findReleases } from '../support/binaries.ts';
import { runOffline } from '../support/cli.ts';
import { describeEtcd } from '../support/describe-etcd.ts';
import type { EtcdCluster } from '../support/etcd-server.ts';
import { ask, commonFacts, FORMATS, ours } from './offline-peers.ts';
import { byOurs, byTheirs, startRestored } from './restored-cluster.ts';
import { takeSnapshots, WITH_AUTH } from './snapshot-kinds.ts';
import { hashKv } from './source-cluster.ts';

const TIMEOUT_MS = 180_000;
describeEtcd('status of snapshots by ours and theirs, etcd', (release) => {
  let scratch: string;
  let taken: readonly string[];

  beforeAll(async () => {
    scratch = await mkdtemp(join(tmpdir(), 'offline-'));
    taken = await takeSnapshots(release, scratch);
  }, TIMEOUT_MS);

  afterAll(() => rm(scratch, { recursive: true, force: true }));

  it.each(FORMATS)(
    'is the same in %s',
    async (format) => {
      expect(taken).toHaveLength(6);
      for (const name of taken) {
        const words = ['snapshot', 'status', join(scratch, name), '-w', format];
        const [their, our] = [await ask(release, words, scratch), await ours(release, words)];
        if (release.series === '3.7' || their.code !== 0) expect(our, name).toEqual(their);
        else expect(commonFacts(format, our.out), name).toEqual(commonFacts(format, their.out));
      }
    },
    TIMEOUT_MS,
  );

  const newest = findReleases().find(({ series }) => series === '3.7');
  it.runIf(newest && newest !== release)(
    'is the same to the last letter as by the tool of 3.7',
    async () => {
      for (const name of taken) {
        for (const format of FORMATS) {
          const words = ['snapshot', 'status', join(scratch, name), '-w', format];
          expect(await ours(newest!, words), name).toEqual(await ask(newest!, words, scratch));
        }
      }
    },
    TIMEOUT_MS,
  );

  it.runIf(newest)(
    'goes with a hash that is the same in every format',
    async () => {
      const copy = join(scratch, 'copy');
      for (const name of taken) {
        for (const format of FORMATS) {
          for (const more of format === 'protobuf' ? [[]] : [[], ['--rev=1'], ['--rev=9999999']]) {
            const words = ['hashkv', copy, '-w', format, ...more];
            // Theirs opens the file to write to it.
            await cp(join(scratch, name), copy);
            const their = await ask(newest!, words, scratch);
            expect(await ours(newest!, words), `${name} ${more.join()}`).toEqual(their);
          }
        }
      }
      await rm(copy);
    },
    TIMEOUT_MS,
  );

  it(
    'is that of a sound file, through a pipe too',
    async () => {
      for (const name of taken) {
        const verified = await ours(release, ['snapshot', 'verify', join(scratch, name)]);
        expect(verified, name).toMatchObject({ code: 0, out: expect.stringMatching(/^sound: digest matches/) });
        const stdin = await readFile(join(scratch, name));
        const piped = await runOffline('etcdctl', ['snapshot', 'status', '-'], { stdin, env: { TMPDIR: scratch } });
        expect(piped.out, name).toBe((await ours(release, ['snapshot', 'status', join(scratch, name)])).out);
      }
      expect((await readdir(scratch)).sort()).toEqual(taken.toSorted());
    },
    TIMEOUT_MS,
  );

  describe.each([1, 3] as const)('restored as %i', (members) => {
    it(
      'starts with the keys, leases and alarms of their restore, whatever it holds',
      async () => {
        for (const name of taken) {
          const [our, their] = await Promise.all(
            [byOurs(), byTheirs(release)].map(async (restorer) => {
              const isAuthOn = name === WITH_AUTH;
              const cluster = await startRestored(release, join(scratch, name), members, restorer, isAuthOn);
              try {
                return { hashes: await hashKv(cluster, isAuthOn), contents: await contentsOf(cluster) };
              } finally {
                await cluster.stop();
              }
            }),
          );
          expect(our, name).toEqual(their);
          expect(new Set(our!.hashes).size, name).toBe(1);
          expect(our!.hashes, name).toHaveLength(members);
        }
      },
      TIMEOUT_MS,
    );
  });
});

/** What tells two clusters apart beside their keys. */
async function contentsOf({ gateways }: EtcdCluster): Promise<object[]> {
  return Promise.all(
    gateways.map(async (gateway) => {
      const all = { key: 'AA==', range_end: 'AA==', count_only: true };
      const { count } = await gateway.call<{ count?: string }>('kv/range', all);
      const { leases = [] } = await gateway.call<{ leases?: { ID: string }[] }>('lease/leases');
      const { alarms = [] } = await gateway.call<{ alarms?: object[] }>('maintenance/alarm', { action: 'GET' });
      return { count, leases: leases.map(({ ID }) => ID).sort(), alarms };
    }),
  );
}
