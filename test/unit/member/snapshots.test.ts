import { afterEach, describe, expect, it } from 'vitest';
import type { LogEvent, LogSink } from '../../../src/base/index.ts';
import { formatId } from '../../../src/base/member-ids.ts';
import type { Member, WatchSink } from '../../../src/member/index.ts';
import type { WatchResponse } from '../../../src/wire/index.ts';
import { MemoryFiles } from '../../support/memory-files.ts';
import { ANYONE, bytes, Lab, put, range, type SomeOptions, text, valueOf } from './support.ts';

let lab: Lab;
afterEach(() => lab.stop());

const SMALL: SomeOptions = { snapshotCount: 20, snapshotCatchUpEntries: 5 };

class Sink implements WatchSink {
  readonly responses: WatchResponse[] = [];
  ended = false;

  isReady(): boolean {
    return true;
  }

  send(response: WatchResponse): void {
    this.responses.push(response);
  }

  end(): void {
    this.ended = true;
  }

  get values(): string[] {
    return this.responses.flatMap(({ events }) => events.map(({ kv }) => text(kv?.value)));
  }
}

const watchRequest = (key: string, start_revision = 0n): Parameters<ReturnType<Member['watch']>['request']>[0] => ({
  create_request: {
    key: bytes(key),
    range_end: bytes(''),
    start_revision,
    progress_notify: false,
    filters: [],
    prev_kv: false,
    watch_id: 0n,
    fragment: false,
  },
});

const valueAt = async (member: Member, key: string): Promise<string | undefined> =>
  valueOf(await lab.wait(member.kv.range(range(key), ANYONE)));

/** Leaves a follower so far behind that the log does not reach it any more. */
async function fallBehind(late: Member, count = 150): Promise<void> {
  lab.network.cut(late.id);
  for (let i = 0; i < count; i++) await lab.wait(lab.leader.kv.put(put('a', String(i)), ANYONE));
}

const installed = (late: Member): boolean =>
  lab.network.sent.some(({ type, to }) => type === 'MsgSnap' && to === late.id);

