/** Status, hashes, defragmentation, snapshots, alarms, health. */
import { createHash } from 'node:crypto';
import { expect, it } from 'vitest';
import { bounds, type Kit, refusal } from '../harness/kit.ts';
import { describeAlone, describeTogether, type Scene } from '../harness/scenario.ts';
import { op } from '../harness/text.ts';

const NO_SPACE = [8, 'etcdserver: mvcc: database space exceeded'] as const;

describeTogether('maintenance', {}, (scene: Scene) => {
  it('status tells who the member is, and where it stands', async () => {
    const client = await scene.client();
    await client.put('k');
    const { header, members } = await client.raw.cluster.memberList({}, bounds());
    const status = await client.raw.maintenance.status(bounds());
    expect(status.version).toBe(scene.backend.version);
    expect(status.leader).toBe(header!.member_id);
    expect(members.map(({ ID }) => ID)).toEqual([header!.member_id]);
    expect(status.raftTerm).toBe(header!.raft_term);
    expect(status.raftIndex).toBeGreaterThan(0n);
    expect(status.raftAppliedIndex).toBe(status.raftIndex);
    expect(status.dbSize).toBeGreaterThan(0n);
    expect(status.dbSizeInUse).toBeLessThanOrEqual(status.dbSize);
    expect(status).toMatchObject({ errors: [], isLearner: false });
    expect(status.header?.revision).toBe(await client.revision());
  });

  it('defragmentation gives back what was freed, and loses nothing', async () => {
    const client = await scene.client();
    const value = 'v'.repeat(100_000);
    for (let index = 0; index < 20; index++) await client.put('churn', value);
    await client.compact(await client.revision(), { physical: true });
    const full = await client.raw.maintenance.status(bounds());
    await client.raw.maintenance.defragment(bounds());
    const less = await client.raw.maintenance.status(bounds());
    expect(less.dbSize).toBeLessThan(full.dbSize);
    expect((await client.get('churn')).kvs[0]?.value).toHaveLength(value.length);
  });

  it('[inv 20] a hash changes with the keys, and not with defragmentation', async () => {
    const client = await scene.client();
    const hashOf = async (revision = 0n): Promise<number> =>
      (await client.raw.maintenance.hashKV({ revision }, bounds())).hash;
    const { revision } = await client.put('hash', '1');
    const first = await hashOf();
    expect(await hashOf(revision)).toBe(first);
    await client.put('hash', '2');
    expect(await hashOf()).not.toBe(first);
    expect(await hashOf(revision)).toBe(first);
    await client.raw.maintenance.defragment(bounds());
    expect(await hashOf(revision)).toBe(first);
    expect(await refusal(hashOf(revision + 100n))).toEqual([
      11,
      'etcdserver: mvcc: required revision is a future revision',
    ]);
  });

  it('a snapshot is a database and its digest', async () => {
    const client = await scene.client();
    await client.put('snapshot', 'v');
    const pieces: Uint8Array[] = [];
    let remaining = -1n;
    for await (const { blob, remaining_bytes } of client.raw.maintenance.snapshot(bounds(20_000))) {
      pieces.push(blob);
      remaining = remaining_bytes;
    }
    const all = Buffer.concat(pieces);
    const [image, digest] = [all.subarray(0, -32), all.subarray(-32)];
    expect(remaining).toBe(0n);
    expect(image.length % 512).toBe(0);
    expect(createHash('sha256').update(image).digest()).toEqual(digest);
    // bbolt's magic number in the first meta page.
    expect(image.readUInt32LE(16)).toBe(0xed0cdaed);
  });

  it('a healthy member answers a linearizable read', async () => {
    const client = await scene.client();
    expect((await client.get('health')).kvs).toEqual([]);
  });

  it('a downgrade is checked first, announced, and called off', async ({ skip }) => {
    if (!scene.since('3.7')) skip('what 3.5 says of it is another matter');
    const client = await scene.client();
    const downgrade = (action: 0 | 1 | 2, version = '') =>
      client.raw.maintenance.downgrade({ action, version }, bounds());
    expect((await downgrade(0, '3.6.0')).version).toBe('3.7');
    expect(await refusal(downgrade(0, '3.5.0'))).toEqual([3, 'etcdserver: invalid downgrade target version']);
    expect(await refusal(downgrade(0, 'three'))).toEqual([3, 'etcdserver: wrong downgrade target version format']);
    expect((await downgrade(1, '3.6.0')).version).toBe('3.7');
    expect(await refusal(downgrade(1, '3.6.0'))).toEqual([9, 'etcdserver: cluster has a downgrade job in progress']);
    expect((await downgrade(2)).version).toBe('3.7');
    expect((await downgrade(0, '3.6.0')).version).toBe('3.7');
  });

  it('leadership cannot go to nobody', async () => {
    const client = await scene.client();
    const moveTo = (targetID: bigint) => refusal(client.raw.maintenance.moveLeader({ targetID }, bounds()));
    expect(await moveTo(0x42n)).toEqual([9, 'etcdserver: bad leader transferee']);
  });
});

