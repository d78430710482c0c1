import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, expect, it } from 'vitest';
import { Deadline } from '../../../src/base/index.ts';
import { Election, Mutex, observe, openSession } from '../../../src/client/concurrency/index.ts';
import type { Client } from '../../../src/client/index.ts';
import type { EtcdRelease } from '../../support/binaries.ts';
import { describeEtcd } from '../../support/describe-etcd.ts';
import { bytes, clientOf, cluster, text } from './support.ts';

const children: ChildProcess[] = [];
afterEach(async () => {
  for (const child of children.splice(0)) {
    if (child.exitCode !== null || child.signalCode !== null) continue;
    child.kill('SIGKILL');
    await once(child, 'exit');
  }
});

/** The other project's tool, in the background. */
function etcdctl(release: EtcdRelease, endpoint: string, ...args: string[]) {
  const child = spawn(release.etcdctl, ['--endpoints', endpoint, ...args], {
    env: { PATH: process.env.PATH, ETCDCTL_API: '3' },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  children.push(child);
  let output = '';
  child.stdout.on('data', (chunk: Buffer) => {
    output += String(chunk);
  });
  return {
    output: () => output,
    says: async (wanted: string) => {
      while (!output.includes(wanted)) await sleep(5);
    },
    interrupt: async () => {
      child.kill('SIGINT');
      await once(child, 'exit');
    },
  };
}

/** Waits until so many keys stand in line. */
async function inLine(client: Client, name: string, count: number): Promise<string[]> {
  for (;;) {
    const { kvs } = await client.kv.range({
      key: bytes(`${name}/`),
      range_end: bytes(`${name}0`),
      sort_target: 2,
      sort_order: 1,
    });
    if (kvs.length === count) return kvs.map(({ key }) => text(key));
    await sleep(5);
  }
}

describeEtcd("a lock beside Go's", (release) => {
  it('waits for a Go client, and keeps one waiting', async () => {
    const { endpoints } = await cluster({ release });
    const client = await clientOf(endpoints);
    const session = await openSession(client, 10);
    const theirs = etcdctl(release, endpoints[0]!, 'lock', 'lk');
    await theirs.says('lk/');

    const ours = new Mutex(session, 'lk');
    let isOurs = false;
    const locking = ours.lock().then(() => {
      isOurs = true;
    });
    const line = await inLine(client, 'lk', 2);
    expect(line[1]).toBe(ours.key);
    expect(isOurs).toBe(false);
    await theirs.interrupt();
    await locking;

    const next = etcdctl(release, endpoints[0]!, 'lock', 'lk');
    await inLine(client, 'lk', 2);
    expect(next.output()).toBe('');
    await ours.unlock();
    await next.says('lk/');
    await next.interrupt();
    expect(await inLine(client, 'lk', 0)).toEqual([]);
    await session.close();
  });

  it('leaves the line when it is interrupted', async () => {
    const { endpoints } = await cluster({ release });
    const client = await clientOf(endpoints);
    const session = await openSession(client, 10);
    const theirs = etcdctl(release, endpoints[0]!, 'lock', 'lk');
    await theirs.says('lk/');
    const controller = new AbortController();
    const locking = new Mutex(session, 'lk').lock(controller.signal);
    await inLine(client, 'lk', 2);
    controller.abort();
    await expect(locking).rejects.toThrow('context canceled');
    expect(await inLine(client, 'lk', 1)).toHaveLength(1);
  });

  it('is lost with its lease', async () => {
    const { endpoints } = await cluster({ release });
    const client = await clientOf(endpoints);
    const session = await openSession(client, 10);
    const mutex = new Mutex(session, 'lk');
    await mutex.lock();
    const lost = once(session.lost, 'abort');
    await client.lease.leaseRevoke({ ID: session.lease }, { deadline: Deadline.after(2000) });
    await lost;
    expect(await inLine(client, 'lk', 0)).toEqual([]);
  });

  it('outlives the death of its member', async () => {
    const three = await cluster({ release, members: 3 });
    const client = await clientOf(three.endpoints);
    const session = await openSession(client, 3);
    const mutex = new Mutex(session, 'lk');
    await mutex.lock();
    await three.members[0]!.kill();
    // Longer than the lease would last if it were not renewed elsewhere.
    await sleep(5000);
    expect(session.lost.aborted).toBe(false);
    const { succeeded } = await client.kv.txn({ compare: [mutex.isOwner()] }, { deadline: Deadline.after(5000) });
    expect(succeeded).toBe(true);
  });
});

describeEtcd("an election beside Go's", (release) => {
  it('is won in turn, and followed by observers of both kinds', async () => {
    const { endpoints } = await cluster({ release });
    const client = await clientOf(endpoints);
    const session = await openSession(client, 10);
    const theirs = etcdctl(release, endpoints[0]!, 'elect', 'el', 'theirs');
    await theirs.says('theirs');

    const stop = new AbortController();
    const leaders: string[] = [];
    const observing = (async () => {
      for await (const { kvs } of observe(client, 'el', stop.signal)) leaders.push(text(kvs[0]!.value));
    })();
    const listener = etcdctl(release, endpoints[0]!, 'elect', '-l', 'el');
    await listener.says('theirs');

    const ours = new Election(session, 'el');
    const campaign = ours.campaign('ours');
    await inLine(client, 'el', 2);
    await theirs.interrupt();
    await campaign;
    await listener.says(`${ours.key}\nours`);
    await ours.proclaim('ours, still');
    await listener.says('ours, still');
    const heir = etcdctl(release, endpoints[0]!, 'elect', 'el', 'heir');
    await inLine(client, 'el', 2);
    await ours.resign();
    await heir.says('heir');
    while (leaders.at(-1) !== 'heir') await sleep(5);
    expect(leaders).toEqual(['theirs', 'ours', 'ours, still', 'heir']);
    stop.abort();
    await observing;
  });
});
