import { describe, expect, it } from 'vitest';
import { VirtualClock } from '../../../src/base/index.ts';
import { decideClusterVersion, isDowngraded } from '../../../src/member/cluster-version.ts';
import { clusterId, memberId } from '../../../src/base/member-ids.ts';
import { decodeRecord, encodePromotion, encodeRecord } from '../../../src/member/membership/record.ts';
import { checkMayAdd, checkMayPromote, checkMayRemove, type Situation } from '../../../src/member/membership/strict.ts';
import { decodeConfState, encodeConfState } from '../../../src/member/meta-records.ts';
import { Quota, txnCost } from '../../../src/member/quota.ts';
import { ReadIndex } from '../../../src/member/read-index.ts';
import { RequestIds } from '../../../src/member/request-ids.ts';
import { Turns } from '../../../src/member/turns.ts';
import { formatVersion, parseDowngradeTarget, parseVersion } from '../../../src/member/versions.ts';
import { WaitRegistry } from '../../../src/member/wait-registry.ts';
import { put, settle, text } from './support.ts';

describe('ids', () => {
  it.each([
    // As etcd names these members: checked against a member of etcd 3.7.1 started so.
    [['http://127.0.0.1:25380'], 'etcd-cluster', undefined, 0x82039f3eee02bfb3n],
  ])('of a member at %j with token %s', (urls, token, seconds, id) => {
    expect(memberId(urls, token, seconds)).toBe(id);
  });

  it('of a cluster follow from those of its members, in any order', () => {
    expect(clusterId([0x82039f3eee02bfb3n])).toBe(2375181864447732657n);
    expect(clusterId([3n, 1n, 2n])).toBe(clusterId([1n, 2n, 3n]));
  });

  it('do not depend on the order of URLs, and depend on the time of an addition', () => {
    expect(memberId(['http://b:1', 'http://a:1'], '')).toBe(memberId(['http://a:1', 'http://b:1'], ''));
    expect(memberId(['http://a:1'], '', 1)).not.toBe(memberId(['http://a:1'], '', 2));
  });

  it('of requests have the member in front, then the time, then a counter that carries over', () => {
    const ids = new RequestIds(0xabcd_1234n, 0x1_0000_0000);
    expect(ids.next().toString(16)).toBe('1234010000000001');
    for (let i = 0; i < 254; i++) ids.next();
    expect(ids.next().toString(16)).toBe('1234010000000100');
  });
});

describe('records of members', () => {
  it('are written as etcd writes them', () => {
    const id = 0xffff_ffff_ffff_fffen;
    const record = { id, name: 'm', peerUrls: ['http://a:1'], clientUrls: ['http://b:2'], isLearner: false };
    expect(text(encodeRecord(record))).toBe(
      '{"id":18446744073709551614,"peerURLs":["http://a:1"],"name":"m","clientURLs":["http://b:2"]}',
    );
    expect(text(encodeRecord({ ...record, name: '', clientUrls: [], peerUrls: [], isLearner: true }))).toBe(
      '{"id":18446744073709551614,"peerURLs":null,"isLearner":true}',
    );
    expect(decodeRecord(encodeRecord(record))).toEqual({ ...record, isPromote: false });
    expect(decodeRecord(encodePromotion(id))).toMatchObject({ id, isPromote: true, peerUrls: [] });
  });

  it('are refused when they are none', () => {
    expect(() => decodeRecord(Buffer.from('[]'))).toThrow('no object');
  });

  it('of the membership as consensus has it come back as they were', () => {
    const state = { voters: [1n, 1n << 63n], learners: [3n], votersOutgoing: [], learnersNext: [], autoLeave: false };
    expect(text(encodeConfState(state))).toBe('{"voters":[1,9223372036854775808],"learners":[3],"auto_leave":false}');
    expect(decodeConfState(encodeConfState(state))).toEqual(state);
  });
});

