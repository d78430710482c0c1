import { describe, expect, it } from 'vitest';
import { VirtualClock } from '../../../src/base/index.ts';
import { type DriverEvents, RaftDriver } from '../../../src/member/consensus/driver.ts';
import { MemoryLogStore } from '../../../src/member/consensus/log-store.ts';
import { encodeConfChange, type Message, message, RaftNode } from '../../../src/raft/index.ts';
import { randomFrom, settle } from './support.ts';

/** Member 1 of three, driven by hand. What it does is noted in order. */
function world(isFollowerOf: bigint | undefined) {
  const log = new MemoryLogStore();
  const done: string[] = [];
  const dropped: string[] = [];
  const node = new RaftNode({
    id: 1n,
    storage: log.storage,
    electionTicks: 10,
    heartbeatTicks: 1,
    randomInt: randomFrom(1),
    maxInflightMessages: 512,
    asyncStorageWrites: true,
  });
  node.bootstrap([{ id: 1n }, { id: 2n }, { id: 3n }]);
  const events: DriverEvents = {
    leadershipChanged: () => undefined,
    committed: () => undefined,
    apply: (entries) => {
      for (const entry of entries) {
        done.push(`apply ${entry.index}`);
        if (entry.type === 'EntryConfChange') {
          driver.applyConfChange({ id: 0n, type: 'ConfChangeAddNode', nodeId: 4n, context: new Uint8Array(0) });
        }
      }
    },
    install: () => undefined,
    readable: () => undefined,
    send: (messages) => {
      for (const m of messages) done.push(`send ${m.type}`);
    },
    sendSnapshot: () => undefined,
    failed: (error) => done.push(`failed: ${String(error)}`),
  };
  const driver: RaftDriver = new RaftDriver(node, log, new VirtualClock(), events);
  driver.start();
  const receive = (type: Message['type'], fields: Parameters<typeof message>[1]): void =>
    driver.receive(message(type, { from: isFollowerOf ?? 2n, to: 1n, term: 2n, ...fields }));
  const propose = (data: Uint8Array, isWanted = true): void =>
    driver.propose({ data, isWanted: () => isWanted, dropped: (error) => void dropped.push(error.message) });
  return { driver, node, done, dropped, receive, propose };
}

describe('a driver', () => {
  it('[inv 11] of a follower sends nothing before changes of the membership are applied', async () => {
    const { done, receive } = world(2n);
    await settle(2);
    done.length = 0;
    const { type, data } = encodeConfChange({
      id: 0n,
      type: 'ConfChangeAddNode',
      nodeId: 4n,
      context: new Uint8Array(0),
    });
    receive('MsgApp', { logTerm: 1n, index: 3n, entries: [{ term: 2n, index: 4n, type, data }], commit: 3n });
    await settle(2);
    done.length = 0;
    receive('MsgHeartbeat', { commit: 4n });
    await settle(2);
    expect(done).toEqual(['apply 4', 'send MsgHeartbeatResp']);
  });

  it('lets proposals wait for a leader, and forgets those that no one waits for any more', async () => {
    const { receive, propose, node, done } = world(2n);
    await settle(2);
    propose(Uint8Array.of(1));
    propose(Uint8Array.of(2), false);
    await settle(2);
    done.length = 0;
    receive('MsgHeartbeat', {});
    await settle(2);
    expect(done).toContain('send MsgProp');
    expect(node.basicStatus().lead).toBe(2n);
  });

  it('tells who proposed when it can not be done', async () => {
    const { driver, propose, dropped, receive } = world(undefined);
    await settle(2);
    for (let i = 0; i < 20; i++) driver.tick();
    await settle(2);
    for (const from of [2n, 3n]) receive('MsgVoteResp', { from, term: 2n });
    await settle(2);
    receive('MsgAppResp', { from: 2n, term: 2n, index: 4n });
    await settle(2);
    driver.transferLeader(3n);
    propose(Uint8Array.of(1));
    await settle(2);
    expect(dropped).toEqual(['raft proposal dropped']);
  });

  it('drops messages that can not be, and goes on', async () => {
    const { receive, done } = world(2n);
    await settle(2);
    receive('MsgHup', {});
    receive('MsgAppResp', { from: 9n });
    await settle(2);
    expect(done.filter((what) => what.startsWith('failed'))).toEqual([]);
  });

  it('ends when the node contradicts itself', async () => {
    const { receive, done, driver } = world(2n);
    await settle(2);
    receive('MsgHeartbeat', { commit: 1000n });
    await settle(2);
    expect(done.at(-1)).toMatch(/^failed: .*1000/);
    driver.tick();
    await settle(2);
    expect(done.at(-1)).toMatch(/^failed/);
  });
});
