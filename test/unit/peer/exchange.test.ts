import { describe, expect, it } from 'vitest';
import { message, type Message } from '../../../src/raft/index.ts';
import { until } from '../../support/until.ts';
import { noService, Side } from './side.ts';

const connect = (a: Side, aId: bigint, b: Side, bId: bigint): void => {
  a.link.addPeer(bId, [b.url]);
  b.link.addPeer(aId, [a.url]);
};
const beat = (from: bigint, to: bigint, term: bigint): Message => message('MsgHeartbeat', { from, to, term });

describe('two members over HTTP', () => {
  it('exchange messages in order, first by post and then on streams', async () => {
    const [a, b] = [await Side.start(1n), await Side.start(2n)];
    connect(a, 1n, b, 2n);
    a.link.send([beat(1n, 2n, 1n)]);
    await until(() => b.received.length === 1);
    await until(() => a.link.activeSince(2n) !== undefined && b.link.activeSince(1n) !== undefined);
    for (let term = 2n; term <= 50n; term += 1n) a.link.send([beat(1n, 2n, term)]);
    await until(() => b.received.length === 50);
    expect(b.received.slice(1).map(({ term }) => term)).toEqual(Array.from({ length: 49 }, (_, at) => BigInt(at) + 2n));
  });

  it('exchange appends with their entries', async () => {
    const [a, b] = [await Side.start(1n), await Side.start(2n)];
    connect(a, 1n, b, 2n);
    await until(() => a.link.activeSince(2n) !== undefined);
    const entry = (index: bigint) => ({
      type: 'EntryNormal' as const,
      term: 1n,
      index,
      data: Uint8Array.of(Number(index)),
    });
    const append = (index: bigint): Message =>
      message('MsgApp', {
        from: 1n,
        to: 2n,
        term: 1n,
        logTerm: 1n,
        index,
        entries: [entry(index + 1n)],
        commit: index,
      });
    for (let index = 1n; index <= 20n; index += 1n) a.link.send([append(index)]);
    await until(() => b.received.length === 20);
    expect(b.received.map(({ entries }) => entries[0]?.data[0])).toEqual(Array.from({ length: 20 }, (_, at) => at + 2));
  });

  it('send snapshots whole, however large, and hear when they are stored', async () => {
    const [a, b] = [await Side.start(1n), await Side.start(2n)];
    connect(a, 1n, b, 2n);
    const confState = { voters: [1n, 2n], learners: [], votersOutgoing: [], learnersNext: [], autoLeave: false };
    const m = message('MsgSnap', {
      from: 1n,
      to: 2n,
      term: 3n,
      snapshot: { index: 9n, term: 3n, confState, data: new Uint8Array(0) },
    });
    const piece = Buffer.alloc(65_536, 'x');
    const pieces = 100;
    async function* chunks(): AsyncGenerator<Uint8Array> {
      for (let at = 0; at < pieces; at += 1) yield piece;
    }
    await a.link.sendSnapshot(m, { sizeBytes: BigInt(piece.length * pieces), version: '3.7.0', chunks: chunks() });
    expect(b.images.map((image) => image.length)).toEqual([piece.length * pieces]);
    expect(b.received[0]).toMatchObject({ type: 'MsgSnap', snapshot: { index: 9n, confState } });
    expect(a.logged.some((line) => line.startsWith('sent database snapshot'))).toBe(true);
  });

  it('tell when a message was lost because no one is there', async () => {
    const a = await Side.start(1n);
    a.link.addPeer(2n, ['http://127.0.0.1:1']);
    a.link.send([beat(1n, 2n, 1n)]);
    await until(() => a.lost.length === 1);
    expect(a.link.activeSince(2n)).toBeUndefined();
    expect(a.logged.filter((line) => line.startsWith('peer cannot be reached'))).toHaveLength(1);
  });

  it('find each other again after one was away', async () => {
    const [a, b] = [await Side.start(1n), await Side.start(2n)];
    connect(a, 1n, b, 2n);
    await until(() => a.link.activeSince(2n) !== undefined);
    b.link.removePeer(1n);
    a.link.removePeer(2n);
    const c = await Side.start(3n);
    connect(a, 1n, c, 3n);
    a.link.send([beat(1n, 3n, 5n)]);
    await until(() => c.received.length === 1);
  });

  it('learn that they were removed', async () => {
    const [a, b] = [await Side.start(1n), await Side.start(2n)];
    b.strangers.add(1n);
    a.link.addPeer(2n, [b.url]);
    await until(() => a.wasRemoved);
    a.wasRemoved = false;
    a.link.send([beat(1n, 2n, 1n)]);
    await until(() => a.wasRemoved);
    expect(b.received).toEqual([]);
  });

  it('do not listen to members of another cluster', async () => {
    const [a, b] = [await Side.start(1n), await Side.start(2n, noService, 0xbadn)];
    connect(a, 1n, b, 2n);
    a.link.send([beat(1n, 2n, 1n)]);
    await until(() => b.logged.some((line) => line.includes('cluster ID mismatch')));
    await until(() => a.logged.some((line) => line.includes('cluster ID mismatch')));
    expect(b.received).toEqual([]);
  });
});
