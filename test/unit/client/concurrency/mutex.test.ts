import { beforeEach, describe, expect, it } from 'vitest';
import { ConcurrencyError, Mutex, openSession, type Session } from '../../../../src/client/concurrency/index.ts';
import { TinyEtcd } from '../support/tiny-etcd.ts';

let etcd: TinyEtcd;
beforeEach(() => {
  etcd = new TinyEtcd();
});

const session = (): Promise<Session> => openSession(etcd.client(), 10);
const nameOf = ({ lease }: Session): string => `lk/${lease.toString(16)}`;

/** Starts to lock, and tells how far it has come. */
function locking(mutex: Mutex, signal?: AbortSignal) {
  const state: { outcome: unknown } = { outcome: 'waiting' };
  const done = mutex.lock(signal).then(
    () => {
      state.outcome = 'locked';
    },
    (error: unknown) => {
      state.outcome = error;
    },
  );
  return { state, done };
}

describe('a free lock', () => {
  it('is taken with one request, under the lease in hex', async () => {
    const holder = await session();
    const mutex = new Mutex(holder, 'lk');
    etcd.requests.length = 0;
    await mutex.lock();
    expect(etcd.requests).toEqual(['txn']);
    expect(mutex.key).toBe('lk/1001');
    expect(etcd.content).toEqual(['lk/1001=']);
    expect(mutex.header?.revision).toBe(etcd.revision);
    expect(mutex.isOwner()).toMatchObject({ create_revision: etcd.revision, result: 0, target: 1 });
  });

  it('is free again after unlock, and cannot be unlocked twice', async () => {
    const mutex = new Mutex(await session(), 'lk');
    await mutex.lock();
    await mutex.unlock();
    expect(etcd.content).toEqual([]);
    await expect(mutex.unlock()).rejects.toThrow('mutex: lock has already been released');
    await mutex.lock();
    expect(etcd.content).toEqual(['lk/1001=']);
  });

  it('is not given to a neighbour in name', async () => {
    etcd.put('lk2/1');
    etcd.put('lk');
    await new Mutex(await session(), 'lk').lock();
    expect(etcd.content).toContain('lk/1001=');
  });

  it('is held already by the same session', async () => {
    const holder = await session();
    await new Mutex(holder, 'lk').lock();
    const again = new Mutex(holder, 'lk');
    await again.lock();
    expect(etcd.content).toEqual(['lk/1001=']);
    await again.unlock();
    expect(etcd.content).toEqual([]);
  });
});

describe('a lock that others hold', () => {
  it('comes in the order of arrival, each waking one', async () => {
    const mutexes = await Promise.all([session(), session(), session()].map(async (one) => new Mutex(await one, 'lk')));
    const waits: ReturnType<typeof locking>[] = [];
    for (const mutex of mutexes) {
      waits.push(locking(mutex));
      await etcd.settle();
    }
    const outcomes = () => waits.map(({ state }) => state.outcome);
    expect(outcomes()).toEqual(['locked', 'waiting', 'waiting']);
    const before = etcd.requests.length;
    await mutexes[0]?.unlock();
    await etcd.settle();
    expect(outcomes()).toEqual(['locked', 'locked', 'waiting']);
    // The second looks again and reads its own key; the third hears nothing.
    expect(etcd.requests.slice(before)).toEqual(['deleteRange', 'range', 'range']);
    expect(mutexes[1]?.header?.revision).toBe(etcd.revision);
    await mutexes[1]?.unlock();
    await etcd.settle();
    expect(outcomes()).toEqual(['locked', 'locked', 'locked']);
  });

  it('comes when the holder dies', async () => {
    const [dying, heir] = [await session(), await session()];
    await new Mutex(dying, 'lk').lock();
    const { state, done } = locking(new Mutex(heir, 'lk'));
    await etcd.settle();
    etcd.expire(dying.lease);
    await done;
    expect(state.outcome).toBe('locked');
  });

  it('comes in spite of a compaction while waiting', async () => {
    etcd.put('lk/zz');
    const { state, done } = locking(new Mutex(await session(), 'lk'));
    await etcd.settle();
    etcd.put('other');
    etcd.compact();
    await etcd.settle();
    expect(state.outcome).toBe('waiting');
    etcd.remove('lk/zz');
    await done;
    expect(state.outcome).toBe('locked');
  });
});

describe('an attempt that fails', () => {
  it('leaves no key behind when it is interrupted', async () => {
    etcd.put('lk/other');
    const controller = new AbortController();
    const { state, done } = locking(new Mutex(await session(), 'lk'), controller.signal);
    await etcd.settle();
    expect(etcd.content).toEqual(['lk/other=', 'lk/1001=']);
    controller.abort();
    await done;
    expect(state.outcome).toBeInstanceOf(ConcurrencyError);
    expect(state.outcome).toMatchObject({ message: 'context canceled' });
    expect(etcd.content).toEqual(['lk/other=']);
  });

  it('does not even begin when it is interrupted already', async () => {
    const { state, done } = locking(new Mutex(await session(), 'lk'), AbortSignal.abort());
    await done;
    expect(state.outcome).toMatchObject({ message: 'context canceled' });
    expect(etcd.requests).toEqual(['leaseGrant']);
  });

  it('says so when the session expires while waiting, even behind a holder that stays', async () => {
    etcd.put('lk/other');
    const waiting = await session();
    const { state, done } = locking(new Mutex(waiting, 'lk'));
    await etcd.settle();
    etcd.expire(waiting.lease);
    await done;
    expect(state.outcome).toMatchObject({ message: 'mutex: session is expired' });
  });

  it('says so when the own key is gone at its turn', async () => {
    etcd.put('lk/other');
    const waiting = await session();
    const { state, done } = locking(new Mutex(waiting, 'lk'));
    await etcd.settle();
    etcd.remove(nameOf(waiting));
    etcd.remove('lk/other');
    await done;
    expect(state.outcome).toMatchObject({ message: 'mutex: session is expired' });
  });

  it('takes away a key whose request failed only on the way back', async () => {
    const mutex = new Mutex(await session(), 'lk');
    etcd.intercept = (request) => {
      if (request !== 'txn') return;
      etcd.put('lk/1001');
      throw new Error('the connection was lost');
    };
    await expect(mutex.lock()).rejects.toThrow('the connection was lost');
    expect(etcd.content).toEqual([]);
  });

  it('keeps its own error when the key cannot be taken away either', async () => {
    const mutex = new Mutex(await session(), 'lk');
    etcd.intercept = (request) => {
      throw new Error(`${request} failed`);
    };
    await expect(mutex.lock()).rejects.toThrow('txn failed');
  });
});
