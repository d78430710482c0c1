import { afterEach, describe, expect, it } from 'vitest';
import type { File, FileSystem, OpenMode } from '../../../src/base/index.ts';
import { describeMessage } from '../../../src/raft/index.ts';
import { MemoryFiles } from '../../support/memory-files.ts';
import { ANYONE, Lab, put, range, settle, valueOf } from './support.ts';

let lab: Lab;
afterEach(() => lab.stop());

/** A disk on which the log's fsync can be held up. */
class SlowFiles extends MemoryFiles implements FileSystem {
  #held: (() => void)[] | undefined;
  holdsCount = 0;

  hold(): void {
    this.#held = [];
  }

  release(): void {
    const held = this.#held ?? [];
    this.#held = undefined;
    for (const go of held) go();
  }

  override open(path: string, mode: OpenMode): File {
    const file = super.open(path, mode);
    if (!path.endsWith('.wal')) return file;
    const sync = file.fdatasyncAsync.bind(file);
    file.fdatasyncAsync = async () => {
      const held = this.#held;
      if (held) {
        this.holdsCount += 1;
        await new Promise<void>((go) => held.push(go));
      }
      return sync();
    };
    return file;
  }
}

async function cluster(size: number): Promise<SlowFiles[]> {
  lab = new Lab();
  const disks = Array.from({ length: size }, () => new SlowFiles());
  const initialCluster = new Map(disks.map((_, i) => [`m${i}`, lab.options(i).peerUrls]));
  for (const [i, files] of disks.entries()) {
    const storage = { dataDir: '/data', files, segmentBytes: 100_000 };
    await lab.add({ ...lab.options(i), initialCluster, storage });
  }
  await lab.until(() => lab.members.every((member) => member.hasLeader()));
  await lab.wait(Promise.all(lab.members.map(({ whenReady }) => whenReady)));
  return disks;
}

const isAnswered = async (call: Promise<unknown>): Promise<boolean> => {
  let answered = false;
  void call.then(() => (answered = true));
  await lab.pass(60);
  return answered;
};

describe('[inv 7] what is promised', () => {
  it('by a member alone is durable first', async () => {
    const [disk] = await cluster(1);
    disk!.hold();
    const written = lab.leader.kv.put(put('a', '1'), ANYONE);
    expect(await isAnswered(written)).toBe(false);
    expect(disk!.holdsCount).toBe(1);
    const serializable = await lab.wait(lab.leader.kv.range(range('a', { serializable: true }), ANYONE));
    expect(valueOf(serializable)).toBeUndefined();
    disk!.release();
    expect(await isAnswered(written)).toBe(true);
  });

  it('by followers counts when it is durable with them, and no message that says so leaves before', async () => {
    const disks = await cluster(3);
    await lab.pass(300);
    const leaderAt = lab.members.indexOf(lab.leader);
    const slow = disks.filter((_, i) => i !== leaderAt);
    for (const disk of slow) disk.hold();
    const before = lab.network.sent.length;
    const written = lab.leader.kv.put(put('a', '1'), ANYONE);
    expect(await isAnswered(written)).toBe(false);
    const answers = lab.network.sent.slice(before).filter(({ type }) => type === 'MsgAppResp');
    expect(answers.map((m) => describeMessage(m))).toEqual([]);
    slow[0]!.release();
    expect(await isAnswered(written)).toBe(true);
    for (const disk of slow) disk.release();
  });

  it('by a leader need not be durable with itself, if it is with a majority', async () => {
    const disks = await cluster(3);
    await lab.pass(300);
    const { leader } = lab;
    const own = disks[lab.members.indexOf(leader)]!;
    own.hold();
    void leader.kv.put(put('a', '1'), ANYONE).catch(() => undefined);
    await lab.pass(200);
    // The followers have it and know that it is committed; only the leader itself waits for its disk.
    const late = lab.followers[0]!;
    const seen = await lab.wait(late.kv.range(range('a', { serializable: true }), ANYONE));
    expect(valueOf(seen)).toBe('1');
    own.release();
    await lab.pass(100);
  });

  it('in votes is durable before they are sent', async () => {
    const disks = await cluster(3);
    const { leader } = lab;
    const others = lab.followers;
    for (const disk of disks) disk.hold();
    lab.network.cut(leader.id);
    const before = lab.network.sent.length;
    await lab.pass(5000);
    const votes = lab.network.sent.slice(before).filter(({ type, reject }) => type === 'MsgVoteResp' && !reject);
    // Who asks for votes counts its own when that is durable, so that no one is elected either.
    expect([votes.length, others.some((member) => member.leaderId === member.id)]).toEqual([0, false]);
    for (const disk of disks) disk.release();
    await lab.until(() => others.some((member) => member.leaderId === member.id));
  });
});

describe('a write that is under way', () => {
  it('gathers all that comes meanwhile into the next one', async () => {
    const [disk] = await cluster(1);
    await lab.pass(300);
    disk!.hold();
    const calls = [lab.leader.kv.put(put('first', '1'), ANYONE)];
    await settle(3);
    for (let i = 0; i < 50; i++) {
      calls.push(lab.leader.kv.put(put(`k${i}`, '1'), ANYONE));
      await settle(1);
    }
    const syncs = (): number => disk!.calls.filter((call) => call.startsWith('sync') && call.endsWith('.wal')).length;
    const before = syncs();
    disk!.release();
    await lab.wait(Promise.all(calls));
    expect(syncs() - before).toBeLessThanOrEqual(3);
  });
});

describe('a disk that fails', () => {
  it.each(['.wal', 'db'])('ends the member, which says so and promises nothing more: %s', async (name) => {
    const [disk] = await cluster(1);
    const { leader } = lab;
    disk!.fault = (operation, path) => (operation !== 'close' && path.endsWith(name) ? 'EIO' : undefined);
    const written = leader.kv.put(put('a', '1'), ANYONE).then(
      () => 'written',
      (error: Error) => error.message,
    );
    const reason = await lab.wait(leader.whenEnded);
    expect(reason.message).toContain('input/output error');
    disk!.fault = () => undefined;
    await lab.wait(leader.kill());
    expect(await written).toBe(name === 'db' ? 'written' : 'etcdserver: server stopped');
    lab.members.length = 0;
  });
});

describe('a life', () => {
  it('is the same again with the same seed, and another with another', async () => {
    const live = async (seed: number): Promise<string[]> => {
      lab = await Lab.start(3, {}, seed);
      for (let i = 0; i < 5; i++) await lab.wait(lab.members[i % 3]!.kv.put(put('a', String(i)), ANYONE));
      lab.network.cut(lab.leader.id);
      await lab.pass(4000);
      lab.network.heal();
      await lab.pass(2000);
      const sent = lab.network.sent.map((m) => describeMessage(m));
      await lab.stop();
      lab.members.length = 0;
      return sent;
    };
    const [first, again, other] = [await live(1), await live(1), await live(2)];
    expect(again).toEqual(first);
    expect(other).not.toEqual(first);
  });
});
