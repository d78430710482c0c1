import { afterAll, beforeAll, expect, it } from 'vitest';
import { systemClock } from '../../src/base/index.ts';
import { Member, type PeerNetwork } from '../../src/member/index.ts';
import { RangeRequest } from '../../src/wire/gen/rpc/kv.ts';
import { describeEtcd } from '../support/describe-etcd.ts';
import { type EtcdCluster, startCluster } from '../support/etcd-server.ts';
import { base64 } from '../support/gateway.ts';

const TIMEOUT_MS = 120_000;
const KEYS = 300;
const LEASE = 4711n;

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);

/** For a member that is a cluster by itself. */
const ALONE: PeerNetwork = {
  clusterAt: () => Promise.reject(new Error('there is no one else')),
  join: (_self, receiver) => ({
    send: () => undefined,
    sendSnapshot: () => Promise.reject(new Error('there is no one else')),
    ask: () => receiver.service,
    addPeer: () => undefined,
    updatePeer: () => undefined,
    removePeer: () => undefined,
    activeSince: () => undefined,
    close: () => undefined,
  }),
};

/**
 * Starts ours on the directory that etcd has left, as of the release that the directory is shared with: an older one
 * refuses what a newer cluster wrote.
 */
async function startOurs(cluster: EtcdCluster, peerUrls: readonly string[]): Promise<Member> {
  const { name, dataDirectory } = cluster.members[0]!;
  const { series } = cluster.options.release;
  const member = await Member.start({
    name,
    peerUrls,
    clientUrls: [`http://${cluster.endpoints[0]}`],
    initialCluster: new Map([[name, peerUrls]]),
    storage: { dataDir: dataDirectory },
    clock: systemClock,
    network: ALONE,
    randomInt: (bound) => Math.floor(Math.random() * bound),
    snapshotCount: 100,
    ...(series !== '3.7' && { version: `${series}.0` }),
    bcryptCost: 4,
  });
  await member.whenReady;
  return member;
}

async function peerUrlsOf(cluster: EtcdCluster): Promise<readonly string[]> {
  const { members } = await cluster.gateway.call<{ members: { peerURLs: string[] }[] }>('cluster/member/list');
  return members[0]?.peerURLs ?? [];
}

const put = (member: Member, key: string, value: string, lease = 0n): Promise<unknown> =>
  member.kv.put(
    { key: bytes(key), value: bytes(value), lease, prev_kv: false, ignore_value: false, ignore_lease: false },
    {},
  );

async function countAndHash(member: Member): Promise<{ count: bigint; hash: number }> {
  const all = RangeRequest.fromPartial({ key: Uint8Array.of(0), range_end: Uint8Array.of(0), count_only: true });
  const { count } = await member.kv.range(all, {});
  const { hash } = await member.maintenance.hashKv({ revision: 0n }, {});
  return { count, hash };
}

async function countOf(cluster: EtcdCluster): Promise<bigint> {
  const all = { key: base64('\0'), range_end: base64('\0'), count_only: true };
  const { count } = await cluster.gateway.call<{ count: string }>('kv/range', all);
  return BigInt(count);
}

describeEtcd('a data directory', (release) => {
  let cluster: EtcdCluster;
  let peerUrls: readonly string[];

  beforeAll(async () => {
    cluster = await startCluster({ release, flags: ['--snapshot-count=100'] });
    peerUrls = await peerUrlsOf(cluster);
    for (let i = 0; i < KEYS; i++) {
      await cluster.gateway.call('kv/put', { key: base64(`theirs ${i}`), value: base64(`v${i}`) });
    }
    await cluster.gateway.call('lease/grant', { ID: String(LEASE), TTL: '10000' });
    await cluster.gateway.call('kv/put', { key: base64('leased'), value: base64('x'), lease: String(LEASE) });
  }, TIMEOUT_MS);

  afterAll(() => cluster?.stop());

  it(
    'that etcd was killed on is opened by ours, with all that was acknowledged',
    async () => {
      const before = await countOf(cluster);
      await cluster.members[0]!.kill();
      const member = await startOurs(cluster, peerUrls);
      try {
        expect((await countAndHash(member)).count).toBe(before);
        const lease = await member.lease.timeToLive({ ID: LEASE, keys: true }, {});
        expect([lease.grantedTTL, lease.keys.map((key) => Buffer.from(key).toString())]).toEqual([10_000n, ['leased']]);
        const { members } = await member.cluster.list({ linearizable: true }, {});
        expect(members.map(({ name, peerURLs }) => [name, peerURLs])).toEqual([['m1', peerUrls]]);
        for (let i = 0; i < KEYS; i++) await put(member, `ours ${i}`, `v${i}`, i % 10 === 0 ? LEASE : 0n);
      } finally {
        await member.stop();
      }
    },
    TIMEOUT_MS,
  );

  it(
    'goes from ours to etcd and back, five times, with all that was written',
    async () => {
      let written = await countOf(cluster).catch(() => 0n);
      for (let turn = 0; turn < 5; turn += 1) {
        const ours = await startOurs(cluster, peerUrls);
        for (let i = 0; i < 30; i += 1) await put(ours, `turn ${turn} ours ${i}`, 'v');
        const { count, hash } = await countAndHash(ours);
        const { hash: wholeHash } = await ours.maintenance.hash({});
        if (turn > 0) expect(count).toBe(written + 30n);
        await (turn % 2 === 0 ? ours.kill() : ours.stop());

        cluster.members[0]!.start();
        await cluster.waitHealthy(0);
        expect(await countOf(cluster)).toBe(count);
        if (release.series !== '3.4') {
          const theirs = await cluster.gateway.call<{ hash: number }>('maintenance/hashkv', { revision: '0' });
          expect(theirs.hash).toBe(hash);
        }
        if (release.series === '3.7') {
          // Of all buckets: leases, users, members and versions lie there as etcd's own.
          const whole = await cluster.gateway.call<{ hash: number }>('maintenance/hash');
          expect(whole.hash).toBe(wholeHash);
        }
        const lease = await cluster.gateway.call<{ keys: string[] }>('lease/timetolive', {
          ID: String(LEASE),
          keys: true,
        });
        expect(lease.keys).toHaveLength(1 + KEYS / 10);
        for (let i = 0; i < 30; i += 1) {
          await cluster.gateway.call('kv/put', { key: base64(`turn ${turn} theirs ${i}`), value: base64('v') });
        }
        written = count + 30n;
        await cluster.members[0]!.kill();
      }
      const last = await startOurs(cluster, peerUrls);
      expect((await countAndHash(last)).count).toBe(written);
      await last.stop();
    },
    TIMEOUT_MS,
  );

  it(
    'is not opened by ours while etcd runs on it',
    async () => {
      const other = await startCluster({ release });
      try {
        await expect(startOurs(other, peerUrls)).rejects.toThrow('in use');
      } finally {
        await other.stop();
      }
    },
    TIMEOUT_MS,
  );
});
