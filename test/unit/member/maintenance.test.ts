import { afterEach, describe, expect, it } from 'vitest';
import { checkCompatible, foundMember } from '../../../src/member/founding.ts';
import { MemberStartError } from '../../../src/member/index.ts';
import { purgeFiles } from '../../../src/member/purge.ts';
import { dataDirPaths } from '../../../src/snapshot/index.ts';
import { MemoryFiles } from '../../support/memory-files.ts';
import { ANYONE, Lab, peerUrl, put, type SomeOptions } from './support.ts';

let lab: Lab;
afterEach(() => lab?.stop());

const outcome = async (call: Promise<unknown>): Promise<string> =>
  lab.wait(
    call.then(
      () => 'done',
      (error: unknown) => (error as Error).message.replace('etcdserver: ', ''),
    ),
  );

const VALIDATE = 0;
const ENABLE = 1;
const CANCEL = 2;

describe('a downgrade', () => {
  it('goes to the version before and nowhere else, is one at a time, and can be called off', async () => {
    lab = await Lab.start(3);
    await lab.pass(5000);
    const { leader } = lab;
    const ask = (action: 0 | 1 | 2, version: string): Promise<string> =>
      outcome(leader.maintenance.downgrade({ action, version }, ANYONE));
    expect(await ask(VALIDATE, 'x')).toBe('wrong downgrade target version format');
    expect(await ask(VALIDATE, '3.5.0')).toBe('invalid downgrade target version');
    expect(await ask(VALIDATE, '3.7.0')).toBe('invalid downgrade target version');
    expect(await ask(VALIDATE, '3.6.0')).toBe('done');
    expect(await ask(CANCEL, '')).toBe('done');
    expect(await ask(ENABLE, '3.6')).toBe('done');
    expect(await ask(ENABLE, '3.6')).toMatch(/in progress|invalid downgrade target/);
    await lab.pass(5000);
    for (const member of lab.members) {
      const status = await lab.wait(member.maintenance.status(ANYONE));
      expect(status).toMatchObject({
        storageVersion: '3.6.0',
        downgradeInfo: { enabled: true, targetVersion: '3.6.0' },
      });
    }
    expect(await ask(CANCEL, '')).toBe('done');
    await lab.pass(10_000);
    const status = await lab.wait(leader.maintenance.status(ANYONE));
    expect(status).toMatchObject({ storageVersion: '3.7.0', downgradeInfo: { enabled: false, targetVersion: '' } });
  });
});

describe('hashes', () => {
  it('are the same on all members, and another after a change', async () => {
    lab = await Lab.start(3);
    await lab.wait(lab.leader.kv.put(put('a', '1'), ANYONE));
    await lab.pass(300);
    const hashes = async (): Promise<Set<string>> => {
      const answers = lab.members.map(async (member) => {
        const { hash } = await lab.wait(member.maintenance.hash(ANYONE));
        const kv = await lab.wait(member.maintenance.hashKv({ revision: 0n }, ANYONE));
        return `${hash} ${kv.hash} ${kv.hash_revision} ${kv.compact_revision}`;
      });
      return new Set(await Promise.all(answers));
    };
    const before = await hashes();
    expect(before.size).toBe(1);
    await lab.wait(lab.leader.kv.put(put('a', '2'), ANYONE));
    await lab.pass(300);
    const after = await hashes();
    expect(after.size).toBe(1);
    expect(after).not.toEqual(before);
  });

  it('that differ raise an alarm for the member that has another', async () => {
    lab = await Lab.start(3, { corruptCheckMs: 5000 });
    await lab.wait(lab.leader.kv.put(put('a', '1'), ANYONE));
    await lab.pass(6000);
    const get = { action: 0, memberID: 0n, alarm: 0 } as const;
    expect((await lab.wait(lab.leader.maintenance.alarm(get, ANYONE))).alarms).toEqual([]);
    const [bad] = lab.followers;
    lab.network.tamper = (id, service) =>
      id === bad!.id
        ? { ...service, hashKv: async (request) => ({ ...(await service.hashKv(request)), hash: 1 }) }
        : service;
    await lab.pass(6000);
    expect((await lab.wait(lab.leader.maintenance.alarm(get, ANYONE))).alarms).toEqual([
      { memberID: bad!.id, alarm: 2 },
    ]);
  });
});

