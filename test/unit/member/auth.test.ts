import { afterEach, describe, expect, it } from 'vitest';
import type { Caller, Member, WatchSink } from '../../../src/member/index.ts';
import type { WatchResponse } from '../../../src/wire/index.ts';
import { MemoryFiles } from '../../support/memory-files.ts';
import { ANYONE, bytes, Lab, put, range, text, valueOf } from './support.ts';

let lab: Lab;
afterEach(() => lab.stop());

const outcome = async (call: Promise<unknown>): Promise<string> =>
  lab.wait(
    call.then(
      () => 'done',
      (error: unknown) => (error as Error).message.replace('etcdserver: ', ''),
    ),
  );

const PASSWORD = 'a-secret-that-must-not-show';

async function addUser(member: Member, name: string, role: string): Promise<void> {
  const user = { name, password: PASSWORD, options: undefined, hashedPassword: '' };
  await lab.wait(member.auth.userAdd(user, ANYONE));
  await lab.wait(member.auth.roleAdd({ name: role }, ANYONE));
  await lab.wait(member.auth.userGrantRole({ user: name, role }, ANYONE));
}

/** A user `root`, a user `alice` who may read and write keys that begin with `a`, and authentication turned on. */
async function guard(member: Member): Promise<void> {
  await addUser(member, 'root', 'root');
  await addUser(member, 'alice', 'readers');
  const perm = { permType: 2 as const, key: bytes('a'), range_end: bytes('b') };
  await lab.wait(member.auth.roleGrantPermission({ name: 'readers', perm }, ANYONE));
  await lab.wait(member.auth.enable(ANYONE));
}

const signIn = async (member: Member, name: string): Promise<Caller> => ({
  token: (await lab.wait(member.auth.authenticate({ name, password: PASSWORD }, ANYONE))).token,
});

const SOMEBODY: Caller = { token: 'nonsense.1' };

