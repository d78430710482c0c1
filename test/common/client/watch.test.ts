import { expect, it } from 'vitest';
import { Deadline } from '../../../src/base/index.ts';
import type { Client, WatchSpec, WatchUpdate } from '../../../src/client/index.ts';
import { describeEtcd } from '../../support/describe-etcd.ts';
import { bytes, clientOf, cluster, text } from './support.ts';

const soon = (ms = 5000) => ({ deadline: Deadline.after(ms) });
const all = { key: bytes('w'), rangeEnd: bytes('x') };

/** Follows a watch in the background, from when the server has set it up. */
async function following(client: Client, spec: WatchSpec) {
  const stop = new AbortController();
  const updates: WatchUpdate[] = [];
  const changed = new Set<() => void>();
  let created: (() => void) | undefined;
  const isCreated = new Promise<void>((resolve) => {
    created = resolve;
  });
  const done = (async () => {
    for await (const update of client.watch.watch(spec, { signal: stop.signal, yieldCreated: true })) {
      if (update.created) created?.();
      else updates.push(update);
      for (const wake of changed) wake();
    }
    created?.();
  })();
  await isCreated;
  return {
    updates,
    events: () => updates.flatMap(({ events }) => events.map(({ kv }) => `${text(kv!.key)}@${kv!.mod_revision}`)),
    until: async (isReached: () => boolean) => {
      while (!isReached()) {
        await new Promise<void>((resolve) => changed.add(resolve));
        changed.clear();
      }
    },
    stop: async () => {
      stop.abort();
      await done;
    },
    done,
  };
}

describeEtcd('a watch', (release) => {
  it('sees every change once and in order, across the death of its member', async () => {
    const one = await cluster({ release });
    const client = await clientOf(one.endpoints);
    const watch = await following(client, all);
    const expected: string[] = [];
    const put = async (): Promise<void> => {
      const at = `w${expected.length % 3}`;
      const { header } = await client.kv.put({ key: bytes(at) }, soon(15_000));
      expected.push(`${at}@${header!.revision}`);
    };
    for (let round = 0; round < 3; round++) {
      for (let count = 0; count < 5; count++) await put();
      await one.members[0]!.kill();
      one.members[0]!.start();
      await one.waitHealthy(0);
    }
    await put();
    await watch.until(() => watch.events().length >= expected.length);
    expect(watch.events()).toEqual(expected);
    await watch.stop();
  });

  it('moves to another member, and misses nothing that was written meanwhile', async () => {
    const three = await cluster({ release, members: 3 });
    const watcher = await clientOf(three.endpoints);
    const writer = await clientOf(three.endpoints.slice(1));
    const watch = await following(watcher, all);
    await writer.kv.put({ key: bytes('w1') }, soon());
    await watch.until(() => watch.events().length === 1);
    await three.members[0]!.kill();
    const { header } = await writer.kv
      .put({ key: bytes('w2') }, soon(15_000))
      .catch(() => writer.kv.put({ key: bytes('w2') }, soon(15_000)));
    await watch.until(() => watch.events().at(-1) === `w2@${header!.revision}`);
    expect(new Set(watch.events()).size).toBe(watch.events().length);
    await watch.stop();
  });

  it('keeps a transaction together, however large', async () => {
    const { endpoints } = await cluster({ release });
    const client = await clientOf(endpoints);
    const watch = await following(client, all);
    // Together they are more than a message of the server may hold (1.5 MiB and a little): it sends fragments.
    for (const part of [0, 1]) {
      await client.kv.put({ key: bytes(`w${part}`), value: new Uint8Array(1_000_000) }, soon());
    }
    const success = [0, 1].map((part) => ({ request_delete_range: { key: bytes(`w${part}`) } }));
    await client.kv.txn({ success }, soon());
    await watch.until(() => watch.events().length === 4);
    expect(watch.updates.at(-1)?.events).toHaveLength(2);
    await watch.stop();

    const late = await following(client, { ...all, startRevision: 2n, prevKv: true });
    await late.until(() => late.events().length === 4);
    expect(late.events()).toEqual(watch.events());
    const deletions = late.updates.flatMap(({ events }) => events).filter(({ type }) => type === 1);
    expect(deletions.map(({ prev_kv }) => prev_kv?.value.length)).toEqual([1_000_000, 1_000_000]);
    await late.stop();
  });

  it('is cancelled where history is gone', async () => {
    const { endpoints } = await cluster({ release });
    const client = await clientOf(endpoints);
    for (let count = 0; count < 3; count++) await client.kv.put({ key: bytes('w') }, soon());
    await client.kv.compact({ revision: 4n }, soon());
    const watch = await following(client, { ...all, startRevision: 2n });
    await watch.done;
    expect(watch.updates).toMatchObject([
      { canceled: true, compactRevision: 4n, cancelReason: 'etcdserver: mvcc: required revision has been compacted' },
    ]);
  });

  it('over an empty range is refused', async () => {
    const { endpoints } = await cluster({ release });
    const client = await clientOf(endpoints);
    const watch = await following(client, { key: bytes('b'), rangeEnd: bytes('a') });
    await watch.done;
    expect(watch.updates).toMatchObject([{ canceled: true, cancelReason: 'mvcc: watcher range is empty' }]);
  });

  it('tells its progress when asked, as do all others of the client', async () => {
    const { endpoints } = await cluster({ release });
    const client = await clientOf(endpoints);
    const watches = [await following(client, all), await following(client, { key: bytes('other') })];
    const { header } = await client.kv.put({ key: bytes('w1') }, soon());
    await watches[0]!.until(() => watches[0]!.events().length === 1);
    client.watch.requestProgress();
    for (const watch of watches) {
      await watch.until(() => watch.updates.some(({ isProgressNotify }) => isProgressNotify));
      expect(watch.updates.at(-1)?.header?.revision).toBe(header!.revision);
      await watch.stop();
    }
  });

  it('filters what it is told to', async () => {
    const { endpoints } = await cluster({ release });
    const client = await clientOf(endpoints);
    const watch = await following(client, { ...all, filters: [0] });
    await client.kv.put({ key: bytes('w1') }, soon());
    const { header } = await client.kv.deleteRange({ key: bytes('w1') }, soon());
    await watch.until(() => watch.events().length === 1);
    expect(watch.events()).toEqual([`w1@${header!.revision}`]);
    await watch.stop();
  });
});
