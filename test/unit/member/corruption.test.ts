import { afterEach, describe, expect, it } from 'vitest';
import type { LogEvent } from '../../../src/base/index.ts';
import { Member, MemberStartError, type PeerService } from '../../../src/member/index.ts';
import { refuse } from '../../../src/wire/etcd-error.ts';
import { MemoryFiles } from '../../support/memory-files.ts';
import { ANYONE, Lab, peerUrl, put, type SomeOptions } from './support.ts';

let lab: Lab;
let events: LogEvent[] = [];
afterEach(async () => {
  await lab?.stop();
  events = [];
});

const log = (event: LogEvent): void => void events.push(event);
const messages = (): string[] => events.map(({ message }) => message);
const tamperHash =
  (...ids: readonly bigint[]) =>
  (id: bigint, service: PeerService): PeerService =>
    ids.includes(id)
      ? { ...service, hashKv: async (request) => ({ ...(await service.hashKv(request)), hash: Number(id % 1000n) }) }
      : service;
const alarms = async (): Promise<readonly object[]> => {
  const get = { action: 0, memberID: 0n, alarm: 0 } as const;
  return (await lab.wait(lab.leader.maintenance.alarm(get, ANYONE))).alarms;
};

async function compacted(size: number, options: SomeOptions = {}): Promise<void> {
  lab = await Lab.start(size, { compactHashCheckMs: 5000, log, ...options });
  for (const value of ['1', '2', '3']) await lab.wait(lab.leader.kv.put(put('a', value), ANYONE));
  await lab.wait(lab.leader.kv.compact({ revision: 3n, physical: true }, ANYONE));
  await lab.pass(300);
}

describe('hashes of compactions', () => {
  it('that are the same are compared once', async () => {
    await compacted(3);
    await lab.pass(11_000);
    expect(messages().filter((each) => each === 'successfully checked hash on whole cluster')).toHaveLength(1);
    expect(events).toContainEqual({
      level: 'info',
      message: 'finished compaction hash check',
      fields: { 'number-of-hashes-checked': 0 },
    });
    expect(await alarms()).toEqual([]);
  });

  it('that differ from those of a majority raise an alarm for each member that has another', async () => {
    await compacted(3);
    const [bad] = lab.followers;
    lab.network.tamper = tamperHash(bad!.id);
    await lab.pass(6000);
    expect(await alarms()).toEqual([{ memberID: bad!.id, alarm: 2 }]);
    expect(messages()).toContain('Detected compaction hash mismatch');
  });

  it('that accuse the leader raise an alarm for it', async () => {
    await compacted(3);
    const others = lab.followers.map(({ id }) => id);
    lab.network.tamper = (id, service) =>
      others.includes(id)
        ? { ...service, hashKv: async (request) => ({ ...(await service.hashKv(request)), hash: 7 }) }
        : service;
    await lab.pass(6000);
    expect(await alarms()).toEqual([{ memberID: lab.leader.id, alarm: 2 }]);
  });

  it('that all differ raise an alarm for the cluster as a whole', async () => {
    await compacted(3);
    lab.network.tamper = tamperHash(...lab.followers.map(({ id }) => id));
    await lab.pass(6000);
    expect(await alarms()).toEqual([{ memberID: 0n, alarm: 2 }]);
  });

  it.each<[string, (service: PeerService) => PeerService, string]>([
    [
      'does not answer',
      (service) => ({ ...service, hashKv: () => Promise.reject(refuse.futureRevision()) }),
      'no response',
    ],
    [
      'has compacted at another revision',
      (service) => ({
        ...service,
        hashKv: async (request) => ({ ...(await service.hashKv(request)), hash: 1, compact_revision: 2n }),
      }),
      "the peer's CompactRevision 2 doesn't match leader's CompactRevision -1",
    ],
  ])('say nothing of a member that %s, which is asked again', async (_what, change, reason) => {
    await compacted(3);
    const [other] = lab.followers;
    lab.network.tamper = (id, service) => (id === other!.id ? change(service) : service);
    await lab.pass(6000);
    expect(events).toContainEqual(
      expect.objectContaining({ message: "Skipped peer's hash", fields: expect.objectContaining({ reason }) }),
    );
    expect(await alarms()).toEqual([]);
    lab.network.tamper = (_id, service) => service;
    await lab.pass(6000);
    expect(messages()).toContain('successfully checked hash on whole cluster');
  });

  it('are not compared by one that is alone, nor unless it is asked for', async () => {
    await compacted(1);
    await lab.pass(6000);
    expect(messages()).not.toContain('successfully checked hash on whole cluster');
    await lab.stop();
    events = [];
    await compacted(3, { compactHashCheckMs: 0 });
    await lab.pass(70_000);
    expect(messages()).not.toContain('starting compact hash check');
  });
});

