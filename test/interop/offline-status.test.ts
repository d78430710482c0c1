import { cp, mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { findReleases } from '../support/binaries.ts';
import { runOffline } from '../support/cli.ts';
import { describeEtcd } from '../support/describe-etcd.ts';
import { type EtcdCluster, startCluster } from '../support/etcd-server.ts';
import { base64, type Gateway } from '../support/gateway.ts';
import { ask, ours } from './offline-peers.ts';
import { saveSnapshot, startSource } from './source-cluster.ts';

const TIMEOUT_MS = 180_000;
const FORMATS = ['simple', 'json', 'fields', 'table', 'protobuf', 'xml'] as const;
type Format = (typeof FORMATS)[number];

/** What all releases tell alike: since 3.6 only keys that are there are counted, and the storage version is told. */
function commonFacts(format: Format, out: string): unknown {
  if (format === 'json') {
    const { hash, revision, totalSize }: { hash: number; revision: number; totalSize: number } = JSON.parse(out);
    return { hash, revision, totalSize };
  }
  if (format === 'fields') return out.split('\n').filter((line) => !/^"(Keys|Version)" : /.test(line));
  const row = format === 'table' ? (out.split('\n')[3] ?? '').split(/[│|]/).slice(1) : out.split(',');
  const [hash = '', revision = '', , size = ''] = row.map((cell) => cell.trim());
  return { hash, revision, size };
}

async function putMany({ call }: { call: Gateway['call'] }, count: number): Promise<void> {
  const perTxn = 128;
  for (let at = 0; at < count; at += perTxn) {
    const success = Array.from({ length: Math.min(perTxn, count - at) }, (_, i) => ({
      request_put: { key: base64(`many/${at + i}`), value: base64(`value ${(at + i) * 7}`) },
    }));
    await call('kv/txn', { success });
  }
}

describeEtcd('status of snapshots by ours and theirs, etcd', (release) => {
  let scratch: string;
  const taken: string[] = [];

  beforeAll(async () => {
    scratch = await mkdtemp(join(tmpdir(), 'offline-'));
    const take = async (cluster: EtcdCluster, name: string, isAuthOn = false): Promise<void> => {
      await cp(await saveSnapshot(cluster, isAuthOn), join(scratch, name));
      taken.push(name);
    };
    const plain = await startCluster({ release });
    try {
      const { gateway } = plain;
      await take(plain, 'empty');
      await gateway.call('kv/put', { key: base64('k'), value: base64('v') });
      await take(plain, 'one key');
      await putMany({ call: (path, body) => gateway.call(path, body) }, 100_000);
      await take(plain, '100,000 keys');
      await gateway.call('kv/deleterange', { key: base64('many/1'), range_end: base64('many/9') });
      await gateway.call('kv/compaction', { revision: '500', physical: true });
      await gateway.call('cluster/member/add', { peerURLs: ['http://10.0.0.9:2380'], isLearner: true });
      await gateway.call('maintenance/alarm', { action: 'ACTIVATE', alarm: 'NOSPACE' });
      await take(plain, 'most deleted and compacted, a learner, an alarm');
    } finally {
      await plain.stop();
    }
    const source = await startSource(release);
    try {
      await take(source, 'authentication, leases, some deleted and compacted', true);
    } finally {
      await source.stop();
    }
  }, TIMEOUT_MS);

  afterAll(() => rm(scratch, { recursive: true, force: true }));

  it.each(FORMATS)('is the same in %s', async (format) => {
    expect(taken).toHaveLength(5);
    for (const name of taken) {
      const words = ['snapshot', 'status', join(scratch, name), '-w', format];
      const [their, our] = [await ask(release, words, scratch), await ours(release, words)];
      if (release.series === '3.7' || their.code !== 0) expect(our, name).toEqual(their);
      else expect(commonFacts(format, our.out), name).toEqual(commonFacts(format, their.out));
    }
  });

  const newest = findReleases().find(({ series }) => series === '3.7');
  it.runIf(newest && newest !== release)('is the same to the last letter as by the tool of 3.7', async () => {
    for (const name of taken) {
      for (const format of FORMATS) {
        const words = ['snapshot', 'status', join(scratch, name), '-w', format];
        expect(await ours(newest!, words), name).toEqual(await ask(newest!, words, scratch));
      }
    }
  });

  it.runIf(newest)('goes with a hash that is the same in every format', async () => {
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
  });

  it('is that of a sound file, through a pipe too', async () => {
    for (const name of taken) {
      const verified = await ours(release, ['snapshot', 'verify', join(scratch, name)]);
      expect(verified, name).toMatchObject({ code: 0, out: expect.stringMatching(/^sound: digest matches/) });
      const stdin = await readFile(join(scratch, name));
      const piped = await runOffline('etcdctl', ['snapshot', 'status', '-'], { stdin, env: { TMPDIR: scratch } });
      expect(piped.out, name).toBe((await ours(release, ['snapshot', 'status', join(scratch, name)])).out);
    }
    expect((await readdir(scratch)).sort()).toEqual(taken.toSorted());
  });
});
