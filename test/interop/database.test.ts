import { copyFile, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { nodeFiles } from '../../src/base/index.ts';
import { copyCompacted, defragmentFile, openDatabase, runSteps, updateFile } from '../../src/bbolt/index.ts';
import {
  hashKv as ourHashKv,
  liveKeys,
  type LiveKeysOptions,
  prefixRange,
  snapshotStatus,
  verifySnapshot,
} from '../../src/snapshot/index.ts';
import type { EtcdRelease } from '../support/binaries.ts';
import { describeEtcd } from '../support/describe-etcd.ts';
import { ROOT } from '../support/etcd-auth.ts';
import { type EtcdCluster, startCluster } from '../support/etcd-server.ts';
import { base64, Gateway } from '../support/gateway.ts';
import { hashKv, saveSnapshot, startSource, tool, visibleState } from './source-cluster.ts';

const TIMEOUT_MS = 120_000;
/** More of them by hand: ETCD_KILLS=100. */
const KILLS = Number(process.env.ETCD_KILLS ?? 5);

interface TheirStatus {
  readonly hash: number;
  readonly revision: number;
  readonly totalKey: number;
  readonly totalSize: number;
  readonly version?: string;
}

async function theirStatus({ etcdutl, etcdctl }: EtcdRelease, path: string): Promise<TheirStatus> {
  const status: TheirStatus = JSON.parse(await tool(etcdutl ?? etcdctl, 'snapshot', 'status', path, '-w', 'json'));
  return status;
}

/** Our status in their terms; which keys are counted changed with 3.6, and so did the version. */
async function ourStatus({ series }: EtcdRelease, path: string): Promise<TheirStatus> {
  const { hash, revision, liveKeys: live, entries, totalSize, version } = await snapshotStatus(path);
  const old = { hash, revision: Number(revision), totalKey: entries, totalSize };
  return series === '3.7' ? { ...old, totalKey: live, version } : old;
}

const databasePath = (cluster: EtcdCluster): string => join(cluster.members[0]!.dataDirectory, 'member/snap/db');

/** What the member says of its history up to a revision. */
async function serverHash(cluster: EtcdCluster, revision: bigint, isAuthOn = true): Promise<object> {
  const credentials = isAuthOn ? [`--user=${ROOT.name}:${ROOT.password}`] : [];
  const command = ['endpoint', 'hashkv', `--rev=${revision}`, '-w', 'json'];
  const { etcdctl } = cluster.options.release;
  const text = await tool(etcdctl, `--endpoints=${cluster.endpoints[0]}`, ...credentials, ...command);
  const [answer]: { HashKV: { hash: number; compact_revision: number } }[] = JSON.parse(text);
  return { hash: answer?.HashKV.hash, compactRevision: BigInt(answer?.HashKV.compact_revision ?? 0) };
}

async function ourHash(path: string, revision: bigint): Promise<object> {
  const { hash, compactRevision } = await ourHashKv(path, revision);
  return { hash, compactRevision };
}

/** Keys and values as the gateway gives them. */
async function ourKeys(path: string, options: LiveKeysOptions): Promise<object[]> {
  const database = openDatabase(path);
  const keys: object[] = [];
  for await (const live of liveKeys(database, options)) {
    const { key, value, lease, createRevision, modRevision, version } = live.read();
    keys.push({
      key: key.toString('base64'),
      create_revision: String(createRevision),
      mod_revision: String(modRevision),
      version: String(version),
      ...(value.length > 0 ? { value: value.toString('base64') } : {}),
      ...(lease === 0n ? {} : { lease: String(lease) }),
    });
  }
  database.close();
  return keys;
}

describeEtcd('the database of etcd', (release) => {
  let source: EtcdCluster;
  let scratch: string;
  let snapshot: string;

  beforeAll(async () => {
    scratch = await mkdtemp(join(tmpdir(), 'database-'));
    source = await startSource(release);
    snapshot = await saveSnapshot(source);
  }, TIMEOUT_MS);

  afterAll(async () => {
    await source?.stop();
    await rm(scratch, { recursive: true, force: true });
  });

  it('has the status that their tool tells', async () => {
    expect(await ourStatus(release, snapshot)).toEqual(await theirStatus(release, snapshot));
  });

  it(
    'has that status when nothing was ever written',
    async () => {
      const fresh = await startCluster({ release });
      try {
        const path = await saveSnapshot(fresh, false);
        expect(await ourStatus(release, path)).toEqual(await theirStatus(release, path));
        expect((await verifySnapshot(path)).problems).toEqual([]);
        expect(await ourHash(path, 0n)).toEqual(await serverHash(fresh, 0n, false));
      } finally {
        await fresh.stop();
      }
    },
    TIMEOUT_MS,
  );

  it('is sound, digest and all', async () => {
    expect(await verifySnapshot(snapshot)).toMatchObject({ isSound: true, digest: 'matches', problems: [], leases: 2 });
  });

  it('hashes to what the member says, at the latest revision and at earlier ones', async () => {
    const { hash } = await ourHashKv(snapshot);
    expect([hash]).toEqual(await hashKv(source));
    for (const revision of [151n, 200n, 301n, 310n]) {
      expect(await ourHash(snapshot, revision)).toEqual(await serverHash(source, revision));
    }
    await expect(ourHashKv(snapshot, 149n)).rejects.toThrow('mvcc: required revision has been compacted');
    await expect(ourHashKv(snapshot, 100_000n)).rejects.toThrow('mvcc: required revision is a future revision');
  });

  const { etcdutl, series } = release;
  if (etcdutl && series === '3.7') {
    it('hashes to what their tool says', async () => {
      const copy = join(scratch, 'hashkv.db');
      await runSteps(copyCompacted(openDatabase(snapshot), nodeFiles.open(copy, 'create')));
      for (const revision of [0n, 150n, 151n, 250n]) {
        const text = await tool(etcdutl, 'hashkv', copy, `--rev=${revision}`, '-w', 'json');
        const { hash, hashRevision, compactRevision } = await ourHashKv(snapshot, revision);
        const ours = { hash, hashRevision: Number(hashRevision), compactRevision: Number(compactRevision) };
        expect(ours).toEqual(JSON.parse(text));
      }
    });
  }

  it('has the keys that the member serves, at any revision', async () => {
    const { gateway } = source;
    for (const revision of ['0', '151', '250']) {
      const all = await gateway.call<{ kvs: object[] }>('kv/range', { key: 'AA==', range_end: 'AA==', revision });
      expect(await ourKeys(snapshot, { revision: BigInt(revision) })).toEqual(all.kvs);
      const some = { key: base64('key 1'), range_end: base64('key 2'), revision };
      const { kvs } = await gateway.call<{ kvs: object[] }>('kv/range', some);
      const range = prefixRange(Buffer.from('key 1'));
      expect(await ourKeys(snapshot, { revision: BigInt(revision), range, budget: 2000 })).toEqual(kvs);
    }
  });

  describe('rewritten by ours', () => {
    it('is taken by their tools', async () => {
      for (const freelist of ['written', 'absent'] as const) {
        const copy = join(scratch, `${freelist}.db`);
        const file = nodeFiles.open(copy, 'create');
        await runSteps(copyCompacted(openDatabase(snapshot), file, { freelist }));
        file.close();
        const { totalSize, ...rest } = await theirStatus(release, copy);
        expect(totalSize).toBe(nodeFiles.stat(copy)?.size);
        expect(await ourStatus(release, snapshot)).toMatchObject(rest);
      }
    });

    it('is taken by their tools after a change of a few keys', async () => {
      const copy = join(scratch, 'changed.db');
      await copyFile(snapshot, copy);
      updateFile(copy, (root) => {
        root.deleteBucket('members');
        root.createBucket('members').put('abc', Buffer.from('{}'));
        root.bucket('meta')!.put('term', Buffer.alloc(8, 1));
        const key = root.bucket('key')!;
        for (let i = 1; i < 400; i++) key.put(Buffer.from(`zzz ${i}`), Buffer.alloc(i * 20));
        for (let i = 1; i < 400; i++) if (i % 50 !== 0) key.delete(Buffer.from(`zzz ${i}`));
        for (let i = 50; i < 400; i += 50) key.delete(Buffer.from(`zzz ${i}`));
      });
      expect(await theirStatus(release, copy)).toEqual(await ourStatus(release, copy));
    });

    it(
      'is started by etcd, which goes on writing to it and defragments it',
      async () => {
        const member = source.members[0]!;
        const state = await visibleState(source.gateway);
        const before = await hashKv(source);
        await member.stop();
        await defragmentFile(databasePath(source));
        member.start();
        await source.waitHealthy(0);
        const gateway = new Gateway(source.endpoints[0]!);
        await gateway.login(ROOT);
        expect(await visibleState(gateway)).toEqual(state);
        expect(await hashKv(source)).toEqual(before);
        for (let i = 0; i < 50; i++) {
          await gateway.call('kv/put', { key: base64(`after ${i}`), value: base64('x'.repeat(i * 100)) });
        }
        await gateway.call('maintenance/defragment');
        gateway.close();
        const path = await saveSnapshot(source);
        expect(await verifySnapshot(path)).toMatchObject({ isSound: true, digest: 'matches' });
        expect(await ourStatus(release, path)).toEqual(await theirStatus(release, path));
      },
      TIMEOUT_MS,
    );
  });
});

describeEtcd('the database of etcd, killed while it writes,', (release) => {
  it(
    'opens, is sound, and hashes to what the member says once it has recovered',
    async () => {
      const cluster = await startCluster({ release });
      const member = cluster.members[0]!;
      const path = databasePath(cluster);
      try {
        let written = 0;
        for (let round = 0; round < KILLS; round++) {
          const writers = Array.from({ length: 8 }, (_, writer) => write(cluster, `${round}/${writer}`));
          await sleep(150 + ((round * 130) % 900));
          await member.kill();
          for (const puts of await Promise.all(writers)) written += puts;
          const { problems } = await verifySnapshot(path);
          expect(problems).toEqual([]);
          const { hashRevision } = await ourHashKv(path);
          const ours = await ourHash(path, hashRevision);
          member.start();
          await cluster.waitHealthy(0);
          expect(ours).toEqual(await serverHash(cluster, hashRevision, false));
        }
        console.log(`etcd ${release.version}: killed ${KILLS} times during ${written} puts, ${KILLS} equal hashes`);
      } finally {
        await cluster.stop();
      }
    },
    TIMEOUT_MS + KILLS * 5000,
  );
});

/** Puts, over and over, until the member is gone; returns how many were answered. */
async function write({ gateway }: EtcdCluster, name: string): Promise<number> {
  let answered = 0;
  try {
    for (; ; answered++) {
      const value = base64('v'.repeat((answered * 37) % 3000));
      await gateway.call('kv/put', { key: base64(`${name} ${answered % 50}`), value });
    }
  } catch {
    return answered;
  }
}
