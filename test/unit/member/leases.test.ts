import { afterEach, describe, expect, it } from 'vitest';
import type { Member } from '../../../src/member/index.ts';
import { ANYONE, Lab, put, range, valueOf } from './support.ts';

let lab: Lab;
afterEach(() => lab.stop());

const grant = (member: Member, ID: bigint, TTL: bigint): ReturnType<Member['lease']['grant']> =>
  lab.wait(member.lease.grant({ ID, TTL }, ANYONE));

const ttlOf = async (member: Member, ID: bigint): Promise<bigint> =>
  (await lab.wait(member.lease.timeToLive({ ID, keys: false }, ANYONE))).TTL;

const valueAt = async (member: Member, key: string): Promise<string | undefined> =>
  valueOf(await lab.wait(member.kv.range(range(key), ANYONE)));

describe('leases', () => {
  it('end when their time is over, with their keys, in one revision', async () => {
    lab = await Lab.start(3);
    await grant(lab.leader, 1n, 10n);
    for (const key of ['a', 'b']) await lab.wait(lab.leader.kv.put(put(key, 'x', 1n), ANYONE));
    const { revision } = lab.leader.header();
    await lab.pass(9000);
    expect(await valueAt(lab.leader, 'a')).toBe('x');
    await lab.pass(2500);
    expect(await valueAt(lab.leader, 'a')).toBeUndefined();
    expect(lab.leader.header().revision).toBe(revision + 1n);
    expect(await ttlOf(lab.leader, 1n)).toBe(-1n);
  });

  it('are renewed by way of any member', async () => {
    lab = await Lab.start(3);
    await grant(lab.leader, 1n, 10n);
    for (const member of lab.members) {
      await lab.pass(6000);
      expect(await lab.wait(member.lease.keepAlive(1n, ANYONE))).toMatchObject({ ID: 1n, TTL: 10n });
      expect(await ttlOf(member, 1n)).toBeGreaterThanOrEqual(9n);
    }
  });

  it('live on under another leader for as long as they were granted, at least', async () => {
    lab = await Lab.start(3);
    await grant(lab.leader, 1n, 10n);
    await lab.pass(8000);
    await lab.wait(lab.leader.maintenance.moveLeader({ targetID: lab.followers[0]!.id }, ANYONE));
    await lab.pass(500);
    expect(await ttlOf(lab.leader, 1n)).toBeGreaterThanOrEqual(9n);
    await lab.pass(13_000);
    expect(await ttlOf(lab.leader, 1n)).toBe(-1n);
  });

  it('have under another leader what a checkpoint left of them', async () => {
    lab = await Lab.start(3, { leaseCheckpointIntervalMs: 5000 });
    await grant(lab.leader, 1n, 100n);
    await lab.pass(62_000);
    await lab.wait(lab.leader.maintenance.moveLeader({ targetID: lab.followers[0]!.id }, ANYONE));
    await lab.pass(500);
    expect(await ttlOf(lab.leader, 1n)).toBeLessThan(50n);
  });

  it('get an id, which is positive, when none was asked for', async () => {
    lab = await Lab.start(1);
    const { ID, TTL } = await grant(lab.leader, 0n, 60n);
    expect(ID > 0n && ID < 1n << 63n).toBe(true);
    expect(TTL).toBe(60n);
    expect((await lab.wait(lab.leader.lease.leases(ANYONE))).leases).toEqual([{ ID }]);
  });

  it.each([
    ['granted twice', (member: Member) => member.lease.grant({ ID: 1n, TTL: 60n }, ANYONE), 'lease already exists'],
    [
      'too long',
      (member: Member) => member.lease.grant({ ID: 2n, TTL: 9_000_000_001n }, ANYONE),
      'too large lease TTL',
    ],
    [
      'revoked without being there',
      (member: Member) => member.lease.revoke({ ID: 3n }, ANYONE),
      'requested lease not found',
    ],
  ])('are refused when %s', async (_what, call, message) => {
    lab = await Lab.start(1);
    await grant(lab.leader, 1n, 60n);
    await expect(lab.wait(call(lab.leader))).rejects.toThrow(`etcdserver: ${message}`);
  });

  it('answer a renewal of one that is not there with a TTL of 0', async () => {
    lab = await Lab.start(3);
    for (const member of lab.members) expect((await lab.wait(member.lease.keepAlive(9n, ANYONE))).TTL).toBe(0n);
  });

  it('are not ended by a leader that was cut off', async () => {
    lab = await Lab.start(3);
    const old = lab.leader;
    await grant(old, 1n, 5n);
    await lab.wait(old.kv.put(put('a', 'x', 1n), ANYONE));
    lab.network.cut(old.id);
    const others = lab.members.filter((member) => member !== old);
    await lab.until(() => others.some((member) => member.leaderId === member.id));
    const renewing = others.find((member) => member.leaderId === member.id)!;
    for (let i = 0; i < 4; i++) {
      await lab.pass(2000);
      expect((await lab.wait(renewing.lease.keepAlive(1n, ANYONE))).TTL).toBe(5n);
    }
    lab.network.heal();
    await lab.pass(1500);
    expect(await valueAt(renewing, 'a')).toBe('x');
  });
});