describe.each([
  ['memory', () => SMALL],
  ['disk', () => ({ ...SMALL, disk: true })],
] as const)('a follower that was away for long, on %s', (_where, options) => {
  const start = async (log?: LogSink): Promise<Lab> => {
    const { disk, ...rest } = { disk: false, ...options(), ...(log && { log }) };
    if (!disk) return Lab.start(3, rest);
    const started = new Lab();
    const initialCluster = new Map([0, 1, 2].map((i) => [`m${i}`, started.options(i).peerUrls]));
    for (const i of [0, 1, 2]) {
      const storage = { dataDir: '/data', files: new MemoryFiles(), segmentBytes: 100_000 };
      await started.add({ ...started.options(i), initialCluster, ...rest, storage });
    }
    await started.until(() => started.members.every((member) => member.hasLeader()));
    await started.wait(Promise.all(started.members.map(({ whenReady }) => whenReady)));
    return started;
  };

  it('tells once that an image comes, and once that it came', async () => {
    const logged: LogEvent[] = [];
    lab = await start((event) => void logged.push(event));
    const [late] = lab.followers;
    await fallBehind(late!);
    lab.network.heal();
    await lab.until(() => installed(late!) && late!.header().revision === lab.leader.header().revision);
    const told = logged.filter(({ message }) => /(receiving|received).*snapshot/.test(message));
    expect(told.map(({ message }) => message)).toEqual([
      'receiving database snapshot',
      'received and saved database snapshot',
    ]);
    for (const { fields } of told) {
      expect(fields).toMatchObject({
        'local-member-id': formatId(late!.id),
        'remote-snapshot-sender-id': formatId(lab.leader.id),
        'incoming-snapshot-index': expect.any(BigInt),
      });
    }
    expect(told[1]?.fields).toMatchObject({
      'incoming-snapshot-size-bytes': expect.toSatisfy((size: number) => size > 4096),
      'incoming-snapshot-size': expect.stringMatching(/^\d+ kB$/),
      'download-took': expect.stringMatching(/s$/),
    });
  });

  it('catches up by an image, and then by the log', async () => {
    lab = await start();
    const [late] = lab.followers;
    await lab.wait(lab.leader.lease.grant({ ID: 7n, TTL: 1000n }, ANYONE));
    await lab.wait(lab.leader.kv.put(put('leased', 'x', 7n), ANYONE));
    await lab.pass(100);
    await fallBehind(late!);
    lab.network.heal();
    await lab.until(() => installed(late!) && late!.header().revision === lab.leader.header().revision);
    await lab.wait(lab.leader.kv.put(put('b', 'after'), ANYONE));
    expect(await valueAt(late!, 'b')).toBe('after');
    const hashes = await Promise.all(
      lab.members.map((member) => lab.wait(member.maintenance.hashKv({ revision: 0n }, ANYONE))),
    );
    expect(new Set(hashes.map(({ hash }) => hash)).size).toBe(1);
    const { keys } = await lab.wait(late!.lease.timeToLive({ ID: 7n, keys: true }, ANYONE));
    expect(keys.map(text)).toEqual(['leased']);
  });

  it('[inv 13] never goes back, neither in what it has applied nor in what is committed', async () => {
    lab = await start();
    const [late] = lab.followers;
    await fallBehind(late!);
    const seen: bigint[] = [];
    lab.network.lets = () => {
      seen.push(late!.header().revision);
      return true;
    };
    lab.network.heal();
    await lab.until(() => late!.header().revision === lab.leader.header().revision);
    const { raftIndex, raftAppliedIndex } = await lab.wait(late!.maintenance.status(ANYONE));
    expect(raftAppliedIndex).toBeLessThanOrEqual(raftIndex);
    for (let i = 1; i < seen.length; i++) expect(seen[i]).toBeGreaterThanOrEqual(seen[i - 1]!);
  });

  it('[inv 26] keeps its watches, which miss nothing and see nothing before their start', async () => {
    lab = await start();
    const [late] = lab.followers;
    const [open, future] = [new Sink(), new Sink()];
    late!.watch(ANYONE, open).request(watchRequest('a'));
    late!.watch(ANYONE, future).request(watchRequest('a', 100n));
    await lab.pass(100);
    await fallBehind(late!, 120);
    lab.network.heal();
    await lab.until(() => installed(late!) && late!.header().revision === lab.leader.header().revision);
    await lab.wait(lab.leader.kv.put(put('a', 'last'), ANYONE));
    await lab.pass(1000);
    const all = [...Array.from({ length: 120 }, (_, i) => String(i)), 'last'];
    expect(open.values).toEqual(all);
    // The first put was revision 2.
    expect(future.values).toEqual(all.slice(98));
    expect([open.ended, future.ended]).toEqual([false, false]);
  });

  it('is sent another image when one was lost', async () => {
    lab = await start();
    const [late] = lab.followers;
    await fallBehind(late!);
    let lost = 0;
    lab.network.lets = ({ type }) => type !== 'MsgSnap' || ++lost > 2;
    lab.network.heal();
    await lab.until(() => late!.header().revision === lab.leader.header().revision);
    expect(lost).toBeGreaterThan(2);
  });
});

describe('a snapshot that a client takes', () => {
  it('is a database of the moment it was asked for', async () => {
    lab = await Lab.start(1);
    await lab.wait(lab.leader.kv.put(put('a', '1'), ANYONE));
    const image = await lab.wait(lab.leader.maintenance.snapshot(ANYONE));
    await lab.wait(lab.leader.kv.put(put('a', '2'), ANYONE));
    let size = 0n;
    for await (const piece of image.chunks) size += BigInt(piece.length);
    expect(size).toBe(image.sizeBytes);
    expect(size % 4096n).toBe(0n);
    expect(image.version).toBe('3.7.0');
  });
});
