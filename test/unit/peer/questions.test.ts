import { describe, expect, it } from 'vitest';
import type { PeerService } from '../../../src/member/index.ts';
import { PeerError } from '../../../src/peer/index.ts';
import { EtcdError, refuse } from '../../../src/wire/etcd-error.ts';
import { CLUSTER, Side } from './side.ts';

describe('what members ask each other', () => {
  const members = [{ ID: 5n, name: 'm', peerURLs: ['http://m:1'], clientURLs: [], isLearner: false }];
  const service: PeerService = {
    leaseRenew: async (id) => {
      if (id !== 7n) throw refuse.leaseNotFound();
      return 30n;
    },
    leaseTimeToLive: async ({ ID, keys }) => ({
      header: undefined,
      ID,
      TTL: 9n,
      grantedTTL: 10n,
      keys: keys ? [Uint8Array.of(1, 2)] : [],
    }),
    promote: async (id) => {
      if (id === 1n) throw refuse.memberNotLearner();
      if (id === 2n) throw refuse.learnerNotReady();
      if (id !== 5n) throw refuse.memberNotFound();
      return members;
    },
    hashKv: async ({ revision }) => {
      if (revision === 1n) throw refuse.compacted();
      if (revision === 99n) throw refuse.futureRevision();
      const header = { cluster_id: 0n, member_id: 0n, revision: 12n, raft_term: 0n };
      return { header, hash: 77, compact_revision: 3n, hash_revision: revision };
    },
    versions: async () => ({ server: '3.7.0', cluster: '3.6.0', storage: '3.6.0' }),
    cluster: async () => ({ clusterId: CLUSTER, members }),
    downgradeEnabled: async () => true,
  };

  const asked = async (): Promise<{ ask: PeerService; b: Side; a: Side }> => {
    const [a, b] = [await Side.start(1n), await Side.start(2n, service)];
    a.link.addPeer(2n, [b.url]);
    return { ask: a.link.ask(2n), a, b };
  };

  it('is answered', async () => {
    const { ask, a, b } = await asked();
    expect(await ask.leaseRenew(7n)).toBe(30n);
    expect(await ask.leaseTimeToLive({ ID: 7n, keys: true })).toMatchObject({ ID: 7n, TTL: 9n, grantedTTL: 10n });
    expect(await ask.promote(5n)).toEqual(members);
    expect(await ask.hashKv({ revision: 6n })).toMatchObject({ hash: 77, compact_revision: 3n, hash_revision: 6n });
    expect(await ask.versions()).toEqual({ server: '3.7.0', cluster: '3.6.0', storage: '3.6.0' });
    expect(await ask.downgradeEnabled()).toBe(true);
    expect(await a.network.clusterAt(['http://127.0.0.1:1', b.url])).toEqual({ clusterId: CLUSTER, members });
  });

  it.each<[string, (ask: PeerService) => Promise<unknown>, EtcdError]>([
    ['a lease that is not there', (ask) => ask.leaseRenew(8n), refuse.leaseNotFound()],
    ['a voter that is to be promoted', (ask) => ask.promote(1n), refuse.memberNotLearner()],
    ['a learner that lags', (ask) => ask.promote(2n), refuse.learnerNotReady()],
    ['a member that is not there', (ask) => ask.promote(9n), refuse.memberNotFound()],
    ['a hash of what was compacted', (ask) => ask.hashKv({ revision: 1n }), refuse.compacted()],
    ['a hash of the future', (ask) => ask.hashKv({ revision: 99n }), refuse.futureRevision()],
  ])('is refused in the same words: %s', async (_, call, refusal) => {
    const { ask } = await asked();
    await expect(call(ask)).rejects.toEqual(refusal);
  });

  it('fails where no one is there', async () => {
    const a = await Side.start(1n);
    await expect(a.link.ask(9n).versions()).rejects.toBeInstanceOf(PeerError);
    await expect(a.network.clusterAt(['http://127.0.0.1:1'])).rejects.toThrow(
      /127\.0\.0\.1:1\/members: .*ECONNREFUSED/,
    );
  });
});
