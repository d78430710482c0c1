/** Compaction: what is forgotten, what is kept, and what is refused. */
import { expect, it } from 'vitest';
import { until } from '../../support/until.ts';
import { bounds, type Kit, refusal } from '../harness/kit.ts';
import { describeAlone, type Scene } from '../harness/scenario.ts';

const COMPACTED = [11, 'etcdserver: mvcc: required revision has been compacted'] as const;
const FUTURE = [11, 'etcdserver: mvcc: required revision is a future revision'] as const;

/** Revisions 2 to 6: a=1, a=2, b=1, b deleted, a=3. */
async function history(client: Kit): Promise<void> {
  await client.put('a', '1');
  await client.put('a', '2');
  await client.put('b', '1');
  await client.del('b');
  await client.put('a', '3');
}

describeAlone('compaction', (scene: Scene) => {
  for (const physical of [false, true]) {
    it(`[inv 19] [inv 21] forgets what was before${physical ? ', waiting for the disk' : ''}`, async () => {
      await scene.start();
      const client = await scene.client();
      await history(client);
      expect(await client.value('a', { revision: 2n })).toBe('1');
      await client.compact(4n, { physical });
      expect(await refusal(client.get('a', { revision: 3n }))).toEqual(COMPACTED);
      // The newest at or before the revision is kept for each key.
      expect(await client.value('a', { revision: 4n })).toBe('2');
      expect(await client.value('b', { revision: 4n })).toBe('1');
      expect(await client.keys('', { prefix: true, revision: 5n })).toEqual(['a']);
      expect(await client.value('a')).toBe('3');
      expect(await client.revision()).toBe(6n);
      expect(await refusal(client.compact(4n))).toEqual(COMPACTED);
      expect(await refusal(client.compact(3n))).toEqual(COMPACTED);
      expect(await refusal(client.compact(7n))).toEqual(FUTURE);
      await client.compact(6n, { physical });
      expect(await refusal(client.get('a', { revision: 5n }))).toEqual(COMPACTED);
      expect((await client.get('a', { revision: 6n })).kvs).toMatchObject([{ value: '3', version: 3n, create: 2n }]);
    });
  }

  it('[inv 29] of a deletion still tells a watch of it', async () => {
    await scene.start();
    const client = await scene.client();
    await history(client);
    await client.compact(5n, { physical: true });
    // Servers from before the deletion was kept forget it.
    if (!scene.since('3.5')) return;
    const watching = await client.watch('', { prefix: true, start: 5n });
    expect(await watching.take(2)).toEqual([
      { deleted: 'b', mod: 5n },
      { put: expect.objectContaining({ key: 'a', value: '3', mod: 6n }) },
    ]);
  });

  it('survives kill and restart', async () => {
    const { kill, restart } = await scene.start();
    const client = await scene.client();
    await history(client);
    await client.compact(5n, { physical: true });
    await kill(0);
    await restart(0);
    const again = await scene.client();
    expect(await refusal(again.get('a', { revision: 4n }))).toEqual(COMPACTED);
    expect(await refusal(again.compact(5n))).toEqual(COMPACTED);
    expect(await again.value('a', { revision: 5n })).toBe('2');
    expect(await again.revision()).toBe(6n);
  });

  it('[inv 20] leaves equal hashes on every member', async () => {
    await scene.start({ members: 3 });
    const clients = await Promise.all([0, 1, 2].map((index) => scene.client({ members: [index] })));
    const [client] = clients;
    await history(client!);
    for (const compacted of [undefined, 3n, 5n, 6n]) {
      if (compacted !== undefined) await client!.compact(compacted, { physical: true });
      // Before 3.5 the compacted revision itself was refused.
      const first = (compacted ?? 1n) + (scene.since('3.5') ? 0n : 1n);
      for (let revision = first; revision <= 6n; revision++) {
        // A follower may not have got so far yet, and remembers the hash that it had when it compacted.
        await until(async () => {
          const answers = await Promise.all(clients.map((each) => hashAt(each, revision)));
          return new Set(answers).size === 1;
        });
      }
    }
  });
});

async function hashAt(client: Kit, revision: bigint): Promise<string> {
  await client.revision();
  const { hash, compact_revision } = await client.raw.maintenance.hashKV({ revision }, bounds());
  return `${hash} after ${compact_revision}`;
}
