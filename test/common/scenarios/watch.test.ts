/** Watches: what they deliver, from where, and how they end. */
import { expect, it } from 'vitest';
import { describeAlone, describeTogether, type Scene } from '../harness/scenario.ts';
import { kv, op, type Span } from '../harness/text.ts';

const spans: readonly (readonly [key: string, span: Span, seen: string])[] = [
  ['w/b', {}, 'w/b'],
  ['w/x', {}, ''],
  ['w/a', { end: 'w/c' }, 'w/a w/a/1 w/b'],
  ['w/a', { prefix: true }, 'w/a w/a/1'],
  ['w/b', { end: 'w/d' }, 'w/b w/c'],
  ['w/', { prefix: true }, 'w/a w/a/1 w/b w/c w/end'],
];

describeTogether('watch', {}, (scene: Scene) => {
  for (const [key, span, seen] of spans) {
    it(`of ${key || '(all)'} ${JSON.stringify(span)} sees [${seen}]`, async () => {
      const client = await scene.client();
      const wanted = seen === '' ? [] : seen.split(' ');
      const watching = await client.watch(key, span);
      const sentinel = await client.watch('w/end');
      for (const each of ['w/a', 'w/a/1', 'w/b', 'w/c']) await client.put(each);
      await client.put('w/end');
      const events = await watching.take(wanted.length);
      expect(events.map((event) => ('put' in event ? event.put.key : ''))).toEqual(wanted);
      // What is written last arrives last on the one stream of this client: nothing else was on its way.
      expect(await sentinel.take(1)).toMatchObject([{ put: { key: 'w/end' } }]);
      client.raw.watch.requestProgress();
      expect(await watching.update()).toMatchObject({ isProgressNotify: true, events: [] });
    });
  }

  it('[inv 25] is told of each change once, in order', async () => {
    const client = await scene.client();
    const watching = await client.watch('order/', { prefix: true });
    const first = (await client.put('order/k', '1')).revision;
    await client.put('order/k', '2');
    await client.del('order/k');
    await client.put('order/k', '3');
    expect(await watching.take(4)).toEqual([
      { put: kv('order/k', '1', first) },
      { put: kv('order/k', '2', first, first + 1n, 2n) },
      { deleted: 'order/k', mod: first + 2n },
      { put: kv('order/k', '3', first + 3n) },
    ]);
  });

  it('[inv 25] gets a transaction in one piece', async () => {
    const client = await scene.client();
    const watching = await client.watch('piece/', { prefix: true });
    const { revision } = await client.txn({ success: [op.put('piece/a'), op.put('piece/b'), op.put('piece/c')] });
    const { events, header } = await watching.update();
    expect(events.map(({ kv: each }) => each?.mod_revision)).toEqual([revision, revision, revision]);
    expect(header?.revision).toBe(revision);
  });

  it('[inv 30] gives what was before, if asked', async () => {
    const client = await scene.client();
    const watching = await client.watch('before', { prev: true });
    const first = (await client.put('before', '1')).revision;
    await client.put('before', '2');
    await client.del('before');
    expect(await watching.take(3)).toEqual([
      { put: kv('before', '1', first) },
      { put: kv('before', '2', first, first + 1n, 2n), prev: kv('before', '1', first) },
      { deleted: 'before', mod: first + 2n, prev: kv('before', '2', first, first + 1n, 2n) },
    ]);
  });

  it('leaves out what it was told to', async () => {
    const client = await scene.client();
    const puts = await client.watch('filter', { without: 'deletes' });
    const deletes = await client.watch('filter', { without: 'puts' });
    const { revision } = await client.put('filter', '1');
    await client.del('filter');
    await client.put('filter', '2');
    await client.del('filter');
    expect(await puts.take(2)).toMatchObject([{ put: { value: '1' } }, { put: { value: '2' } }]);
    expect(await deletes.take(2)).toEqual([
      { deleted: 'filter', mod: revision + 1n },
      { deleted: 'filter', mod: revision + 3n },
    ]);
  });

  it('[inv 25] begins in the past, and goes on with the present', async () => {
    const client = await scene.client();
    const first = (await client.put('past', '1')).revision;
    await client.put('past', '2');
    await client.put('past', '3');
    const watching = await client.watch('past', { start: first + 1n, prev: true });
    await client.put('past', '4');
    const events = await watching.take(3);
    expect(events).toMatchObject(['2', '3', '4'].map((value) => ({ put: { value } })));
    expect(events).toMatchObject(['1', '2', '3'].map((value) => ({ prev: { value } })));
  });

  it('[inv 26] begins in the future, and hears of nothing before', async () => {
    const client = await scene.client();
    const now = await client.revision();
    const watching = await client.watch('future', { start: now + 3n });
    for (const value of ['1', '2', '3', '4']) await client.put('future', value);
    expect(await watching.take(2)).toMatchObject([
      { put: { value: '3', mod: now + 3n } },
      { put: { value: '4', mod: now + 4n } },
    ]);
  });

  it('[inv 25] asked for its progress says how far it has come', async () => {
    const client = await scene.client();
    const watching = await client.watch('progress');
    const { revision } = await client.put('elsewhere');
    client.raw.watch.requestProgress();
    const notice = await watching.update();
    expect(notice).toMatchObject({ events: [], isProgressNotify: true });
    expect(notice.header!.revision).toBeGreaterThanOrEqual(scene.since('3.5') ? revision : 0n);
  });

  it('delivers every one of many changes to many watchers', async () => {
    const client = await scene.client();
    const watchers = await Promise.all(Array.from({ length: 20 }, () => client.watch('many/', { prefix: true })));
    await Promise.all(Array.from({ length: 200 }, (_, index) => client.put(`many/${index}`)));
    const first = await watchers[0]!.take(200);
    const revisions = first.map((event) => ('put' in event ? event.put.mod : -1n));
    expect(revisions).toEqual([...revisions].sort((a, b) => (a < b ? -1 : 1)));
    expect(new Set(revisions).size).toBe(200);
    for (const watching of watchers.slice(1)) expect(await watching.take(200)).toEqual(first);
  });
});

