/** Leases: granting, what hangs on them, renewing, revoking, running out. */
import { expect, it } from 'vitest';
import { bounds, type Kit, refusal } from '../harness/kit.ts';
import { describeAlone, describeTogether, type Scene } from '../harness/scenario.ts';
import { kv, op, text } from '../harness/text.ts';

const NOT_FOUND = [5, 'etcdserver: requested lease not found'] as const;

interface LeaseState {
  readonly granted: bigint;
  readonly left: bigint;
  readonly keys: readonly string[];
}

async function stateOf(client: Kit, id: bigint): Promise<LeaseState> {
  const { grantedTTL, TTL, keys } = await client.raw.lease.leaseTimeToLive({ ID: id, keys: true }, bounds());
  return { granted: grantedTTL, left: TTL, keys: keys.map(text) };
}

const revoke = (client: Kit, id: bigint) => client.raw.lease.leaseRevoke({ ID: id }, bounds());
const idsOf = async (client: Kit): Promise<bigint[]> =>
  (await client.raw.lease.leaseLeases(bounds())).leases.map(({ ID }) => ID);

describeTogether('lease', {}, (scene: Scene) => {
  it('is granted with the id asked for, or one that the server chooses', async () => {
    const client = await scene.client();
    const chosen = await client.grant(100n);
    expect(chosen).not.toBe(0n);
    expect(await client.grant(100n, 0x1234n)).toBe(0x1234n);
    expect(await idsOf(client)).toEqual(expect.arrayContaining([chosen, 0x1234n]));
    expect(await refusal(client.grant(100n, 0x1234n))).toEqual([9, 'etcdserver: lease already exists']);
    expect(await refusal(client.grant(9_000_000_001n))).toEqual([11, 'etcdserver: too large lease TTL']);
    expect(await client.grant(9_000_000_000n, 0x1235n)).toBe(0x1235n);
  });

  it('tells how long it lives, and what hangs on it', async () => {
    const client = await scene.client();
    const id = await client.grant(100n);
    await client.put('l/b', '', { lease: id });
    await client.put('l/a', '', { lease: id });
    const state = await stateOf(client, id);
    expect(state.granted).toBe(100n);
    expect(state.left).toBeLessThanOrEqual(100n);
    expect(state.left).toBeGreaterThan(80n);
    expect([...state.keys].sort()).toEqual(['l/a', 'l/b']);
    const bare = await client.raw.lease.leaseTimeToLive({ ID: id }, bounds());
    expect(bare.keys).toEqual([]);
    // What is not there lives for -1.
    expect(await stateOf(client, 0x999n)).toEqual({ granted: 0n, left: -1n, keys: [] });
  });

  it('[inv 31] lives no shorter than the server can keep track of', async () => {
    const client = await scene.client();
    const { TTL, ID } = await client.raw.lease.leaseGrant({ TTL: 1n }, bounds());
    // One and a half election timeouts, rounded up.
    expect(TTL).toBe(2n);
    await revoke(client, ID);
    const none = await client.raw.lease.leaseGrant({ TTL: 0n }, bounds());
    expect(none.TTL).toBe(2n);
  });

  it('[inv 35] takes all its keys with it in one revision', async () => {
    const client = await scene.client();
    const id = await client.grant(100n);
    const watching = await client.watch('gone/', { prefix: true });
    for (const key of ['gone/b', 'gone/a', 'gone/c']) await client.put(key, '', { lease: id });
    const last = await client.revision();
    const { header } = await revoke(client, id);
    expect(header?.revision).toBe(last + 1n);
    await watching.take(3);
    expect(await watching.take(3)).toEqual(
      ['gone/a', 'gone/b', 'gone/c'].map((deleted) => ({ deleted, mod: last + 1n })),
    );
    expect(await refusal(revoke(client, id))).toEqual(NOT_FOUND);
    expect(await client.keys('gone/', { prefix: true })).toEqual([]);
  });

  it('that has no keys is revoked without a revision', async () => {
    const client = await scene.client();
    const id = await client.grant(100n);
    const before = await client.revision();
    await revoke(client, id);
    expect(await client.revision()).toBe(before);
  });

  it('loses a key that is deleted, written without it, or given to another', async () => {
    const client = await scene.client();
    const [id, other] = [await client.grant(100n), await client.grant(100n)];
    for (const key of ['m/1', 'm/2', 'm/3', 'm/4']) await client.put(key, '', { lease: id });
    await client.del('m/1');
    await client.put('m/2', '');
    await client.txn({ success: [op.put('m/3', '', { lease: other })] });
    expect((await stateOf(client, id)).keys).toEqual(['m/4']);
    expect((await stateOf(client, other)).keys).toEqual(['m/3']);
    await revoke(client, id);
    expect(await client.keys('m/', { prefix: true })).toEqual(['m/2', 'm/3']);
    expect((await client.get('m/3')).kvs).toMatchObject([{ lease: other, version: 2n }]);
  });

  it('is renewed, unless it is gone', async () => {
    const client = await scene.client();
    const id = await client.grant(100n);
    const { TTL, ID } = await client.raw.lease.keepAliveOnce(id, bounds());
    expect([ID, TTL]).toEqual([id, 100n]);
    expect(await refusal(client.raw.lease.keepAliveOnce(0x998n, bounds()))).toEqual(NOT_FOUND);
  });
});

describeAlone('a lease', (scene: Scene) => {
  it('[inv 31] runs out after its time, and not before', async () => {
    await scene.start();
    const client = await scene.client();
    const id = await client.grant(2n);
    const kept = await client.grant(2n);
    const watching = await client.watch('k');
    const { revision } = await client.put('k', '', { lease: id });
    await client.put('kept', '', { lease: kept });
    const abort = new AbortController();
    const keeping = (async () => {
      for await (const { TTL } of client.raw.lease.keepAlive(kept, { signal: abort.signal })) expect(TTL).toBe(2n);
    })();
    expect(await watching.take(1)).toEqual([{ put: { ...kv('k', '', revision), lease: id } }]);
    expect((await stateOf(client, id)).left).toBeGreaterThanOrEqual(0n);
    expect(await watching.take(1)).toMatchObject([{ deleted: 'k' }]);
    expect(await stateOf(client, id)).toMatchObject({ left: -1n });
    expect(await client.keys('kept')).toEqual(['kept']);
    abort.abort();
    await keeping;
  }, 30_000);

  it('survives kill and restart with its keys', async () => {
    const { kill, restart } = await scene.start();
    const first = await scene.client();
    const id = await first.grant(1000n);
    await first.put('k', 'v', { lease: id });
    await kill(0);
    await restart(0);
    const client = await scene.client();
    expect(await stateOf(client, id)).toMatchObject({ granted: 1000n, keys: ['k'] });
    await revoke(client, id);
    expect(await client.keys('k')).toEqual([]);
  });

  it('is known to every member, and renewed through any', async () => {
    await scene.start({ members: 3 });
    const clients = await Promise.all([0, 1, 2].map((index) => scene.client({ members: [index] })));
    const id = await clients[0]!.grant(50n);
    await clients[1]!.put('k', '', { lease: id });
    for (const client of clients) {
      expect((await client.raw.lease.keepAliveOnce(id, bounds())).TTL).toBe(50n);
      expect(await stateOf(client, id)).toMatchObject({ granted: 50n, keys: ['k'] });
      expect(await idsOf(client)).toEqual([id]);
    }
    await revoke(clients[2]!, id);
    for (const client of clients)
      expect(await refusal(client.raw.lease.keepAliveOnce(id, bounds()))).toEqual(NOT_FOUND);
  });
});
