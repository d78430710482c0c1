/** Locks and elections that clients make of keys, leases and watches. */
import { expect, it } from 'vitest';
import { Election, Mutex, openSession, type Session } from '../../../src/client/concurrency/index.ts';
import type { Kit } from '../harness/kit.ts';
import { describeTogether, type Scene } from '../harness/scenario.ts';

async function sessionOf(client: Kit): Promise<Session> {
  return openSession(client.raw, 10);
}

describeTogether('lock', {}, (scene: Scene) => {
  it('is held by one at a time, in the order of asking', async () => {
    const order: string[] = [];
    const holders = await Promise.all(['a', 'b', 'c'].map(async () => sessionOf(await scene.client())));
    const mutexes = holders.map((session) => new Mutex(session, 'lock'));
    await mutexes[0]!.lock();
    const second = mutexes[1]!.lock().then(() => order.push('second'));
    await keysUnder(await scene.client(), 'lock/', 2);
    const third = mutexes[2]!.lock().then(() => order.push('third'));
    await keysUnder(await scene.client(), 'lock/', 3);
    order.push('first');
    await mutexes[0]!.unlock();
    await second;
    await mutexes[1]!.unlock();
    await third;
    expect(order).toEqual(['first', 'second', 'third']);
    await mutexes[2]!.unlock();
    await Promise.all(holders.map((session) => session.close()));
  });

  it('passes on when the lease of its holder is revoked', async () => {
    const [one, two] = [await scene.client(), await scene.client()];
    const [first, second] = [await sessionOf(one), await sessionOf(two)];
    await new Mutex(first, 'dead').lock();
    const waiting = new Mutex(second, 'dead');
    const locked = waiting.lock();
    await keysUnder(one, 'dead/', 2);
    await two.raw.lease.leaseRevoke({ ID: first.lease });
    await locked;
    const transfer = await two.raw.kv.txn({ compare: [waiting.isOwner()], success: [] });
    expect(transfer.succeeded).toBe(true);
    await second.close();
  });
});

describeTogether('election', {}, (scene: Scene) => {
  it('has one leader, whose word changes and whose going makes way', async () => {
    const [one, two] = [await scene.client(), await scene.client()];
    const [first, second] = [await sessionOf(one), await sessionOf(two)];
    const [leader, follower] = [new Election(first, 'elect'), new Election(second, 'elect')];
    await leader.campaign('one');
    const campaigning = follower.campaign('two');
    await keysUnder(one, 'elect/', 2);
    const word = async (): Promise<string | undefined> =>
      (await two.get('elect/', { prefix: true, by: 'create', order: 'ascend', limit: 1n })).kvs[0]?.value;
    expect(await word()).toBe('one');
    await leader.proclaim('one again');
    expect(await word()).toBe('one again');
    await leader.resign();
    await campaigning;
    expect(await word()).toBe('two');
    await expect(leader.proclaim('late')).rejects.toThrow('election: not leader');
    await follower.resign();
    await Promise.all([first.close(), second.close()]);
  });
});

async function keysUnder(client: Kit, prefix: string, count: number): Promise<void> {
  while ((await client.keys(prefix, { prefix: true })).length < count);
}