describe('[inv 43] strict reconfiguration', () => {
  const voter = (id: bigint, isStarted = true): Situation['voters'][number] => ({
    id,
    name: isStarted ? `m${id}` : '',
    peerUrls: [],
    clientUrls: [],
    isLearner: false,
  });
  const situation = (started: number, fresh: number, connected: readonly bigint[]): Situation => ({
    self: 1n,
    voters: [
      ...Array.from({ length: started }, (_, i) => voter(BigInt(i + 1))),
      ...Array.from({ length: fresh }, (_, i) => voter(BigInt(started + i + 1), false)),
    ],
    activeSince: (id) => (connected.includes(id) ? 0 : undefined),
    nowMs: 10_000,
  });
  const tried = (check: () => void): string => {
    try {
      check();
      return 'may';
    } catch (error) {
      return (error as Error).message.replace('etcdserver: ', '');
    }
  };
  const NOT_STARTED = 're-configuration failed due to not enough started members';

  it.each([
    [1, 0, [], 'may'],
    [1, 1, [2n], NOT_STARTED],
    [2, 0, [2n], 'may'],
    [2, 0, [], 'unhealthy cluster'],
    [3, 0, [2n, 3n], 'may'],
    [3, 0, [2n], 'unhealthy cluster'],
    [4, 0, [2n, 3n], 'may'],
    [3, 2, [2n, 3n, 4n, 5n], NOT_STARTED],
  ])('%i started and %i new members, of which %s are connected: adding a voter: %s', (started, fresh, up, result) => {
    expect(tried(() => checkMayAdd(situation(started, fresh, up), false))).toBe(result);
  });

  it.each([
    [3, 0, [2n, 3n], 3n, 'may'],
    [3, 0, [2n], 3n, 'may'],
    [3, 0, [2n], 2n, 'unhealthy cluster'],
    [2, 1, [2n, 3n], 2n, NOT_STARTED],
    [5, 0, [2n, 3n, 4n, 5n], 1n, 'may'],
    [5, 0, [2n, 3n], 1n, 'unhealthy cluster'],
  ])('%i started and %i new members, of which %s are connected: removing %s: %s', (started, fresh, up, id, result) => {
    expect(tried(() => checkMayRemove(situation(started, fresh, up), { id, isLearner: false }))).toBe(result);
    expect(tried(() => checkMayRemove(situation(started, fresh, up), { id, isLearner: true }))).toBe('may');
  });

  it.each([
    [1, 0, 'may'],
    [1, 1, 'may'],
    [1, 2, NOT_STARTED],
    [3, 0, 'may'],
  ])('%i started and %i new members: promoting a learner: %s', (started, fresh, result) => {
    expect(tried(() => checkMayPromote(situation(started, fresh, [])))).toBe(result);
  });
});

describe('the version of a cluster', () => {
  const none = { enabled: false, target: '' };
  const to = (target: string): { enabled: true; target: string } => ({ enabled: true, target });
  it.each([
    [undefined, [undefined, '3.7.0'], none, '3.0.0'],
    [undefined, ['3.7.0', '3.6.2'], none, '3.6.0'],
    ['3.0.0', ['3.7.0', '3.7.1'], none, '3.7.0'],
    ['3.6.0', ['3.7.0', '3.6.1'], none, undefined],
    ['3.6.0', ['3.7.0', undefined], none, undefined],
    ['3.6.0', ['3.7.0', 'nonsense'], none, undefined],
    ['3.7.0', ['3.6.0'], none, undefined],
    ['3.7.0', ['3.7.0'], to('3.6.0'), '3.6.0'],
    ['3.6.0', ['3.7.0'], to('3.6.0'), undefined],
    ['3.7.0', ['3.7.0'], to('3.5.0'), undefined],
    ['3.7.0', ['3.7.0', '3.8.0'], to('3.6.0'), '3.6.0'],
  ])('%s with members at %j and downgrade %j becomes %s', (cluster, servers, downgrade, wanted) => {
    const decided = decideClusterVersion({ cluster: cluster ? parseVersion(cluster) : undefined, servers, downgrade });
    expect(decided && formatVersion(decided)).toBe(wanted);
  });

  it.each([
    ['3.6.0', ['3.6.1', '3.6.9'], true],
    ['3.6.0', ['3.6.1', '3.7.0'], false],
    ['3.6.0', ['3.6.1', undefined], false],
    ['', [], false],
  ])('is down at %s with members at %j: %s', (target, servers, result) => {
    expect(isDowngraded(target, servers)).toBe(result);
  });

  it.each([
    ['3.6', '3.6.0'],
    ['3.6.9', '3.6.0'],
    ['3', undefined],
    ['x.y.z', undefined],
    ['3.6.0-rc.1', '3.6.0'],
  ])('that a downgrade goes to is read from %s', (given, wanted) => {
    const target = parseDowngradeTarget(given);
    expect(target && formatVersion(target)).toBe(wanted);
  });
});

describe('[inv 40] what a request costs', () => {
  const op = { request_put: put('k', 'x'.repeat(100)) };
  it('is that of the dearer branch, nested transactions included', () => {
    const inner = { compare: [], success: [op, op], failure: [] };
    expect(txnCost({ compare: [], success: [op], failure: [{ request_txn: inner }] })).toBe(2 * (256 + 1 + 100));
  });

  it.each([
    [100, 99, 1, false],
    [100, 98, 1, true],
    [100, 1000, 0, true],
    [-1, 1e12, 1, true],
    [0, 2 * 1024 ** 3, 1, false],
    [0, 1024, 1, true],
  ])('fits a quota of %i at a size of %i: %i: %s', (quota, size, cost, fits) => {
    expect(new Quota(quota, () => size).hasRoomFor(cost)).toBe(fits);
  });
});

