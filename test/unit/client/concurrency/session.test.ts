import { beforeEach, describe, expect, it } from 'vitest';
import { openSession } from '../../../../src/client/concurrency/index.ts';
import { fakeClient, stream } from '../../../support/fake-client.ts';
import { TinyEtcd } from '../support/tiny-etcd.ts';

let etcd: TinyEtcd;
beforeEach(() => {
  etcd = new TinyEtcd();
});

describe('openSession', () => {
  it.each([
    [30, 30n],
    [0, 60n],
    [-5, 60n],
    [2.5, 2n],
  ])('grants a lease of %d seconds as %d', async (ttl, granted) => {
    const client = fakeClient({ lease: { leaseGrant: { ID: 7n }, keepAlive: stream([]) } });
    const session = await openSession(client, ttl);
    expect(client.requests('lease.leaseGrant')).toEqual([{ TTL: granted }]);
    expect(session.lease).toBe(7n);
    await session.orphan();
    client.verify();
  });

  it('fails with the grant', async () => {
    const client = fakeClient({ lease: { leaseGrant: new Error('no') } });
    await expect(openSession(client, 10)).rejects.toThrow('no');
    client.verify();
  });
});

describe('a session', () => {
  it('is lost when its lease is', async () => {
    const session = await openSession(etcd.client(), 10);
    await etcd.settle();
    expect(session.lost.aborted).toBe(false);
    etcd.expire(session.lease);
    await etcd.settle();
    expect(session.lost.aborted).toBe(true);
  });

  it('is lost when the lease cannot be renewed', async () => {
    const client = fakeClient({
      lease: { leaseGrant: { ID: 7n }, keepAlive: stream([{ TTL: 10n }, new Error('denied')]) },
    });
    const session = await openSession(client, 10);
    await etcd.settle();
    expect(session.lost.aborted).toBe(true);
  });

  it('is not lost but left when it is orphaned: the lease lives on', async () => {
    etcd.put('a');
    const session = await openSession(etcd.client(), 10);
    await session.orphan();
    expect(session.lost.aborted).toBe(false);
    expect(etcd.requests).toEqual(['leaseGrant']);
  });

  it('takes its keys along when it is closed', async () => {
    const session = await openSession(etcd.client(), 10);
    await session.client.kv.txn({
      success: [{ request_put: { key: new TextEncoder().encode('mine'), lease: session.lease } }],
    });
    expect(etcd.content).toEqual(['mine=']);
    await session.close();
    expect(etcd.content).toEqual([]);
    expect(session.lost.aborted).toBe(false);
  });
});
