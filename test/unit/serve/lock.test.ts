import { describe, expect, it } from 'vitest';
import { type Channel, StatusCode } from '../../../src/grpc/index.ts';
import { refuse } from '../../../src/wire/etcd-error.ts';
import { lease } from '../../../src/wire/services/lease.ts';
import { lock } from '../../../src/wire/services/lock.ts';
import { until } from '../../support/until.ts';
import { rejection } from '../grpc/methods.ts';
import { header } from './fake-member.ts';
import { bytes, serving, textOf } from './harness.ts';
import { TinyMember } from './tiny-member.ts';

async function tiny() {
  const member = new TinyMember();
  const { channel } = await serving(member.asMember());
  const to = channel();
  for (const ID of [1n, 2n, 3n]) await to.unary(lease.leaseGrant, { ID, TTL: 60n });
  const keys = (): string[] => [...member.keys.keys()].sort();
  return { member, to, keys };
}

const take = (to: Channel, id: bigint, options = {}) => to.unary(lock.lock, { name: bytes('m'), lease: id }, options);

describe('a lock', () => {
  it('is had at once where nobody holds it', async () => {
    const { to, keys } = await tiny();
    const held = await take(to, 1n);
    expect(textOf(held.key)).toBe('m/1');
    expect(held.header?.revision).toBe(2n);
    expect(keys()).toEqual(['m/1']);
  });

  it('gets a lease of a minute for whoever brings none', async () => {
    const { member, to, keys } = await tiny();
    const held = await take(to, 0n);
    const [id] = [...member.leases.keys()].slice(-1);
    expect(textOf(held.key)).toBe(`m/${id?.toString(16)}`);
    expect(member.leases.get(id!)).toBe(60n);
    expect(keys()).toEqual([textOf(held.key)]);
  });

  it('names its keys as Go prints a lease, below zero too', async () => {
    const { member, to } = await tiny();
    member.leases.set(-0x1fn, 60n);
    expect(textOf((await take(to, -0x1fn)).key)).toBe('m/-1f');
  });

  it('is the same one when the same lease locks again', async () => {
    const { to, keys } = await tiny();
    const first = await take(to, 1n);
    expect(await take(to, 1n)).toEqual(first);
    expect(keys()).toEqual(['m/1']);
  });

  it('goes from one to the next in the order of asking', async () => {
    const { member, to, keys } = await tiny();
    await take(to, 1n);
    const order: bigint[] = [];
    const waiting = [2n, 3n].map(async (id) => {
      const held = await take(to, id);
      order.push(id);
      return held;
    });
    await until(() => member.watchers.size === 2);
    expect([keys(), order]).toEqual([['m/1', 'm/2', 'm/3'], []]);
    await to.unary(lock.unlock, { key: bytes('m/1') });
    const second = await waiting[0];
    expect(second?.header?.revision).toBe(5n);
    expect(order).toEqual([2n]);
    await to.unary(lock.unlock, { key: second!.key });
    await waiting[1];
    expect(order).toEqual([2n, 3n]);
    expect(keys()).toEqual(['m/3']);
    await until(() => member.watchers.size === 0);
  });

  it('does not mistake a lock whose name begins alike', async () => {
    const { to } = await tiny();
    await take(to, 1n);
    expect(textOf((await to.unary(lock.lock, { name: bytes('m2'), lease: 2n })).key)).toBe('m2/2');
  });

  it('is not had with a lease that ran out while waiting', async () => {
    const { member, to, keys } = await tiny();
    await take(to, 1n);
    const second = rejection(take(to, 2n));
    await until(() => member.watchers.size === 1);
    await to.unary(lease.leaseRevoke, { ID: 2n });
    await to.unary(lock.unlock, { key: bytes('m/1') });
    expect(await second).toMatchObject({ code: StatusCode.Unknown, details: 'mutex: session is expired' });
    expect(keys()).toEqual([]);
  });

  it('is not waited for any more when the client has gone, and stands in nobody’s way', async () => {
    const { member, to, keys } = await tiny();
    await take(to, 1n);
    const controller = new AbortController();
    const second = rejection(take(to, 2n, { signal: controller.signal }));
    await until(() => member.watchers.size === 1);
    const third = take(to, 3n);
    await until(() => member.watchers.size === 2);
    controller.abort();
    expect(await second).toMatchObject({ code: StatusCode.Canceled });
    await until(() => !keys().includes('m/2'));
    await to.unary(lock.unlock, { key: bytes('m/1') });
    expect(textOf((await third).key)).toBe('m/3');
    await until(() => member.watchers.size === 0);
  });

  it('is refused with Unknown and the text of the refusal, as etcd does it', async () => {
    const { to, keys } = await tiny();
    const { message } = refuse.leaseNotFound();
    expect(await rejection(take(to, 99n))).toMatchObject({ code: StatusCode.Unknown, details: message });
    expect(keys()).toEqual([]);
  });

  it('tidies up when its wait fails', async () => {
    const member = new TinyMember();
    const { channel } = await serving(
      member.asMember({
        watch: (_caller, sink) => ({
          request: () =>
            sink.send({
              header: header(),
              watch_id: -1n,
              created: true,
              canceled: true,
              compact_revision: 0n,
              cancel_reason: 'etcdserver: permission denied',
              fragment: false,
              events: [],
            }),
          drained: () => {},
          close: () => {},
        }),
      }),
    );
    const to = channel();
    for (const ID of [1n, 2n]) member.leases.set(ID, 60n);
    await take(to, 1n);
    expect(await rejection(take(to, 2n))).toMatchObject({
      code: StatusCode.Unknown,
      details: 'etcdserver: permission denied',
    });
    expect([...member.keys.keys()]).toEqual(['m/1']);
  });

  it('looks again when compaction has overtaken its wait', async () => {
    const member = new TinyMember();
    let watches = 0;
    const plain = member.asMember();
    const { channel } = await serving(
      member.asMember({
        watch: (caller, sink) => {
          watches += 1;
          if (watches > 1) return plain.watch(caller, sink);
          return {
            request: () => {
              member.delete(bytes('m/1'), new Uint8Array());
              const rest = { watch_id: 0n, created: false, cancel_reason: '', fragment: false, events: [] };
              sink.send({ ...rest, header: header(), canceled: true, compact_revision: 9n });
            },
            drained: () => {},
            close: () => {},
          };
        },
      }),
    );
    const to = channel();
    for (const ID of [1n, 2n]) member.leases.set(ID, 60n);
    await take(to, 1n);
    expect(textOf((await take(to, 2n)).key)).toBe('m/2');
    expect(watches).toBe(1);
  });
});

describe('unlocking', () => {
  it('of what is not locked is fine', async () => {
    const { to } = await tiny();
    expect((await to.unary(lock.unlock, { key: bytes('none') })).header?.revision).toBe(1n);
  });

  it('passes a refusal on as Unknown', async () => {
    const member = new TinyMember();
    const { channel } = await serving(
      member.asMember({ kv: { deleteRange: () => Promise.reject(refuse.emptyKey()) } }),
    );
    expect(await rejection(channel().unary(lock.unlock, {}))).toMatchObject({
      code: StatusCode.Unknown,
      details: refuse.emptyKey().message,
    });
  });
});
