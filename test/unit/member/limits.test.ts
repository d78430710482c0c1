import { afterEach, describe, expect, it } from 'vitest';
import type { Member } from '../../../src/member/index.ts';
import type { TxnRequest } from '../../../src/wire/index.ts';
import { MemoryFiles } from '../../support/memory-files.ts';
import { ANYONE, bytes, Lab, put, range, type SomeOptions, valueOf } from './support.ts';

let lab: Lab;
afterEach(() => lab.stop());

const NO_SPACE = 'etcdserver: mvcc: database space exceeded';

const outcome = async (call: Promise<unknown>): Promise<string> =>
  lab.wait(
    call.then(
      () => 'done',
      (error: unknown) => (error as Error).message,
    ),
  );

const txn = (...success: TxnRequest['success']): TxnRequest => ({ compare: [], success, failure: [] });
const putTxn = (value: string): TxnRequest => txn({ request_put: put('t', value) });
const nestedTxn = (value: string): TxnRequest => txn({ request_txn: putTxn(value) });

async function fill(member: Member): Promise<void> {
  for (let i = 0; i < 200; i++) {
    if ((await outcome(member.kv.put(put(`k${i}`, 'x'.repeat(10_000)), ANYONE))) === NO_SPACE) return;
    await lab.pass(20);
  }
  throw new Error('there was no end of room');
}

const raise = (member: Member, alarm: 1 | 2): Promise<unknown> =>
  lab.wait(member.maintenance.alarm({ action: 1, memberID: member.id, alarm }, ANYONE));
const disarm = (member: Member, alarm: 1 | 2): Promise<unknown> =>
  lab.wait(member.maintenance.alarm({ action: 2, memberID: member.id, alarm }, ANYONE));

describe('[inv 40] a quota', () => {
  it('refuses what does not fit, and raises an alarm that stays until it is disarmed', async () => {
    lab = await Lab.start(3, { quotaBytes: 500_000 });
    const { leader } = lab;
    await lab.wait(leader.lease.grant({ ID: 1n, TTL: 1000n }, ANYONE));
    await fill(leader);
    await lab.pass(200);
    const { alarms } = await lab.wait(leader.maintenance.alarm({ action: 0, memberID: 0n, alarm: 0 }, ANYONE));
    expect(alarms).toEqual([{ memberID: leader.id, alarm: 1 }]);
    for (const member of lab.members) {
      expect(await outcome(member.kv.put(put('s', 'small'), ANYONE))).toBe(NO_SPACE);
      expect(await outcome(member.kv.txn(putTxn('small'), ANYONE))).toBe(NO_SPACE);
      expect(await outcome(member.kv.txn(nestedTxn('small'), ANYONE))).toBe(NO_SPACE);
      expect(await outcome(member.lease.grant({ ID: 2n, TTL: 10n }, ANYONE))).toBe(NO_SPACE);
      expect(await outcome(member.kv.range(range('k0'), ANYONE))).toBe('done');
    }
    expect(await outcome(leader.lease.revoke({ ID: 1n }, ANYONE))).toBe('done');
    const all = { key: bytes('k'), range_end: bytes('l'), prev_kv: false };
    expect(await outcome(leader.kv.deleteRange(all, ANYONE))).toBe('done');
    expect(await outcome(leader.kv.compact({ revision: leader.header().revision, physical: true }, ANYONE))).toBe(
      'done',
    );
    for (const member of lab.members) expect(await outcome(member.maintenance.defragment(ANYONE))).toBe('done');
    expect(await outcome(leader.kv.put(put('s', 'small'), ANYONE))).toBe(NO_SPACE);
    await disarm(leader, 1);
    expect(await outcome(leader.kv.put(put('s', 'small'), ANYONE))).toBe('done');
    expect(await outcome(leader.kv.txn(nestedTxn('small'), ANYONE))).toBe('done');
  });

  it('counts what nested transactions put', async () => {
    lab = await Lab.start(1, { quotaBytes: 100_000 });
    expect(await outcome(lab.leader.kv.txn(nestedTxn('x'.repeat(90_000)), ANYONE))).toBe(NO_SPACE);
    expect(valueOf(await lab.wait(lab.leader.kv.range(range('t'), ANYONE)))).toBeUndefined();
  });

  it('holds after a restart', async () => {
    const files = new MemoryFiles();
    const options: SomeOptions = { quotaBytes: 500_000, storage: { dataDir: '/data', files, segmentBytes: 100_000 } };
    lab = await Lab.start(1, options);
    const [member] = lab.members.splice(0);
    await fill(member!);
    await lab.wait(member!.stop());
    const again = await lab.add({ ...lab.options(0), ...options });
    await lab.wait(again.whenReady);
    expect(await outcome(again.kv.put(put('s', 'small'), ANYONE))).toBe(NO_SPACE);
    expect((await lab.wait(again.maintenance.status(ANYONE))).errors).toEqual([`memberID:${again.id} alarm:NOSPACE`]);
  });

  it('can be none', async () => {
    lab = await Lab.start(1, { quotaBytes: -1 });
    expect((await lab.wait(lab.leader.maintenance.status(ANYONE))).dbSizeQuota).toBe(-1n);
    expect(await outcome(lab.leader.kv.put(put('a', 'x'), ANYONE))).toBe('done');
  });
});

