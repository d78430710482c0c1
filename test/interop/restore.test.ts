import { cp, mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { equalBytes } from '../../src/base/index.ts';
import { describeEtcd } from '../support/describe-etcd.ts';
import { ROOT } from '../support/etcd-auth.ts';
import type { EtcdCluster } from '../support/etcd-server.ts';
import { base64, Gateway } from '../support/gateway.ts';
import { databaseText } from './database-text.ts';
import { byOurs, byTheirs, type Place, startRestored } from './restored-cluster.ts';
import { hashKv, saveSnapshot, startSource, tool, type VisibleState, visibleState } from './source-cluster.ts';

const TIMEOUT_MS = 120_000;
const BUMP = 1_000_000n;

async function memberList({ gateway }: EtcdCluster): Promise<string[]> {
  type Member = { ID: string; name: string; peerURLs: string[] };
  const { members } = await gateway.call<{ members: Member[] }>('cluster/member/list');
  return members.map(({ ID, name, peerURLs }) => `${ID} ${name} ${peerURLs.join()}`).sort();
}

const databaseOf = ({ dataDir }: Place): string => join(dataDir, 'member/snap/db');

/** Hash, revision and keys, as their tool tells them; the file's size is another. */
async function statusOf(etcdutl: string, at: Place): Promise<string[]> {
  return (await tool(etcdutl, 'snapshot', 'status', databaseOf(at))).split(', ').slice(0, 3);
}

describeEtcd('a snapshot restored by ours, with etcd', (release) => {
  const { etcdutl } = release;
  let source: EtcdCluster;
  let scratch: string;
  let snapshot: string;
  let expected: VisibleState;
  let sourceRevision: bigint;
  let sourceHash: number;
  const started: EtcdCluster[] = [];

  beforeAll(async () => {
    scratch = await mkdtemp(join(tmpdir(), 'restore-'));
    source = await startSource(release);
    expected = await visibleState(source.gateway);
    const { header } = await source.gateway.call<{ header: { revision: string } }>('kv/range', { key: base64('x') });
    sourceRevision = BigInt(header.revision);
    [sourceHash = 0] = await hashKv(source);
    snapshot = join(scratch, 'snap.db');
    await cp(await saveSnapshot(source), snapshot);
    await source.stop();
  }, TIMEOUT_MS);

  afterEach(async () => {
    for (const cluster of started.splice(0)) await cluster.stop();
  });

  afterAll(async () => {
    await source?.stop();
    await rm(scratch, { recursive: true, force: true });
  });

  const start = async (...[members, restorer]: [1 | 3, ReturnType<typeof byOurs>]): Promise<EtcdCluster> => {
    const cluster = await startRestored(release, snapshot, members, restorer);
    started.push(cluster);
    return cluster;
  };

  const place = (dataDir: string): Place => ({
    snapshot,
    dataDir: join(scratch, dataDir),
    name: 'default',
    peerUrl: 'http://localhost:2380',
    initialCluster: 'default=http://localhost:2380',
  });

  it(
    'starts as one member with all that was there, and the hash of their restore',
    async () => {
      const ours = await start(1, byOurs());
      expect(await visibleState(ours.gateway)).toEqual(expected);
      expect(await hashKv(ours)).toEqual([sourceHash]);
      const theirs = await start(1, byTheirs(release));
      expect(await hashKv(theirs)).toEqual([sourceHash]);
      await ours.gateway.call('kv/put', { key: base64('after'), value: base64('restore') });
    },
    TIMEOUT_MS,
  );

  it(
    'starts as three members that agree with each other and with theirs',
    async () => {
      const ours = await start(3, byOurs());
      for (const gateway of ours.gateways) expect(await visibleState(gateway)).toEqual(expected);
      expect(await hashKv(ours)).toEqual([sourceHash, sourceHash, sourceHash]);
      const theirs = await start(3, byTheirs(release));
      expect(await memberList(ours)).toEqual(await memberList(theirs));
      await ours.gateway.call('kv/put', { key: base64('after'), value: base64('restore') });
      expect(new Set(await hashKv(ours)).size).toBe(1);
    },
    TIMEOUT_MS,
  );

  it(
    'starts after a kill -9, and again',
    async () => {
      const cluster = await start(1, byOurs());
      for (let round = 0; round < 2; round++) {
        // A gateway of its own: its token is one that the member has not forgotten.
        const gateway = new Gateway(cluster.endpoints[0]!);
        await gateway.login(ROOT);
        await gateway.call('kv/put', { key: base64(`round ${round}`), value: base64('x') });
        gateway.close();
        const [hash] = await hashKv(cluster);
        await cluster.members[0]!.kill();
        cluster.members[0]!.start();
        await cluster.waitHealthy(0);
        expect(await hashKv(cluster)).toEqual([hash]);
      }
    },
    TIMEOUT_MS,
  );

  it(
    'goes on from a bumped revision, with all before it compacted',
    async () => {
      const cluster = await start(1, byOurs({ bumpRevision: BUMP, markCompacted: true }));
      const put = await cluster.gateway.call<{ header: { revision: string } }>('kv/put', {
        key: base64('k'),
        value: '',
      });
      expect(BigInt(put.header.revision)).toBe(sourceRevision + BUMP + 1n);
      const old = cluster.gateway.call('kv/range', { key: base64('key 1'), revision: String(BUMP) });
      await expect(old).rejects.toThrow('required revision has been compacted');
      const { kvs } = await cluster.gateway.call<{ kvs: unknown[] }>('kv/range', { key: base64('key 1') });
      expect(kvs).toHaveLength(1);
    },
    TIMEOUT_MS,
  );

  if (etcdutl === undefined) {
    console.log(
      `*** SKIPPED: etcd ${release.version} comes without etcdutl, which would look into what ours wrote ***`,
    );
    return;
  }

  describe('their offline tool', () => {
    it('finds the same in ours as in theirs', async () => {
      for (const [i, bump] of [0n, BUMP].entries()) {
        const flags = bump > 0n ? [`--bump-revision=${bump}`, '--mark-compacted'] : [];
        const [ours, theirs] = [place(`ours${i}`), place(`theirs${i}`)];
        await byOurs(bump > 0n ? { bumpRevision: bump, markCompacted: true } : {})(ours);
        await byTheirs(release, ...flags)(theirs);
        expect(databaseText(databaseOf(ours))).toEqual(databaseText(databaseOf(theirs)));
        expect(await statusOf(etcdutl, ours)).toEqual(await statusOf(etcdutl, theirs));
      }
    });

    it('defragments ours, and restores from it', async () => {
      const ours = place('to-defragment');
      await byOurs()(ours);
      const database = databaseOf(ours);
      const before = databaseText(database);
      await tool(etcdutl, 'defrag', `--data-dir=${ours.dataDir}`);
      expect(databaseText(database)).toEqual(before);
      const again = { ...place('again'), snapshot: database };
      await byTheirs(release, '--skip-hash-check')(again);
      expect(databaseText(databaseOf(again))).toEqual(before);
    });

    // Earlier ones write the same log with more zeros in it.
    if (release.series !== '3.7') return;
    it('writes the same log and .snap file, byte for byte', async () => {
      const [ours, theirs] = [place('ours-bytes'), place('theirs-bytes')];
      await byOurs()(ours);
      await byTheirs(release)(theirs);
      for (const kind of ['wal', 'snap']) {
        const names = await readdir(join(theirs.dataDir, 'member', kind));
        expect(await readdir(join(ours.dataDir, 'member', kind))).toEqual(names);
        for (const name of names.filter((each) => each !== 'db')) {
          const [a, b] = await Promise.all(
            [ours, theirs].map(({ dataDir }) => readFile(join(dataDir, 'member', kind, name))),
          );
          expect(equalBytes(a!, b!), name).toBe(true);
        }
      }
    });
  });
});