describe('those who wait', () => {
  it('are answered by id, or told when their time is up, with one timer for all', async () => {
    const clock = new VirtualClock();
    const waits = new WaitRegistry<number>(clock, 1000, (sinceMs) => new Error(`since ${sinceMs}`));
    const first = waits.wait(1n).catch((error: Error) => error.message);
    clock.advance(600);
    const second = waits.wait(2n).catch((error: Error) => error.message);
    const third = waits.wait(3n);
    expect(waits.resolve(3n, 33)).toBe(true);
    expect(waits.resolve(3n, 33)).toBe(false);
    clock.advance(500);
    expect(await Promise.all([first, third])).toEqual(['since 0', 33]);
    expect(waits.isWaited(2n)).toBe(true);
    clock.advance(500);
    expect(await second).toBe('since 600');
    expect(waits.size).toBe(0);
  });

  it('are told when no one will answer any more', async () => {
    const waits = new WaitRegistry<number>(new VirtualClock(), 1000, () => new Error('late'));
    const waiting = waits.wait(1n).catch((error: Error) => error.message);
    waits.close(new Error('closed'));
    expect(await waiting).toBe('closed');
    await expect(waits.wait(2n)).rejects.toThrow('closed');
  });
});

describe('[inv 23] reading linearizably', () => {
  const world = () => {
    const clock = new VirtualClock();
    const asked: Uint8Array[] = [];
    let applied = 0n;
    let id = 0n;
    const waiting: { index: bigint; done: () => void }[] = [];
    const reads = new ReadIndex({
      clock,
      timeoutMs: 7000,
      nextId: () => (id += 1n),
      ask: (context) => void asked.push(context),
      untilApplied: (index) =>
        index <= applied ? Promise.resolve() : new Promise((done) => void waiting.push({ index, done })),
    });
    const apply = (index: bigint): void => {
      applied = index;
      for (const waiter of waiting) if (waiter.index <= index) waiter.done();
    };
    const answer = (context: Uint8Array | undefined, index: bigint): void =>
      reads.answered(context ? [{ index, context }] : []);
    const states: string[] = [];
    const read = (name: string): void =>
      void reads.catchUp().then(
        () => states.push(name),
        (error: Error) => states.push(`${name}: ${error.message}`),
      );
    return { clock, asked, reads, apply, answer, read, states };
  };

  it('asks once for all who came before, and anew for who came later', async () => {
    const { asked, read, answer, apply, states } = world();
    read('a');
    read('b');
    await settle(2);
    expect(asked).toHaveLength(1);
    read('c');
    await settle(2);
    expect(asked).toHaveLength(1);
    answer(asked[0], 5n);
    await settle(2);
    expect(states).toEqual([]);
    apply(5n);
    await settle(2);
    expect(states).toEqual(['a', 'b']);
    expect(asked).toHaveLength(2);
    answer(asked[0], 9n);
    await settle(2);
    expect(states).toEqual(['a', 'b']);
    answer(asked[1], 5n);
    await settle(2);
    expect(states).toEqual(['a', 'b', 'c']);
  });

  it('asks again after a while and when a leader begins, under another id each time', async () => {
    const { asked, read, reads, clock, answer, states } = world();
    read('a');
    await settle(2);
    clock.advance(1000);
    reads.firstCommitInTerm();
    expect(new Set(asked.map((context) => Buffer.from(context).toString('hex'))).size).toBe(4);
    answer(asked[1], 0n);
    await settle(2);
    expect(states).toEqual(['a']);
  });

  it('gives up when the leader changes, when it takes too long, and when the member stops', async () => {
    const { asked, read, reads, clock, answer, states } = world();
    read('a');
    await settle(2);
    reads.leaderChanged();
    answer(asked[0], 0n);
    await settle(2);
    read('b');
    await settle(2);
    clock.advance(7000);
    await settle(2);
    read('c');
    await settle(2);
    reads.close(new Error('stopped'));
    await settle(2);
    expect(states).toEqual(['a: etcdserver: leader changed', 'b: etcdserver: request timed out', 'c: stopped']);
  });
});

describe('turns', () => {
  it('are taken once for all who ask, and pause when they have gone on for long', async () => {
    const clock = new VirtualClock();
    let runs = 0;
    const turns = new Turns(clock, () => (runs += 1));
    turns.ask();
    turns.ask();
    await settle(1);
    expect(runs).toBe(1);
    clock.advance(10);
    turns.ask();
    await settle(1);
    expect(runs).toBe(1);
    clock.advance(0);
    expect(runs).toBe(2);
    turns.stop();
    turns.ask();
    await settle(1);
    expect(runs).toBe(2);
  });
});