describe('a status', () => {
  it('tells who leads, how far the member is and how large its data is', async () => {
    lab = await Lab.start(3, { quotaBytes: 1_000_000 });
    await lab.wait(lab.leader.kv.put(put('a', 'x'.repeat(10_000)), ANYONE));
    await lab.pass(5000);
    for (const member of lab.members) {
      const status = await lab.wait(member.maintenance.status(ANYONE));
      expect(status).toMatchObject({ leader: lab.leader.id, isLearner: false, dbSizeQuota: 1_000_000n, errors: [] });
      expect(status.header).toMatchObject({ member_id: member.id, cluster_id: member.clusterId, revision: 2n });
      expect(status.raftAppliedIndex).toBe(status.raftIndex);
      expect(status.raftTerm).toBe(status.header?.raft_term);
      expect(status.dbSize).toBeGreaterThanOrEqual(status.dbSizeInUse);
      expect(status.dbSizeInUse).toBeGreaterThan(10_000n);
    }
  });
});

describe('a start', () => {
  const options = (change: SomeOptions): Parameters<typeof foundMember>[0] => ({ ...new Lab().options(0), ...change });
  it.each<[string, SomeOptions, string]>([
    ['a name that the cluster does not have', { name: 'x' }, `couldn't find local name "x"`],
    ['URLs that the others were not told', { peerUrls: ['http://x:1'] }, '--initial-advertise-peer-urls=http://x:1'],
    [
      'two members of one URL',
      {
        initialCluster: new Map([
          ['m0', [peerUrl(0)]],
          ['m1', [peerUrl(0)]],
        ]),
      },
      'member exists with identical ID',
    ],
    ['a cluster to join that no one answers for', { initialClusterState: 'existing' }, 'cannot fetch cluster info'],
  ])('with %s is refused', async (_what, change, message) => {
    lab = new Lab();
    await expect(foundMember(options(change))).rejects.toThrow(message);
    await expect(foundMember(options(change))).rejects.toThrow(MemberStartError);
  });

  it('of a member that was one already, and lost its data, is refused', async () => {
    lab = await Lab.start(3);
    const initialCluster = new Map([0, 1, 2].map((i) => [`m${i}`, [peerUrl(i)]]));
    await expect(foundMember({ ...lab.options(1), initialCluster })).rejects.toThrow('has already been bootstrapped');
  });

  it('of a member that was not added, or does not know all, is refused', async () => {
    lab = await Lab.start(1);
    const joining = { ...lab.options(1), initialClusterState: 'existing' as const };
    const both = new Map([0, 1].map((i) => [`m${i}`, [peerUrl(i)]]));
    await expect(foundMember({ ...joining, initialCluster: both })).rejects.toThrow('member count is unequal');
    await lab.wait(lab.leader.cluster.add({ peerURLs: [peerUrl(7)], isLearner: false }, ANYONE));
    await expect(foundMember({ ...joining, initialCluster: both })).rejects.toThrow('no match found');
  });

  it.each([
    ['3.7.0', 'may'],
    ['3.5.0', 'may'],
    ['', 'may'],
    ['3.8.0', 'incompatible'],
    ['2.3.0', 'incompatible'],
  ])('in a cluster at %s: %s', async (cluster, result) => {
    lab = new Lab();
    const member = { id: 2n, name: 'm', peerUrls: [], clientUrls: [], isLearner: false };
    const founding = { memberId: 1n, clusterId: 9n, founders: [], existing: [member] };
    const versions = (): Promise<object> => Promise.resolve({ server: '3.8.0', cluster, storage: '' });
    const ask = (() => ({ versions })) as unknown as Parameters<typeof checkCompatible>[0]['ask'];
    const checked = checkCompatible({ ask }, founding, '3.7.1');
    if (result === 'may') await expect(checked).resolves.toBeUndefined();
    else await expect(checked).rejects.toThrow(result);
  });
});

describe('purging', () => {
  it('keeps what a restart needs, and the newest few', () => {
    lab = new Lab();
    const files = new MemoryFiles();
    const paths = dataDirPaths('/data');
    const name = (n: number): string => n.toString(16).padStart(16, '0');
    for (let i = 0; i < 8; i++) {
      files.put(`${paths.walDir}/${name(i)}-${name(i * 10)}.wal`, new Uint8Array(1));
      files.put(`${paths.snapDir}/${name(1)}-${name(i * 10)}.snap`, new Uint8Array(1));
      files.put(`${paths.snapDir}/${name(i * 10)}.snap.db`, new Uint8Array(1));
    }
    purgeFiles(files, paths, { index: 45n, maxSnapFiles: 3, maxWalFiles: 2, log: () => undefined });
    expect(files.list(paths.walDir)).toEqual([4, 5, 6, 7].map((i) => `${name(i)}-${name(i * 10)}.wal`));
    expect(files.list(paths.snapDir).filter((file) => file.endsWith('.snap'))).toHaveLength(3);
    expect(files.list(paths.snapDir).filter((file) => file.endsWith('.db'))).toEqual(
      [50, 60, 70].map((i) => `${name(i)}.snap.db`),
    );
  });
});