describeAlone('a watch', (scene: Scene) => {
  it('[inv 27] from before the compaction is cancelled, and says where to go on', async () => {
    await scene.start();
    const client = await scene.client();
    for (const value of ['1', '2', '3']) await client.put('k', value);
    await client.compact(3n);
    const late = await client.watch('k', { start: 2n });
    expect(await late.update()).toMatchObject({
      canceled: true,
      compactRevision: 3n,
      cancelReason: 'etcdserver: mvcc: required revision has been compacted',
    });
    const just = await client.watch('k', { start: 3n, prev: true });
    const events = await just.take(2);
    expect(events).toMatchObject([{ put: { value: '2' } }, { put: { value: '3' }, prev: { value: '2' } }]);
    // What was before has been compacted away.
    expect(events[0]).not.toHaveProperty('prev');
  });

  it('[inv 25] with progress notices is told while nothing happens', async () => {
    await scene.start({ watchProgressMs: 100 });
    const client = await scene.client();
    const { revision } = await client.put('a');
    const watching = await client.watch('b', { progress: true });
    const notice = await watching.update();
    expect(notice).toMatchObject({ events: [], isProgressNotify: true });
    expect(notice.header?.revision).toBe(revision);
  }, 30_000);

  it('[inv 25] goes on where it was, when its member was killed', async () => {
    const { kill, restart } = await scene.start();
    const client = await scene.client();
    const watching = await client.watch('k');
    await client.put('k', '1');
    expect(await watching.take(1)).toMatchObject([{ put: { value: '1' } }]);
    await kill(0);
    await restart(0);
    const other = await scene.client();
    for (const value of ['2', '3']) await other.put('k', value);
    expect(await watching.take(2)).toMatchObject([{ put: { value: '2' } }, { put: { value: '3' } }]);
  }, 30_000);

  it('[inv 25] sees on each member what was written on another', async () => {
    await scene.start({ members: 3 });
    const clients = await Promise.all([0, 1, 2].map((index) => scene.client({ members: [index] })));
    const watchers = await Promise.all(clients.map((client) => client.watch('', { prefix: true })));
    for (const [index, client] of clients.entries()) await client.put(`from/${index}`);
    const seen = await Promise.all(watchers.map((watching) => watching.take(3)));
    expect(seen[1]).toEqual(seen[0]);
    expect(seen[2]).toEqual(seen[0]);
    expect(seen[0]!.map((event) => ('put' in event ? event.put.key : ''))).toEqual(['from/0', 'from/1', 'from/2']);
  });
});
