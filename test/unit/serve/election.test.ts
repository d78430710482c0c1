import { describe, expect, it } from 'vitest';
import { type Channel, StatusCode } from '../../../src/grpc/index.ts';
import { refuse } from '../../../src/wire/etcd-error.ts';
import { election } from '../../../src/wire/services/election.ts';
import { kv } from '../../../src/wire/services/kv.ts';
import { until } from '../../support/until.ts';
import { rejection } from '../grpc/methods.ts';
import { bytes, collect, serving, textOf } from './harness.ts';
import { TinyMember } from './tiny-member.ts';

async function tiny() {
  const member = new TinyMember();
  for (const id of [1n, 2n, 3n]) member.leases.set(id, 60n);
  const { channel } = await serving(member.asMember());
  return { member, to: channel() };
}

const run = (to: Channel, lease: bigint, value: string, options = {}) =>
  to.unary(election.campaign, { name: bytes('e'), lease, value: bytes(value) }, options);

const leaderOf = async (to: Channel) => (await to.unary(election.leader, { name: bytes('e') })).kv;

describe('a campaign', () => {
  it('is won at once where there is no leader', async () => {
    const { to } = await tiny();
    const { leader, header } = await run(to, 1n, 'one');
    expect(leader).toEqual({ name: bytes('e'), key: bytes('e/1'), rev: 2n, lease: 1n });
    expect(header?.revision).toBe(2n);
    expect(textOf((await leaderOf(to))?.value)).toBe('one');
  });

  it('waits for those before it', async () => {
    const { member, to } = await tiny();
    const first = await run(to, 1n, 'one');
    let won = false;
    const second = run(to, 2n, 'two').then((answer) => {
      won = true;
      return answer;
    });
    await until(() => member.watchers.size === 1);
    expect(won).toBe(false);
    await to.unary(election.resign, { leader: first.leader! });
    expect((await second).leader).toMatchObject({ key: bytes('e/2'), rev: 3n });
    expect(textOf((await leaderOf(to))?.value)).toBe('two');
  });

  it('goes on where it was with the same lease, proclaiming what is new', async () => {
    const { to } = await tiny();
    const first = await run(to, 1n, 'one');
    const again = await run(to, 1n, 'other');
    expect(again.leader).toEqual(first.leader);
    expect(textOf((await leaderOf(to))?.value)).toBe('other');
    const same = await run(to, 1n, 'other');
    expect(same.leader).toEqual(first.leader);
    expect((await leaderOf(to))?.version).toBe(2n);
  });

  it('is withdrawn when the candidate goes', async () => {
    const { member, to } = await tiny();
    await run(to, 1n, 'one');
    const controller = new AbortController();
    const second = rejection(run(to, 2n, 'two', { signal: controller.signal }));
    await until(() => member.watchers.size === 1);
    controller.abort();
    expect(await second).toMatchObject({ code: StatusCode.Canceled });
    await until(() => !member.keys.has('e/2'));
    await until(() => member.watchers.size === 0);
  });

  it('gets a lease where it has none, and is refused with one that is gone', async () => {
    const { member, to } = await tiny();
    const { leader } = await run(to, 0n, 'one');
    expect(member.leases.get(leader!.lease)).toBe(60n);
    expect(await rejection(run(to, 99n, 'x'))).toMatchObject({
      code: StatusCode.Unknown,
      details: refuse.leaseNotFound().message,
    });
  });
});

describe('proclaiming', () => {
  it('changes what the leader says', async () => {
    const { to } = await tiny();
    const { leader } = await run(to, 1n, 'one');
    await to.unary(election.proclaim, { leader: leader!, value: bytes('news') });
    expect(await leaderOf(to)).toMatchObject({
      value: bytes('news'),
      create_revision: 2n,
      mod_revision: 3n,
      lease: 1n,
    });
  });

  it.each([
    ['after resigning', async (to: Channel, leader: object) => void (await to.unary(election.resign, { leader }))],
    [
      'when the key is another’s',
      async (to: Channel) => {
        await to.unary(kv.deleteRange, { key: bytes('e/1') });
        await to.unary(kv.put, { key: bytes('e/1') });
      },
    ],
  ])('is refused %s', async (_, lose) => {
    const { to } = await tiny();
    const { leader } = await run(to, 1n, 'one');
    await lose(to, leader!);
    expect(await rejection(to.unary(election.proclaim, { leader: leader!, value: bytes('x') }))).toMatchObject({
      code: StatusCode.Unknown,
      details: 'election: not leader',
    });
  });
});

describe('what is missing', () => {
  it.each([
    ['a leader to proclaim for', election.proclaim, {}, '"leader" field must be provided'],
    ['a leader to resign for', election.resign, {}, '"leader" field must be provided'],
    ['anybody elected', election.leader, { name: bytes('e') }, 'election: no leader'],
  ])('%s', async (_, method, request, details) => {
    const { to } = await tiny();
    expect(await rejection(to.unary(method as typeof election.leader, request))).toMatchObject({
      code: StatusCode.Unknown,
      details,
    });
  });

  it('is nothing for whoever resigns without leading', async () => {
    const { to } = await tiny();
    const leader = { name: bytes('e'), key: bytes('e/7'), rev: 5n, lease: 7n };
    expect((await to.unary(election.resign, { leader })).header?.revision).toBe(1n);
  });
});

describe('observing', () => {
  it('tells of leaders as they come, what they say, and who follows', async () => {
    const { member, to } = await tiny();
    const observed = collect(to, election.observe, { name: bytes('e') })[Symbol.asyncIterator]();
    const next = async (): Promise<string> => {
      const { value } = await observed.next();
      return `${textOf(value?.kv?.key)}=${textOf(value?.kv?.value)} at ${value?.kv?.mod_revision}`;
    };
    const first = next();
    await until(() => member.watchers.size === 1);
    const { leader } = await run(to, 1n, 'one');
    expect(await first).toBe('e/1=one at 2');
    await until(() => [...member.watchers].some(({ key }) => key === 'e/1'));
    await to.unary(election.proclaim, { leader: leader!, value: bytes('news') });
    expect(await next()).toBe('e/1=news at 3');
    const second = run(to, 2n, 'two');
    await until(() => member.keys.has('e/2'));
    await to.unary(election.resign, { leader: leader! });
    await second;
    expect(await next()).toBe('e/2=two at 4');
    await observed.return?.();
    await until(() => member.watchers.size === 0);
  });

  it('begins with the leader there is', async () => {
    const { to } = await tiny();
    await run(to, 1n, 'one');
    const observed = collect(to, election.observe, { name: bytes('e') })[Symbol.asyncIterator]();
    expect((await observed.next()).value).toMatchObject({ header: { revision: 2n }, kv: { key: bytes('e/1') } });
  });
});