async function fill(client: Kit): Promise<void> {
  const value = 'v'.repeat(50_000);
  for (let index = 0; index < 1000; index++) await client.put(`fill/${index % 10}`, value);
}

const alarmsOf = async (client: Kit) => (await client.raw.maintenance.alarm({ action: 0 }, bounds())).alarms;

describeAlone('the quota', (scene: Scene) => {
  it('[inv 40] stops writes, lets the rest go on, and is lifted by hand', async () => {
    const { kill, restart } = await scene.start({ quotaBytes: 300_000 });
    let client = await scene.client();
    await client.put('small');
    expect(await refusal(fill(client))).toEqual(NO_SPACE);
    const memberID = (await client.raw.maintenance.status(bounds())).leader;
    expect(await alarmsOf(client)).toEqual([{ memberID, alarm: 1 }]);
    expect((await client.raw.maintenance.status(bounds())).errors.join()).toContain('NOSPACE');
    expect(await refusal(client.put('small'))).toEqual(NO_SPACE);
    expect(await refusal(client.txn({ success: [op.put('small')] }))).toEqual(NO_SPACE);
    if (scene.since('3.5')) expect(await refusal(client.grant(10n))).toEqual(NO_SPACE);
    expect(await client.keys('small')).toEqual(['small']);
    expect((await client.txn({ success: [op.get('small'), op.del('small')] })).succeeded).toBe(true);

    await kill(0);
    await restart(0);
    client = await scene.client();
    expect(await alarmsOf(client)).toEqual([{ memberID, alarm: 1 }]);
    expect(await refusal(client.put('small'))).toEqual(NO_SPACE);

    await client.del('fill/', { prefix: true });
    await client.compact(await client.revision(), { physical: true });
    await client.raw.maintenance.defragment(bounds());
    expect(await refusal(client.put('small')), 'the alarm stays on').toEqual(NO_SPACE);
    const { alarms } = await client.raw.maintenance.alarm({ action: 2, memberID, alarm: 1 }, bounds());
    expect(alarms).toEqual([{ memberID, alarm: 1 }]);
    expect(await alarmsOf(client)).toEqual([]);
    await client.put('small');
  }, 30_000);

  it('is raised and lifted by request too', async () => {
    await scene.start({ snapshotCount: 5 });
    const client = await scene.client();
    const memberID = (await client.raw.maintenance.status(bounds())).leader;
    await client.raw.maintenance.alarm({ action: 1, memberID, alarm: 1 }, bounds());
    expect(await refusal(client.put('k'))).toEqual(NO_SPACE);
    for (let index = 0; index < 10; index++) expect(await alarmsOf(client)).toHaveLength(1);
    await client.raw.maintenance.alarm({ action: 2, memberID, alarm: 1 }, bounds());
    await client.put('k');
  });

  it('[inv 41] of trust: a corrupt cluster writes nothing', async () => {
    await scene.start();
    const client = await scene.client();
    await client.put('k');
    const memberID = (await client.raw.maintenance.status(bounds())).leader;
    const id = await client.grant(100n);
    await client.raw.maintenance.alarm({ action: 1, memberID, alarm: 2 }, bounds());
    const corrupt = [15, 'etcdserver: corrupt cluster'] as const;
    expect(await refusal(client.put('k'))).toEqual(corrupt);
    expect(await refusal(client.del('k'))).toEqual(corrupt);
    expect(await refusal(client.txn({ success: [op.put('k')] }))).toEqual(corrupt);
    expect(await refusal(client.compact(1n))).toEqual(corrupt);
    expect(await refusal(client.grant(100n))).toEqual(corrupt);
    expect(await refusal(client.raw.lease.leaseRevoke({ ID: id }, bounds()))).toEqual(corrupt);
    expect((await client.raw.maintenance.status(bounds())).errors.join()).toContain('CORRUPT');
    // Reads do not go through the log, where the alarm stands guard.
    expect(await client.keys('k')).toEqual(['k']);
    expect((await client.txn({ success: [op.get('k')] })).succeeded).toBe(true);
    await client.raw.maintenance.alarm({ action: 2, memberID, alarm: 2 }, bounds());
    expect(await client.keys('k')).toEqual(['k']);
  });
});
