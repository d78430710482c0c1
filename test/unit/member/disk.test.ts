import { afterEach, describe, expect, it } from 'vitest';
import { readDatabase } from '../../../src/backend/index.ts';
import { Checker, Database } from '../../../src/bbolt/index.ts';
import { utf8Decode } from '../../../src/base/index.ts';
import { Member, MemberStartError } from '../../../src/member/index.ts';
import { MemoryFiles } from '../../support/memory-files.ts';
import { ANYONE, Lab, put, range, type SomeOptions, valueOf } from './support.ts';

let lab: Lab;
afterEach(() => lab.stop());

const DB = '/data/member/snap/db';

const onDisk = (files: MemoryFiles): SomeOptions => ({ storage: { dataDir: '/data', files, segmentBytes: 100_000 } });

const meta = (files: MemoryFiles): Map<string, Uint8Array> =>
  new Map([...readDatabase(files.open(DB, 'read')).records('meta')].map(([key, value]) => [utf8Decode(key), value]));

const indexOf = (files: MemoryFiles): bigint =>
  Buffer.from(meta(files).get('consistent_index') ?? []).readBigUInt64BE();

const problemsOf = (files: MemoryFiles): readonly string[] => {
  const checker = new Checker(new Database(files.open(DB, 'read')));
  const steps = checker.run();
  while (steps.next().done !== true);
  return checker.problems.messages;
};

async function restart(files: MemoryFiles, options: SomeOptions = {}): Promise<Member> {
  const member = await Member.start({ ...lab.options(0), ...onDisk(files), ...options });
  lab.members.push(member);
  await lab.wait(member.whenReady);
  return member;
}

const valueAt = async (member: Member, key: string): Promise<string | undefined> =>
  valueOf(await lab.wait(member.kv.range(range(key), ANYONE)));

