/** What authentication lets whom do. */
import { expect, it } from 'vitest';
import { bounds, type Kit, refusal } from '../harness/kit.ts';
import { describeAlone, type Scene } from '../harness/scenario.ts';
import { bytes, op, when } from '../harness/text.ts';

const ROOT = { name: 'root', password: 'rootpw' };
const ANN = { name: 'ann', password: 'annpw' };
const DENIED = [7, 'etcdserver: permission denied'] as const;
const NOBODY = [3, 'etcdserver: user name is empty'] as const;
const WRONG = [3, 'etcdserver: authentication failed, invalid user ID or password'] as const;

const KINDS = { read: 0, write: 1, readwrite: 2 } as const;
async function grant(client: Kit, name: string, kind: keyof typeof KINDS, key: string, end = ''): Promise<void> {
  const perm = { permType: KINDS[kind], key: bytes(key), range_end: bytes(end) };
  await client.raw.auth.roleGrantPermission({ name, perm }, bounds());
}

/** Ann may read r/, write w/, and do both in b/; and root may do everything. */
async function enable(scene: Scene): Promise<{ root: Kit; ann: Kit; nobody: Kit }> {
  const nobody = await scene.client();
  const { auth } = nobody.raw;
  for (const user of [ROOT, ANN]) await auth.userAdd(user, bounds());
  for (const name of ['root', 'role']) await auth.roleAdd({ name }, bounds());
  await grant(nobody, 'role', 'read', 'r/', 'r0');
  await grant(nobody, 'role', 'write', 'w/', 'w0');
  await grant(nobody, 'role', 'readwrite', 'b/', 'b0');
  await auth.userGrantRole({ user: 'root', role: 'root' }, bounds());
  await auth.userGrantRole({ user: 'ann', role: 'role' }, bounds());
  await auth.authEnable(bounds());
  return { nobody, root: await scene.client({ user: ROOT }), ann: await scene.client({ user: ANN }) };
}

/** What each of three may do: root, ann and who gives no name. */
const calls: readonly (readonly [title: string, ann: 'may' | 'denied', call: (client: Kit) => Promise<unknown>])[] = [
  ['put where writing is allowed', 'may', (client) => client.put('w/1', 'v')],
  [
    'put and see what was there, where only writing is allowed',
    'denied',
    (client) => client.put('w/1', 'v', { prev: true }),
  ],
  ['put where only reading is allowed', 'denied', (client) => client.put('r/1')],
  ['get where reading is allowed', 'may', (client) => client.get('r/1')],
  ['get all that may be read', 'may', (client) => client.get('r/', { prefix: true })],
  ['get more than may be read', 'denied', (client) => client.get('r', { prefix: true })],
  ['get from a key on', 'denied', (client) => client.get('r/', { fromKey: true })],
  ['get where only writing is allowed', 'denied', (client) => client.get('w/1')],
  ['get serializably what may not be read', 'denied', (client) => client.get('w/1', { serializable: true })],
  ['count what may not be read', 'denied', (client) => client.get('x', { countOnly: true })],
  ['delete where writing is allowed', 'may', (client) => client.del('w/', { prefix: true })],
  [
    'delete and see what was there, where only writing is allowed',
    'denied',
    (client) => client.del('w/', { prefix: true, prev: true }),
  ],
  ['delete where both are allowed', 'may', (client) => client.del('b/', { prefix: true, prev: true })],
  [
    'a transaction of what is allowed',
    'may',
    (client) => client.txn({ if: [when.version('r/1', '=', 0n)], success: [op.put('w/2')], failure: [op.get('b/1')] }),
  ],
  ['a condition on what may not be read', 'denied', (client) => client.txn({ if: [when.version('w/1', '=', 0n)] })],
  [
    'a denied operation in the branch not taken',
    'denied',
    (client) => client.txn({ if: [when.version('r/1', '=', 9n)], success: [op.put('x')] }),
  ],
  [
    'a denied operation in an inner transaction',
    'denied',
    (client) => client.txn({ success: [op.txn({ success: [op.get('x')] })] }),
  ],
  ['compact', 'denied', (client) => client.compact(1n)],
  ['defragment', 'denied', (client) => client.raw.maintenance.defragment(bounds())],
  ['hash', 'denied', (client) => client.raw.maintenance.hashKV({}, bounds())],
  [
    'lift an alarm',
    'denied',
    (client) => client.raw.maintenance.alarm({ action: 2, memberID: 1n, alarm: 1 }, bounds()),
  ],
  ['list members', 'may', (client) => client.raw.cluster.memberList({}, bounds())],
  [
    'add a member',
    'denied',
    (client) => client.raw.cluster.memberAdd({ peerURLs: ['http://127.0.0.1:3'], isLearner: true }, bounds()),
  ],
  ['add a user', 'denied', (client) => client.raw.auth.userAdd({ name: 'eve', password: 'x' }, bounds())],
  ['look up another user', 'denied', (client) => client.raw.auth.userGet({ name: 'root' }, bounds())],
  ['look up ann', 'may', (client) => client.raw.auth.userGet({ name: 'ann' }, bounds())],
  ['look up the role that ann has', 'may', (client) => client.raw.auth.roleGet({ role: 'role' }, bounds())],
  ['look up another role', 'denied', (client) => client.raw.auth.roleGet({ role: 'root' }, bounds())],
  ['list users', 'denied', (client) => client.raw.auth.userList(bounds())],
  ['list roles', 'denied', (client) => client.raw.auth.roleList(bounds())],
  ['grant a permission', 'denied', (client) => grant(client, 'role', 'read', 'r/')],
  ['grant a lease', 'may', (client) => client.grant(100n)],
];

