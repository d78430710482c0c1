import { beforeEach, describe, expect, it } from 'vitest';
import { Election, observe, openSession, type Session } from '../../../../src/client/concurrency/index.ts';
import { TinyEtcd } from '../support/tiny-etcd.ts';

let etcd: TinyEtcd;
beforeEach(() => {
  etcd = new TinyEtcd();
});

const session = (): Promise<Session> => openSession(etcd.client(), 10);

function campaigning(election: Election, proposal: string, signal?: AbortSignal) {
  const state: { outcome: unknown } = { outcome: 'waiting' };
  const done = election.campaign(proposal, signal).then(
    () => {
      state.outcome = 'elected';
    },
    (error: unknown) => {
      state.outcome = error;
    },
  );
  return { state, done };
}

describe('a campaign', () => {
  it('is won at once where nobody else stands', async () => {
    const election = new Election(await session(), 'el');
    await election.campaign('me');
    expect(election.key).toBe('el/1001');
    expect(etcd.content).toEqual(['el/1001=me']);
    expect(election.header?.revision).toBe(etcd.revision);
  });

  it('is won in the order of arrival, when those before resign or die', async () => {
    const sessions = [await session(), await session(), await session()];
    const elections = sessions.map((one) => new Election(one, 'el'));
    const runs: ReturnType<typeof campaigning>[] = [];
    for (const [index, election] of elections.entries()) {
      runs.push(campaigning(election, `p${index}`));
      await etcd.settle();
    }
    const outcomes = () => runs.map(({ state }) => state.outcome);
    expect(outcomes()).toEqual(['elected', 'waiting', 'waiting']);
    await elections[0]?.resign();
    await etcd.settle();
    expect(outcomes()).toEqual(['elected', 'elected', 'waiting']);
    etcd.expire(sessions[1]!.lease);
    await etcd.settle();
    expect(outcomes()).toEqual(['elected', 'elected', 'elected']);
    expect(etcd.content).toEqual(['el/1003=p2']);
  });

  it('changes the proposal when the session stands already', async () => {
    const one = await session();
    await new Election(one, 'el').campaign('first');
    await new Election(one, 'el').campaign('second');
    expect(etcd.content).toEqual(['el/1001=second']);
  });

  it('is withdrawn when it is interrupted', async () => {
    etcd.put('el/other', 'them');
    const controller = new AbortController();
    const { state, done } = campaigning(new Election(await session(), 'el'), 'me', controller.signal);
    await etcd.settle();
    expect(etcd.content).toEqual(['el/other=them', 'el/1001=me']);
    controller.abort();
    await done;
    expect(state.outcome).toMatchObject({ message: 'context canceled' });
    expect(etcd.content).toEqual(['el/other=them']);
    const late = campaigning(new Election(await session(), 'el'), 'me', controller.signal);
    await late.done;
    expect(late.state.outcome).toMatchObject({ message: 'context canceled' });
  });

  it('fails when the session expires', async () => {
    etcd.put('el/other', 'them');
    const one = await session();
    const { state, done } = campaigning(new Election(one, 'el'), 'me');
    await etcd.settle();
    etcd.expire(one.lease);
    await done;
    expect(state.outcome).toMatchObject({ message: 'election: session is expired' });
  });

  it('is withdrawn when a request fails', async () => {
    etcd.put('el/other', 'them');
    const election = new Election(await session(), 'el');
    etcd.intercept = (request) => {
      if (request === 'range') throw new Error('range failed');
    };
    await expect(election.campaign('me')).rejects.toThrow('range failed');
    expect(etcd.content).toEqual(['el/other=them']);
  });
});

describe('a leader', () => {
  it('proclaims, as long as it is the leader', async () => {
    const one = await session();
    const election = new Election(one, 'el');
    await election.campaign('me');
    await election.proclaim('still me');
    expect(etcd.content).toEqual(['el/1001=still me']);
    etcd.expire(one.lease);
    await expect(election.proclaim('ghost')).rejects.toThrow('election: not leader');
    await expect(election.proclaim('ghost')).rejects.toThrow('election: not leader');
    expect(etcd.content).toEqual([]);
  });

  it('resigns once', async () => {
    const election = new Election(await session(), 'el');
    await election.resign();
    await election.campaign('me');
    await election.resign();
    await election.resign();
    expect(etcd.content).toEqual([]);
    expect(etcd.requests.filter((request) => request === 'txn')).toHaveLength(2);
  });

  it('does not delete the key of a later campaign', async () => {
    const one = await session();
    const election = new Election(one, 'el');
    await election.campaign('me');
    etcd.remove('el/1001');
    await new Election(one, 'el').campaign('again');
    await election.resign();
    expect(etcd.content).toEqual(['el/1001=again']);
  });
});

function observing(name = 'el') {
  const controller = new AbortController();
  const seen: string[] = [];
  const state: { end?: unknown } = {};
  const done = (async () => {
    for await (const { header, kvs, count } of observe(etcd.client(), name, controller.signal)) {
      const [kv] = kvs;
      seen.push(`${new TextDecoder().decode(kv!.key)}=${new TextDecoder().decode(kv!.value)}@${header?.revision}`);
      expect([kvs.length, count]).toEqual([1, 0n]);
    }
    state.end = 'ended';
  })().catch((error: unknown) => {
    state.end = error;
  });
  return { seen, state, done, stop: () => controller.abort() };
}

describe('an observer', () => {
  it('sees the leader, its proclamations and its successors', async () => {
    etcd.put('el/a', '1');
    const { seen, state, done, stop } = observing();
    await etcd.settle();
    etcd.put('el/b', 'next');
    etcd.put('el/a', '2');
    await etcd.settle();
    etcd.remove('el/a');
    await etcd.settle();
    expect(seen).toEqual(['el/a=1@2', 'el/a=2@4', 'el/b=next@5']);
    stop();
    await done;
    expect(state.end).toBe('ended');
  });

  it('waits for the first candidate, not for neighbours', async () => {
    const { seen, stop, done } = observing();
    await etcd.settle();
    etcd.put('el2/x');
    await etcd.settle();
    etcd.put('el/a', '1');
    await etcd.settle();
    etcd.put('el/a', '2');
    await etcd.settle();
    expect(seen).toEqual(['el/a=1@3', 'el/a=2@4']);
    stop();
    await done;
  });

  it('goes on after compactions', async () => {
    const { seen, stop, done } = observing();
    await etcd.settle();
    etcd.put('other');
    etcd.compact();
    await etcd.settle();
    etcd.put('el/a', '1');
    await etcd.settle();
    etcd.put('other');
    etcd.compact();
    await etcd.settle();
    etcd.put('el/a', '2');
    await etcd.settle();
    expect(seen).toEqual(['el/a=1@3', 'el/a=2@5']);
    stop();
    await done;
  });

  it('fails when the leader cannot be looked up', async () => {
    etcd.intercept = () => {
      throw new Error('range failed');
    };
    const { state, done } = observing();
    await done;
    expect(state.end).toMatchObject({ message: 'range failed' });
  });
});