describe('a check of hashes before the start', () => {
  const initialCluster = new Map([0, 1, 2].map((i) => [`m${i}`, [peerUrl(i)]]));
  const files = [0, 1, 2].map(() => new MemoryFiles());
  const onDisk = (i: number): SomeOptions => ({ storage: { dataDir: '/data', files: files[i]! }, initialCluster, log });

  /** Three members on disk, of which the last was stopped. */
  async function stopped(): Promise<bigint> {
    for (let i = 0; i < 3; i++) files[i] = new MemoryFiles();
    lab = new Lab();
    for (let i = 0; i < 3; i++) await lab.add({ ...lab.options(i), ...onDisk(i), initialCorruptCheck: true });
    await lab.wait(Promise.all(lab.members.map(({ whenReady }) => whenReady)));
    await lab.wait(lab.leader.kv.put(put('a', '1'), ANYONE));
    await lab.pass(300);
    const last = lab.members.pop();
    await lab.wait(last!.stop());
    await lab.until(() => lab.members.some(({ id, leaderId }) => id === leaderId));
    return last!.id;
  }

  const restart = (): Promise<Member> =>
    lab.wait(Member.start({ ...lab.options(2), ...onDisk(2), initialCorruptCheck: true }));

  it('is not made by members that never ran', async () => {
    await stopped();
    expect(messages()).not.toContain('starting initial corruption check');
  });

  it('lets a member in whose history is that of the others', async () => {
    await stopped();
    const member = await restart();
    lab.members.push(member);
    await lab.wait(member.whenReady);
    expect(messages()).toContain('initial corruption checking passed; no corruption');
  });

  it('refuses to start a member whose history is another, and leaves its files alone', async () => {
    const id = await stopped();
    lab.network.tamper = tamperHash(...lab.members.map((member) => member.id));
    const text = `${id.toString(16)} found data inconsistency with peers`;
    await expect(restart()).rejects.toThrow(new MemberStartError(text));
    expect(messages().filter((each) => each === 'found different hash values from remote peer')).toHaveLength(2);
    expect(events.at(-1)).toEqual({ level: 'error', message: 'checkInitialHashKV failed', fields: { error: text } });
    lab.network.tamper = (_id, service) => service;
    lab.members.push(await restart());
  });

  it.each<[string, () => Error, string]>([
    ['are behind', () => refuse.futureRevision(), 'cannot fetch hash from slow remote peer'],
    ['are ahead', () => refuse.compacted(), 'cannot fetch hash from remote peer; local member is behind'],
    ['are of another cluster', () => refuse.clusterIdMismatch(), 'cluster ID mismatch'],
    ['are not there', () => new Error('connection refused'), 'failed hash kv request'],
  ])('is passed when the others %s', async (_what, error, message) => {
    await stopped();
    lab.network.tamper = (_id, service) => ({ ...service, hashKv: () => Promise.reject(error()) });
    lab.members.push(await restart());
    expect(messages().filter((each) => each === message)).toHaveLength(2);
  });

  it('is passed when the others have compacted elsewhere', async () => {
    await stopped();
    lab.network.tamper = (_id, service) => ({
      ...service,
      hashKv: async (request) => ({ ...(await service.hashKv(request)), hash: 1, compact_revision: 2n }),
    });
    lab.members.push(await restart());
    expect(messages()).toContain('found different compact revision values from remote peer');
  });
});