/** Before 3.5 most of what does not touch keys was open to all, and inner transactions were not looked into. */
const IN_34 = calls
  .slice(
    0,
    calls.findIndex(([title]) => title === 'compact'),
  )
  .filter(([title]) => !title.includes('inner transaction'));

describeAlone('authentication', (scene: Scene) => {
  it('[inv 38] lets root do all, others what they were granted, and nobody nothing', async () => {
    await scene.start();
    const { root, ann, nobody } = await enable(scene);
    // Older releases have the code of some of these wrong.
    const as = ([code, message]: typeof DENIED | typeof NOBODY): readonly unknown[] => [
      scene.since('3.7') ? code : expect.anything(),
      scene.since('3.7') ? message : expect.stringContaining(message.slice('etcdserver: '.length)),
    ];
    for (const [title, may, call] of scene.since('3.5') ? calls : IN_34) {
      expect(await refusal(call(nobody), title), `nobody: ${title}`).toEqual(as(NOBODY));
      if (may === 'may') await call(ann);
      else expect(await refusal(call(ann), title), `ann: ${title}`).toEqual(as(DENIED));
      await call(root).catch((error: unknown) => {
        throw new Error(`root: ${title}`, { cause: error });
      });
    }
  }, 30_000);

  it('refuses wrong names, wrong passwords and wrong tokens', async () => {
    await scene.start();
    await enable(scene);
    expect(await refusal(scene.client({ user: { ...ANN, password: 'wrong' } }))).toEqual(WRONG);
    expect(await refusal(scene.client({ user: { name: 'eve', password: 'x' } }))).toEqual(WRONG);
  });

  it('[inv 37] changes for those who are signed in', async () => {
    await scene.start();
    const { root, ann } = await enable(scene);
    await root.put('x', 'hidden');
    expect(await refusal(ann.get('x'))).toEqual(DENIED);
    await grant(root, 'role', 'read', 'x');
    expect(await ann.value('x')).toBe('hidden');
    await root.raw.auth.userRevokeRole({ name: 'ann', role: 'role' }, bounds());
    expect(await refusal(ann.get('x'))).toEqual(DENIED);
    await root.raw.auth.userGrantRole({ user: 'ann', role: 'role' }, bounds());
    await root.raw.auth.roleRevokePermission({ role: 'role', key: bytes('x') }, bounds());
    expect(await refusal(ann.get('x'))).toEqual(DENIED);
    await ann.get('r/1');
    await root.raw.auth.userChangePassword({ name: 'ann', password: 'new' }, bounds());
    expect(await refusal(scene.client({ user: ANN }))).toEqual(WRONG);
    const again = await scene.client({ user: { name: 'ann', password: 'new' } });
    await again.get('r/1');
    await root.raw.auth.userDelete({ name: 'ann' }, bounds());
    const [, message] = await refusal(again.get('r/1'));
    expect(message).toMatch(
      /^etcdserver: (permission denied|authentication failed, invalid user ID or password|user name not found|invalid auth token)$/,
    );
  });

  it('does not let root be broken', async () => {
    await scene.start();
    const { root } = await enable(scene);
    const management = [3, 'etcdserver: invalid auth management'] as const;
    const { auth } = root.raw;
    expect(await refusal(auth.userDelete({ name: 'root' }, bounds()))).toEqual(management);
    expect(await refusal(auth.userRevokeRole({ name: 'root', role: 'root' }, bounds()))).toEqual(management);
    expect(await refusal(auth.roleDelete({ role: 'root' }, bounds()))).toEqual(management);
  });

  it('[inv 38] guards leases by the keys that hang on them', async () => {
    await scene.start();
    const { root, ann, nobody } = await enable(scene);
    const id = await ann.grant(100n);
    await ann.put('b/1', '', { lease: id });
    const timeToLive = (client: Kit, keys: boolean) => client.raw.lease.leaseTimeToLive({ ID: id, keys }, bounds());
    const revoke = (client: Kit) => client.raw.lease.leaseRevoke({ ID: id }, bounds());
    expect((await timeToLive(ann, true)).keys).toHaveLength(1);
    if (scene.since('3.5')) expect(await refusal(timeToLive(nobody, true))).toEqual(NOBODY);
    await root.put('x', '', { lease: id });
    if (scene.since('3.5')) expect(await refusal(timeToLive(ann, true))).toEqual(DENIED);
    await timeToLive(ann, false);
    expect(await refusal(revoke(ann)), 'it would delete x').toEqual(DENIED);
    // Whoever writes what a lease holds must be allowed to write all of it.
    expect(await refusal(ann.put('b/2', '', { lease: id }))).toEqual(DENIED);
    await revoke(root);
    expect(await root.keys('b/', { prefix: true })).toEqual([]);
  });

  it('[inv 38] guards watches', async () => {
    await scene.start();
    const { root, ann } = await enable(scene);
    const allowed = await ann.watch('r/', { prefix: true });
    const denied = await ann.watch('x');
    expect(await denied.update()).toMatchObject({
      canceled: true,
      cancelReason: expect.stringMatching(/etcdserver: permission denied$/),
    });
    await root.put('r/1', 'v');
    expect(await allowed.take(1)).toMatchObject([{ put: { value: 'v' } }]);
    // Older releases let a watch of all that follows through.
    if (!scene.since('3.7')) return;
    const open = await ann.watch('r/', { fromKey: true });
    expect(await open.update()).toMatchObject({ canceled: true });
  });

  it('survives a restart with its revision, and is turned off again', async () => {
    const { kill, restart } = await scene.start();
    const { root, ann } = await enable(scene);
    const revisionOf = async (client: Kit): Promise<bigint> =>
      scene.since('3.5') ? (await client.raw.auth.authStatus(bounds())).authRevision : 0n;
    const revision = await revisionOf(root);
    await ann.put('b/1', 'v');
    await kill(0);
    await restart(0);
    expect(await ann.value('b/1'), 'the client signs in again').toBe('v');
    expect(await refusal(ann.get('x'))).toEqual(DENIED);
    expect(await revisionOf(root)).toBe(revision);
    await root.raw.auth.authDisable(bounds());
    const nobody = await scene.client();
    await nobody.put('x', 'free');
    if (scene.since('3.5')) expect(await ann.value('x'), 'a token more does no harm').toBe('free');
  }, 30_000);

  it('[inv 39] is turned on and off for all members', async () => {
    await scene.start({ members: 3 });
    const { root } = await enable(scene);
    const others = await Promise.all([1, 2].map((index) => scene.client({ members: [index] })));
    for (const other of others) expect(await refusal(other.get('r/1'))).toEqual(NOBODY);
    const signedIn = await scene.client({ members: [2], user: ANN });
    await signedIn.put('b/1', 'v');
    await root.raw.auth.authDisable(bounds());
    for (const other of others) await other.put('x');
  }, 30_000);
});