describe('[inv 41] a cluster found corrupt', () => {
  const CORRUPT = 'etcdserver: corrupt cluster';

  it('takes no change of keys and leases until the alarm is disarmed', async () => {
    lab = await Lab.start(3);
    const { leader } = lab;
    await lab.wait(leader.kv.put(put('a', '1'), ANYONE));
    await lab.wait(leader.lease.grant({ ID: 1n, TTL: 1000n }, ANYONE));
    await raise(leader, 2);
    for (const member of lab.members) {
      expect(await outcome(member.kv.put(put('a', '2'), ANYONE))).toBe(CORRUPT);
      expect(await outcome(member.kv.deleteRange({ ...range('a'), prev_kv: false }, ANYONE))).toBe(CORRUPT);
      expect(await outcome(member.kv.txn(putTxn('2'), ANYONE))).toBe(CORRUPT);
      expect(await outcome(member.kv.compact({ revision: 2n, physical: false }, ANYONE))).toBe(CORRUPT);
      expect(await outcome(member.lease.grant({ ID: 2n, TTL: 10n }, ANYONE))).toBe(CORRUPT);
      expect(await outcome(member.lease.revoke({ ID: 1n }, ANYONE))).toBe(CORRUPT);
    }
    await disarm(leader, 2);
    expect(await outcome(leader.kv.put(put('a', '3'), ANYONE))).toBe('done');
  });
});

describe('requests', () => {
  it('may not be too large', async () => {
    lab = await Lab.start(1, { maxRequestBytes: 1000 });
    expect(await outcome(lab.leader.kv.put(put('a', 'x'.repeat(1000)), ANYONE))).toBe(
      'etcdserver: request is too large',
    );
    expect(await outcome(lab.leader.kv.put(put('a', 'x'.repeat(900)), ANYONE))).toBe('done');
  });

  it('may not hold too many operations', async () => {
    lab = await Lab.start(1, { maxTxnOps: 2 });
    const ops = ['a', 'b', 'c'].map((key) => ({ request_put: put(key, '1') }));
    expect(await outcome(lab.leader.kv.txn(txn(...ops), ANYONE))).toBe(
      'etcdserver: too many operations in txn request',
    );
    expect(await outcome(lab.leader.kv.txn(txn(...ops.slice(1)), ANYONE))).toBe('done');
  });

  it('are given up when the caller goes', async () => {
    lab = await Lab.start(3);
    for (const { id } of lab.followers) lab.network.cut(id);
    const gone = new AbortController();
    const calls = [
      lab.leader.kv.put(put('a', '1'), { signal: gone.signal }),
      lab.leader.kv.range(range('a'), { signal: gone.signal }),
    ].map(outcome);
    gone.abort();
    expect(await Promise.all(calls)).toEqual(['etcdserver: request canceled', 'etcdserver: request canceled']);
  });

  it('are refused by a member that has stopped', async () => {
    lab = await Lab.start(1);
    const [member] = lab.members.splice(0);
    await lab.wait(member!.stop());
    expect(await outcome(member!.kv.put(put('a', '1'), ANYONE))).toBe('etcdserver: server stopped');
    expect(await outcome(member!.kv.range(range('a'), ANYONE))).toBe('etcdserver: server stopped');
  });

  it('that wait for a majority in vain are told why', async () => {
    lab = await Lab.start(3);
    await lab.pass(3000);
    const { leader } = lab;
    for (const { id } of lab.followers) lab.network.cut(id);
    expect(await outcome(leader.kv.put(put('a', '1'), ANYONE))).toMatch(/^etcdserver: request timed out/);
    expect(await outcome(leader.kv.range(range('a'), ANYONE))).toBe('etcdserver: request timed out');
    expect(await outcome(leader.kv.range(range('a', { serializable: true }), ANYONE))).toBe('done');
    expect((await lab.wait(leader.maintenance.status(ANYONE))).errors).toEqual(['etcdserver: no leader']);
  });
});

describe('reads', () => {
  it('[inv 23] see what was written before by way of any member, and are not answered by a leader that was deposed', async () => {
    lab = await Lab.start(3);
    for (let i = 0; i < 10; i++) {
      await lab.wait(lab.members[i % 3]!.kv.put(put('a', String(i)), ANYONE));
      for (const member of lab.members) {
        expect(valueOf(await lab.wait(member.kv.range(range('a'), ANYONE)))).toBe(String(i));
      }
    }
    const old = lab.leader;
    lab.network.cut(old.id);
    const read = outcome(old.kv.range(range('a'), ANYONE));
    const others = lab.members.filter((member) => member !== old);
    await lab.until(() => others.some((member) => member.leaderId === member.id));
    await lab.wait(others[0]!.kv.put(put('a', 'new'), ANYONE));
    expect(await read).toMatch(/^etcdserver: (request timed out|leader changed)/);
  });

  it('[inv 24] that need no agreement may lag, and show nothing that is not committed', async () => {
    lab = await Lab.start(3);
    const [late] = lab.followers;
    await lab.wait(lab.leader.kv.put(put('a', 'old'), ANYONE));
    await lab.pass(200);
    lab.network.cut(late!.id);
    await lab.wait(lab.leader.kv.put(put('a', 'new'), ANYONE));
    const lagging = await lab.wait(late!.kv.range(range('a', { serializable: true }), ANYONE));
    expect(valueOf(lagging)).toBe('old');
    const { leader } = lab;
    for (const member of lab.members) if (member !== leader) lab.network.cut(member.id);
    void leader.kv.put(put('a', 'never'), ANYONE).catch(() => undefined);
    await lab.pass(300);
    expect(valueOf(await lab.wait(leader.kv.range(range('a', { serializable: true }), ANYONE)))).toBe('new');
  });
});
