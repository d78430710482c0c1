import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Store, StoreHash } from '../../src/mvcc/index.ts';
import { describeEtcd } from '../support/describe-etcd.ts';
import { type EtcdCluster, startCluster } from '../support/etcd-server.ts';
import { del, FakeLeases, opDel, openWorld, opPut, put, txn, type World } from '../unit/mvcc/harness.ts';

const TIMEOUT_MS = 120_000;
const ROUNDS = 6;
const LEASE = 0x7fff_ffff_ffff_fff0n;

interface HashAnswer {
  readonly header: { readonly revision: string };
  readonly hash?: number;
  readonly compact_revision?: string;
  readonly hash_revision?: string;
}

/** Of text that stands for bytes, one a character. */
const base64 = (text: string): string => Buffer.from(text, 'latin1').toString('base64');

type Hash = Omit<StoreHash, 'hashRevision'> & { readonly hashRevision: bigint | undefined };

/** One request, for both sides. */
interface Request {
  readonly path: string;
  readonly body: object;
  run(store: Store): void;
}

const KEYS = ['a', 'b', 'c', 'd/1', 'd/2', 'd/3', '\xc3\xa9', 'long'.repeat(60)];
const VALUES = ['', 'x', '\u0001\u0002', 'v'.repeat(127), 'v'.repeat(128), 'w'.repeat(20_000)];

const asPut = (key: string, value: string, lease = 0n): Request => ({
  path: 'kv/put',
  body: { key: base64(key), value: base64(value), ...(lease === 0n ? {} : { lease: String(lease) }) },
  run: (store) => store.put(put(key, value, { lease })),
});
const asDelete = (key: string, end = ''): Request => ({
  path: 'kv/deleterange',
  body: { key: base64(key), range_end: base64(end) },
  run: (store) => store.deleteRange(del(key, end)),
});
const asTxn = (puts: readonly string[], doomed: string): Request => ({
  path: 'kv/txn',
  body: {
    success: [
      ...puts.map((key) => ({ request_put: { key: base64(key), value: base64('in txn') } })),
      { request_delete_range: { key: base64(doomed) } },
    ],
  },
  run: (store) => store.txn(txn([...puts.map((key) => opPut(key, 'in txn')), opDel(doomed)])),
});
const asCompaction = (revision: bigint): Request => ({
  path: 'kv/compaction',
  body: { revision: String(revision), physical: true },
  run: (store) => void store.compact(revision),
});

/** Requests that look random but are always the same. */
function* requests(seed: number, count: number): Generator<Request> {
  let state = seed;
  const next = (below: number): number => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
  const pick = <T>(of: readonly T[]): T => of[next(of.length)]!;
  for (let i = 0; i < count; i++) {
    const kind = next(10);
    if (kind < 6) yield asPut(pick(KEYS), pick(VALUES), kind === 0 ? LEASE : 0n);
    else if (kind < 8) yield asDelete(pick(KEYS));
    else if (kind < 9) yield asDelete('d/', 'd0');
    else yield asTxn([KEYS[0]!, KEYS[3]!], KEYS[1]!);
  }
}

describeEtcd('hashes of the history beside etcd', (release) => {
  if (release.series === '3.4') {
    it.skip('needs the gateway to serve HashKV, which it does from 3.5 on', () => undefined);
    return;
  }
  let cluster: EtcdCluster;
  let world: World;

  beforeAll(async () => {
    cluster = await startCluster({ release });
    await cluster.gateway.call('lease/grant', { ID: String(LEASE), TTL: 3600 });
    const leases = new FakeLeases();
    leases.grant(LEASE);
    world = openWorld({}, undefined, leases);
  }, TIMEOUT_MS);

  afterAll(() => cluster.stop());

  async function apply(request: Request): Promise<void> {
    await cluster.gateway.call(request.path, request.body);
    request.run(world.store);
    world.clock.advance(1000);
  }

  const theirs = async (revision: bigint): Promise<Hash> => {
    const answer = await cluster.gateway.call<HashAnswer>('maintenance/hashkv', { revision: String(revision) });
    return {
      hash: answer.hash ?? 0,
      revision: BigInt(answer.header.revision),
      compactRevision: BigInt(answer.compact_revision ?? 0),
      hashRevision: answer.hash_revision === undefined ? undefined : BigInt(answer.hash_revision),
    };
  };

  const ours = (store: Store, revision: bigint, withRevision: boolean): Hash => {
    const hash = store.hashKv(revision);
    // Older servers do not say which revision it was.
    return withRevision ? hash : { ...hash, hashRevision: undefined };
  };

  /** Every revision that both still serve. */
  async function compareAll(store: Store): Promise<number> {
    const saysRevision = (await theirs(0n)).hashRevision !== undefined;
    expect(ours(store, 0n, saysRevision)).toEqual(await theirs(0n));
    let compared = 0;
    const from = store.compactRevision < 1n ? 1n : store.compactRevision;
    for (let revision = from; revision <= store.revision; revision++, compared++) {
      expect(ours(store, revision, saysRevision), `at ${revision}`).toEqual(await theirs(revision));
    }
    return compared;
  }

  it(
    '[inv 20] gives etcd’s hash at every revision, after every compaction',
    async () => {
      expect(await compareAll(world.store)).toBe(1);
      for (let round = 1; round <= ROUNDS; round++) {
        for (const request of requests(round, 25)) await apply(request);
        expect(await compareAll(world.store)).toBeGreaterThan(5);
        // In turn somewhere in the middle, at a delete, at the very end.
        if (round % 3 === 2) await apply(asDelete(KEYS[0]!));
        const { revision } = world.store;
        await apply(asCompaction(round % 3 === 1 ? revision - 7n : revision));
        await compareAll(world.store);
      }
      await apply(asDelete('\0', '\0'));
      await compareAll(world.store);
      await apply(asCompaction(world.store.revision));
      await compareAll(world.store);
      expect(world.store.keyCount).toBe(0);
    },
    TIMEOUT_MS,
  );

  it(
    '[inv 20] gives it too when opened on what was stored',
    async () => {
      for (const request of requests(99, 20)) await apply(request);
      await apply(asCompaction(world.store.revision - 5n));
      const leases = new FakeLeases();
      leases.grant(LEASE);
      const reopened = openWorld({}, world.disk.copy(), leases);
      // The hash that was taken while compacting is forgotten, by etcd as well.
      for (let revision = reopened.store.compactRevision + 1n; revision <= reopened.store.revision; revision++) {
        expect(reopened.store.hashKv(revision).hash).toBe(world.store.hashKv(revision).hash);
      }
    },
    TIMEOUT_MS,
  );
});
