import { afterEach, describe, expect, it } from 'vitest';
import type { LogEvent } from '../../../src/base/index.ts';
import { Member } from '../../../src/member/index.ts';
import { MemoryFiles } from '../../support/memory-files.ts';
import { ANYONE, Lab, peerUrl, put, range, type SomeOptions, valueOf } from './support.ts';

let lab: Lab;
let events: LogEvent[] = [];
afterEach(async () => {
  await lab?.stop();
  events = [];
});

const initialCluster = new Map([0, 1, 2].map((i) => [`m${i}`, [peerUrl(i)]]));
const options = (i: number, files: MemoryFiles, more: SomeOptions = {}) => ({
  ...lab.options(i),
  storage: { dataDir: '/data', files },
  initialCluster,
  log: (event: LogEvent): void => void events.push(event),
  ...more,
});

/** Three members with a key; the first of them is the one that will be left. */
async function three(more: SomeOptions = {}): Promise<MemoryFiles[]> {
  const disks = [0, 1, 2].map(() => new MemoryFiles());
  lab = new Lab();
  for (const [i, files] of disks.entries()) await lab.add(options(i, files, more));
  await lab.wait(Promise.all(lab.members.map(({ whenReady }) => whenReady)));
  for (let i = 0; i < 20; i++) await lab.wait(lab.leader.kv.put(put(`k${i}`, String(i)), ANYONE));
  return disks;
}

async function loseAll(): Promise<void> {
  for (const member of lab.members.splice(0)) await lab.wait(member.kill());
}

async function start(i: number, files: MemoryFiles, more: SomeOptions = {}): Promise<Member> {
  const member = await lab.wait(Member.start(options(i, files, more)));
  lab.members.push(member);
  await lab.wait(member.whenReady);
  await lab.until(() => member.hasLeader());
  return member;
}

const names = async (member: Member): Promise<string[]> =>
  (await lab.wait(member.cluster.list({ linearizable: true }, ANYONE))).members.map(({ name }) => name);
const valueAt = async (member: Member, key: string): Promise<string | undefined> =>
  valueOf(await lab.wait(member.kv.range(range(key), ANYONE)));

describe('a new cluster that is forced', () => {
  it.each([
    ['whose log is whole', {}],
    ['whose log was shortened', { snapshotCount: 5, snapshotCatchUpEntries: 1 }],
  ])('has one member, the data, the ids and the way on: %s', async (_what, more) => {
    const [files] = await three(more);
    const { id, clusterId } = lab.members[0]!;
    await loseAll();
    const alone = await start(0, files!, { ...more, forceNewCluster: true });
    expect([alone.id, alone.clusterId]).toEqual([id, clusterId]);
    expect(await names(alone)).toEqual(['m0']);
    for (let i = 0; i < 20; i++) expect(await valueAt(alone, `k${i}`)).toBe(String(i));
    await lab.wait(alone.kv.put(put('more', '1'), ANYONE));
    expect(events).toContainEqual(expect.objectContaining({ message: 'forcing restart member' }));
    // It is an ordinary cluster from then on.
    await loseAll();
    const again = await start(0, files!, more);
    expect(await valueAt(again, 'more')).toBe('1');
    expect(await names(again)).toEqual(['m0']);
    // And may grow.
    await lab.wait(again.cluster.add({ peerURLs: ['http://new:1'], isLearner: true }, ANYONE));
    expect((await names(again)).toSorted()).toEqual(['', 'm0']);
  });

  it('may be forced twice: there is nothing left to do', async () => {
    const [files] = await three();
    for (let i = 0; i < 3; i++) {
      await loseAll();
      const alone = await start(0, files!, { forceNewCluster: true });
      expect(await names(alone)).toEqual(['m0']);
      expect(await valueAt(alone, 'k19')).toBe('19');
    }
  });

  it('survives a crash right after', async () => {
    const [files] = await three();
    await loseAll();
    await start(0, files!, { forceNewCluster: true });
    const crashed = files!.crash();
    await loseAll();
    const again = await start(0, crashed);
    expect(await names(again)).toEqual(['m0']);
  });

  it('has none of what was not committed', async () => {
    const disks = await three();
    const at = lab.members.indexOf(lab.leader);
    const { leader } = lab;
    for (const { id } of lab.followers) lab.network.cut(id);
    leader.kv.put(put('lost', '1'), ANYONE).catch(() => undefined);
    await lab.pass(200);
    await loseAll();
    lab.network.heal();
    const alone = await start(at, disks[at]!, { forceNewCluster: true });
    expect(await valueAt(alone, 'lost')).toBeUndefined();
    expect(await valueAt(alone, 'k19')).toBe('19');
  });

  it('makes a voter of a learner', async () => {
    await three();
    await lab.pass(6000);
    const learnerUrl = 'http://learner:1';
    await lab.wait(lab.leader.cluster.add({ peerURLs: [learnerUrl], isLearner: true }, ANYONE));
    const files = new MemoryFiles();
    const more: SomeOptions = {
      name: 'm3',
      peerUrls: [learnerUrl],
      initialCluster: new Map([...initialCluster, ['m3', [learnerUrl]]]),
      initialClusterState: 'existing',
    };
    const learner = await start(3, files, more);
    await lab.until(() => learner.appliedIndex === lab.leader.appliedIndex);
    await loseAll();
    const alone = await start(3, files, { ...more, forceNewCluster: true });
    expect(alone.isLearner()).toBe(false);
    expect(await names(alone)).toEqual(['m3']);
    expect(await valueAt(alone, 'k19')).toBe('19');
  });

  it('is an ordinary one where there is no data', async () => {
    lab = new Lab();
    const one = new Map([['m0', [peerUrl(0)]]]);
    const member = await start(0, new MemoryFiles(), { initialCluster: one, forceNewCluster: true });
    expect(await names(member)).toEqual(['m0']);
    expect(events.map(({ message }) => message)).not.toContain('forcing restart member');
  });
});