describe('a member on disk', () => {
  it('has after a stop and a start what it had before', async () => {
    const files = new MemoryFiles();
    lab = await Lab.start(1, onDisk(files));
    const [first] = lab.members.splice(0);
    for (let i = 0; i < 20; i++) await lab.wait(first!.kv.put(put(`k${i}`, String(i)), ANYONE));
    const before = await lab.wait(first!.maintenance.hashKv({ revision: 0n }, ANYONE));
    await lab.wait(first!.stop());
    expect(problemsOf(files)).toEqual([]);
    const second = await restart(files);
    expect(second.id).toBe(first!.id);
    expect(second.clusterId).toBe(first!.clusterId);
    for (let i = 0; i < 20; i++) expect(await valueAt(second, `k${i}`)).toBe(String(i));
    const after = await lab.wait(second.maintenance.hashKv({ revision: 0n }, ANYONE));
    expect(after.hash).toBe(before.hash);
    expect(second.header().revision).toBe(21n);
  });

  it('[inv 44] writes data with the position of the entry that made it, and applies none of them twice', async () => {
    const files = new MemoryFiles();
    lab = await Lab.start(1, onDisk(files));
    const [member] = lab.members;
    await lab.wait(member!.kv.put(put('a', '1'), ANYONE));
    await lab.pass(200);
    const atCommit = indexOf(files);
    const records = (): number => [...readDatabase(files.open(DB, 'read')).records('key')].length;
    expect(records()).toBe(1);
    await lab.wait(member!.kv.put(put('a', '2'), ANYONE));
    // Not written yet: neither the data nor the position has moved.
    expect([records(), indexOf(files)]).toEqual([1, atCommit]);
    const crashed = files.crash();
    lab.members.length = 0;
    await lab.wait(member!.kill());
    const again = await restart(crashed);
    expect(await valueAt(again, 'a')).toBe('2');
    const { kvs } = await lab.wait(again.kv.range(range('a'), ANYONE));
    expect([kvs[0]?.version, kvs[0]?.mod_revision]).toEqual([2n, 3n]);
  });

  it('[inv 46] keeps what it acknowledged, wherever the power fails, and begins anew any number of times', async () => {
    const files = new MemoryFiles();
    lab = await Lab.start(1, { ...onDisk(files), snapshotCount: 10, snapshotCatchUpEntries: 5 });
    let [member] = lab.members;
    let disk = files;
    for (let round = 0; round < 6; round++) {
      for (let i = 0; i < 7; i++) {
        const key = `k${i}`;
        await lab.wait(member!.kv.put(put(key, `${round}`), ANYONE));
        if (i % 3 === 0) await lab.pass(60);
      }
      let random = round * 7919 + 1;
      disk = disk.crash(() => (random = (random * 48_271) % 2_147_483_647) % 2 === 0);
      lab.members.length = 0;
      await lab.wait(member!.kill());
      member = await restart(disk, { snapshotCount: 10, snapshotCatchUpEntries: 5 });
      for (let i = 0; i < 7; i++) expect(await valueAt(member, `k${i}`)).toBe(`${round}`);
      expect(member.header().revision).toBe(BigInt(2 + (round + 1) * 7 - 1));
      expect(problemsOf(disk)).toEqual([]);
    }
  });

  it('[inv 45] [inv 48] makes snapshots that its database has reached, names them in the log when their file is there', async () => {
    const files = new MemoryFiles();
    lab = await Lab.start(1, { ...onDisk(files), snapshotCount: 10 });
    const [member] = lab.members;
    const from = files.calls.length;
    for (let i = 0; i < 25; i++) await lab.wait(member!.kv.put(put('a', String(i)), ANYONE));
    const snaps = files.list('/data/member/snap').filter((name) => name.endsWith('.snap'));
    expect(snaps.length).toBeGreaterThan(1);
    const calls = files.calls.slice(from);
    const made = calls.findIndex((call) => call.startsWith('open') && call.endsWith('.snap'));
    const synced = calls.findIndex((call, i) => i > made && call.startsWith('sync') && call.endsWith('.snap'));
    const named = calls.findIndex((call, i) => i > made && call.startsWith('write') && call.endsWith('.wal'));
    expect(made).toBeGreaterThan(0);
    expect(synced).toBeLessThan(named);
    for (const snap of snaps) expect(BigInt(`0x${snap.slice(17, 33)}`)).toBeLessThanOrEqual(indexOf(files));
    lab.members.length = 0;
    await lab.wait(member!.stop());
    expect(await valueAt(await restart(files), 'a')).toBe('24');
  });

  it('[inv 47] mends a log whose last record is torn, and refuses one that is damaged elsewhere', async () => {
    const files = new MemoryFiles();
    lab = await Lab.start(1, onDisk(files));
    const [member] = lab.members.splice(0);
    for (let i = 0; i < 5; i++) await lab.wait(member!.kv.put(put('a', 'x'.repeat(2000)), ANYONE));
    await lab.wait(member!.kill());
    const wal = '/data/member/wal/0000000000000000-0000000000000000.wal';
    const bytes = files.bytes(wal);
    const end = bytes.findLastIndex((byte) => byte !== 0);
    const torn = Uint8Array.from(bytes);
    torn.fill(0, end - 1600, end + 1);
    const damaged = Uint8Array.from(bytes);
    damaged[end - 5000] = (damaged[end - 5000] ?? 0) ^ 1;
    files.put(wal, torn);
    const again = await restart(files.crash());
    expect(again.header().revision).toBeGreaterThanOrEqual(5n);
    files.put(wal, damaged);
    await expect(Member.start({ ...lab.options(0), ...onDisk(files.crash()) })).rejects.toThrow('crc mismatch');
  });

  it('says what is wrong when there is a log and no database', async () => {
    const files = new MemoryFiles();
    lab = await Lab.start(1, onDisk(files));
    const [member] = lab.members.splice(0);
    await lab.wait(member!.stop());
    files.remove(DB);
    await expect(Member.start({ ...lab.options(0), ...onDisk(files) })).rejects.toThrow(MemberStartError);
  });

  it('gives back room by defragmenting, and loses nothing that is written meanwhile', async () => {
    const files = new MemoryFiles();
    lab = await Lab.start(1, onDisk(files));
    const [member] = lab.members;
    for (let i = 0; i < 30; i++) await lab.wait(member!.kv.put(put('a', 'x'.repeat(20_000)), ANYONE));
    const { header } = await lab.wait(member!.kv.put(put('a', 'end'), ANYONE));
    await lab.pass(200);
    await lab.wait(member!.kv.compact({ revision: header!.revision, physical: true }, ANYONE));
    await lab.pass(200);
    const before = await lab.wait(member!.maintenance.status(ANYONE));
    const defragmented = member!.maintenance.defragment(ANYONE);
    const written = member!.kv.put(put('b', 'during'), ANYONE);
    await lab.wait(Promise.all([defragmented, written]));
    await lab.pass(200);
    const after = await lab.wait(member!.maintenance.status(ANYONE));
    expect(before.dbSize).toBeGreaterThan(500_000n);
    expect(after.dbSize).toBeLessThan(100_000n);
    lab.members.length = 0;
    await lab.wait(member!.kill());
    const again = await restart(files.crash());
    expect([await valueAt(again, 'a'), await valueAt(again, 'b')]).toEqual(['end', 'during']);
  });
});
