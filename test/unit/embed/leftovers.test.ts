import { existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { startCluster, startMember, StartError } from '../../../src/embed/index.ts';

/** What keeps the process alive, and more: timers, sockets, servers. */
async function resources(): Promise<readonly string[]> {
  await new Promise((resolve) => setTimeout(resolve, 50));
  return process
    .getActiveResourcesInfo()
    .filter((name) => name !== 'Timeout' && name !== 'Immediate')
    .toSorted();
}

describe('when it ends, a cluster', () => {
  it('leaves no socket, however often', async () => {
    await (await startCluster({ size: 3 })).stop();
    const before = await resources();
    for (let turn = 0; turn < 10; turn++) {
      const cluster = await startCluster({ size: 3, tls: turn % 2 === 0 });
      const client = cluster.client();
      await client.put('key').value('value');
      await client.watch().key('key').create();
      await cluster.stop();
    }
    expect(await resources()).toEqual(before);
  });

  it('leaves no file, but where it was told to', async () => {
    const directory = mkdtempSync(join(tmpdir(), 'leftovers-'));
    try {
      const kept = await startMember({ storage: 'disk', dataDir: directory });
      await kept.client().put('key').value('kept');
      await kept.stop();
      expect(readdirSync(directory)).toEqual(['member']);
      const again = await startMember({ storage: 'disk', dataDir: directory });
      expect(await again.client().get('key').string()).toBe('kept');
      await again.stop();
    } finally {
      rmSync(directory, { recursive: true, force: true });
    }
    const temporaries = (): string[] => readdirSync(tmpdir()).filter((name) => name.startsWith('etcd-embedded-'));
    const before = temporaries();
    const cluster = await startCluster({ storage: 'disk' });
    const own = temporaries().filter((name) => !before.includes(name));
    await cluster.stop();
    expect(own.filter((name) => existsSync(join(tmpdir(), name)))).toEqual([]);
  });

  it('can be stopped twice', async () => {
    const cluster = await startCluster();
    await Promise.all([cluster.stop(), cluster.stop()]);
    await cluster.stop();
    await expect(cluster.waitForLeader()).rejects.toThrow('the cluster was stopped');
  });
});

describe('when it can not start, a cluster', () => {
  it('says why, and leaves no listener', async () => {
    const taken = await startCluster();
    const port = Number(new URL(taken.endpoints[0] ?? '').port);
    const before = await resources();
    const failed = startCluster({ size: 3, listen: { port: port - 2 } });
    await expect(failed).rejects.toBeInstanceOf(StartError);
    await expect(failed).rejects.toThrow(
      /^the cluster did not start: cannot listen on 127\.0\.0\.1:\d+: .*address already in use/,
    );
    expect(await resources()).toEqual(before);
    await taken.stop();
  });

  it('says which option is at fault', async () => {
    await expect(startCluster({ size: 0 })).rejects.toThrow('size is a number of members from 1 to 9, not 0');
  });

  it('names the place it can not write to', async () => {
    await expect(startCluster({ storage: 'disk', dataDir: '/dev/null/data' })).rejects.toThrow(/\/dev\/null/);
  });
});