describe('authentication', () => {
  it('gives tokens that every member knows', async () => {
    lab = await Lab.start(3);
    await guard(lab.leader);
    const alice = await signIn(lab.followers[0]!, 'alice');
    expect(alice.token).toMatch(/^[a-zA-Z]{16}\.\d+$/);
    for (const member of lab.members) {
      expect(await outcome(member.kv.put(put('a1', 'x'), alice))).toBe('done');
      expect(await outcome(member.kv.put(put('b1', 'x'), alice))).toBe('permission denied');
      expect(await outcome(member.kv.range(range('b1'), alice))).toBe('permission denied');
      expect(await outcome(member.kv.put(put('a1', 'x'), ANYONE))).toBe('user name is empty');
      expect(await outcome(member.kv.put(put('a1', 'x'), SOMEBODY))).toBe('invalid auth token');
    }
  });

  it('refuses a wrong password, whoever is asked', async () => {
    lab = await Lab.start(3);
    await guard(lab.leader);
    for (const member of lab.members) {
      const call = member.auth.authenticate({ name: 'alice', password: 'wrong' }, ANYONE);
      expect(await outcome(call)).toBe('authentication failed, invalid user ID or password');
    }
  });

  it('needs an administrator for what concerns all', async () => {
    lab = await Lab.start(1);
    const { leader } = lab;
    await guard(leader);
    const alice = await signIn(leader, 'alice');
    const root = await signIn(leader, 'root');
    const calls: Record<string, (caller: Caller) => Promise<unknown>> = {
      compact: (caller) => leader.kv.compact({ revision: 1n, physical: false }, caller),
      'a list of users': (caller) => leader.auth.userList(caller),
      'a snapshot': (caller) => leader.maintenance.snapshot(caller),
      'a hash': (caller) => leader.maintenance.hashKv({ revision: 0n }, caller),
      defragment: (caller) => leader.maintenance.defragment(caller),
      alarm: (caller) => leader.maintenance.alarm({ action: 2, memberID: 0n, alarm: 1 }, caller),
      'a new member': (caller) => leader.cluster.add({ peerURLs: ['http://n:1'], isLearner: true }, caller),
      'no more authentication': (caller) => leader.auth.disable(caller),
    };
    for (const call of Object.values(calls)) {
      expect(await outcome(call(alice))).toBe('permission denied');
      expect(await outcome(call(ANYONE))).toBe('user name is empty');
    }
    for (const call of Object.values(calls)) expect(await outcome(call(root))).toBe('done');
    expect(await outcome(leader.kv.put(put('anything', 'x'), ANYONE))).toBe('done');
  });

  it('lets users see themselves and their roles', async () => {
    lab = await Lab.start(1);
    await guard(lab.leader);
    const alice = await signIn(lab.leader, 'alice');
    expect((await lab.wait(lab.leader.auth.userGet({ name: 'alice' }, alice))).roles).toEqual(['readers']);
    expect((await lab.wait(lab.leader.auth.roleGet({ role: 'readers' }, alice))).perm).toHaveLength(1);
    expect(await outcome(lab.leader.auth.userGet({ name: 'root' }, alice))).toBe('permission denied');
  });

  it('tells who was let in before users changed to ask again', async () => {
    lab = await Lab.start(3);
    await guard(lab.leader);
    const alice = await signIn(lab.leader, 'alice');
    const root = await signIn(lab.leader, 'root');
    const racing = outcome(lab.leader.kv.put(put('a1', 'x'), alice));
    await lab.wait(lab.leader.auth.roleAdd({ name: 'other' }, root));
    expect(await racing).toMatch(/done|revision of auth store is old/);
    expect(await outcome(lab.leader.kv.put(put('a1', 'x'), alice))).toBe('done');
  });

  it('asks for permission for every watcher', async () => {
    lab = await Lab.start(1);
    await guard(lab.leader);
    const alice = await signIn(lab.leader, 'alice');
    const responses: WatchResponse[] = [];
    const sink: WatchSink = {
      isReady: () => true,
      send: (response) => void responses.push(response),
      end: () => undefined,
    };
    const session = lab.leader.watch(alice, sink);
    for (const key of ['a1', 'b1']) {
      session.request({
        create_request: {
          key: bytes(key),
          range_end: bytes(''),
          start_revision: 0n,
          progress_notify: false,
          filters: [],
          prev_kv: false,
          watch_id: 0n,
          fragment: false,
        },
      });
    }
    await lab.pass(100);
    await lab.wait(lab.leader.kv.put(put('a1', 'seen'), alice));
    await lab.pass(100);
    expect(responses.map(({ created, canceled, cancel_reason }) => [created, canceled, cancel_reason])).toEqual([
      [true, false, ''],
      [true, true, expect.stringContaining('permission denied')],
      [false, false, ''],
    ]);
    expect(responses.flatMap(({ events }) => events.map(({ kv }) => text(kv?.value)))).toEqual(['seen']);
  });

  it('ends leases of users by itself', async () => {
    lab = await Lab.start(1);
    await guard(lab.leader);
    const alice = await signIn(lab.leader, 'alice');
    await lab.wait(lab.leader.lease.grant({ ID: 1n, TTL: 5n }, alice));
    await lab.wait(lab.leader.kv.put(put('a1', 'x', 1n), alice));
    await lab.pass(7000);
    expect(valueOf(await lab.wait(lab.leader.kv.range(range('a1'), alice)))).toBeUndefined();
  });

  it('is on after a restart, and leaves no password on disk', async () => {
    const files = new MemoryFiles();
    const storage = { dataDir: '/data', files, segmentBytes: 100_000 };
    lab = await Lab.start(1, { storage });
    const [member] = lab.members.splice(0);
    await guard(member!);
    await signIn(member!, 'alice');
    await lab.wait(member!.stop());
    for (const path of ['/data/member/snap/db', '/data/member/wal/0000000000000000-0000000000000000.wal']) {
      const content = Buffer.from(files.bytes(path)).toString('latin1');
      expect(content).toContain('alice');
      expect(content).not.toContain(PASSWORD);
    }
    const again = await lab.add({ ...lab.options(0), storage });
    await lab.wait(again.whenReady);
    expect(await outcome(again.kv.put(put('a1', 'x'), ANYONE))).toBe('user name is empty');
    expect(await outcome(again.kv.put(put('a1', 'x'), await signIn(again, 'alice')))).toBe('done');
  });
});
