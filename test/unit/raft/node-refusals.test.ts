import { describe, expect, it } from 'vitest';
import { APPEND_THREAD, type MessageType, message, NO_BYTES } from '../../../src/raft/index.ts';
import { codeOf, Cluster, confState, entriesOf, Instance } from '../../raft/harness.ts';

const utf8 = new TextEncoder();

describe('messages that a node does not take', () => {
  const local: MessageType[] = [
    'MsgHup',
    'MsgBeat',
    'MsgUnreachable',
    'MsgSnapStatus',
    'MsgCheckQuorum',
    'MsgStorageAppend',
    'MsgStorageAppendResp',
    'MsgStorageApply',
    'MsgStorageApplyResp',
  ];

  it.each(local)('%s from another node', (type) => {
    const one = new Instance();
    expect(codeOf(() => one.node.step(message(type, { from: 2n, to: 1n })))).toBe('localMessage');
    expect(one.node.hasReady()).toBe(false);
  });

  it('are taken from its own storage', () => {
    const one = new Instance({ asyncStorageWrites: true });
    expect(codeOf(() => one.node.step(message('MsgStorageAppendResp', { from: APPEND_THREAD, to: 1n })))).toBe(
      undefined,
    );
  });

  it.each<MessageType>(['MsgAppResp', 'MsgVoteResp', 'MsgHeartbeatResp', 'MsgReadIndexResp', 'MsgPreVoteResp'])(
    '%s of a stranger',
    (type) => {
      expect(codeOf(() => new Instance().node.step(message(type, { from: 9n, to: 1n })))).toBe('peerNotFound');
    },
  );

  it('an append with a hole in it', () => {
    const one = new Instance({ log: [1] });
    const [second, third] = entriesOf(2, [1, 1]);
    const holed = third === undefined ? [] : [third];
    expect(codeOf(() => one.receive('MsgApp', { from: 2n, term: 1n, index: 1n, logTerm: 1n, entries: holed }))).toBe(
      'malformedMessage',
    );
    expect(one.logTerms).toEqual([1]);
    const good = second === undefined ? [] : [second];
    one.receive('MsgApp', { from: 2n, term: 1n, index: 1n, logTerm: 1n, entries: good });
    expect(one.logTerms).toEqual([1, 1]);
  });

  it('an empty proposal, or one whose change of membership cannot be read', () => {
    const one = new Instance();
    one.elect(2);
    expect(codeOf(() => one.node.propose())).toBe('malformedMessage');
    const entries = [{ term: 0n, index: 0n, type: 'EntryConfChange', data: Uint8Array.of(0x18) }] as const;
    expect(codeOf(() => one.receive('MsgProp', { from: 2n, entries }))).toBe('malformedConfChange');
    expect(one.storage.lastIndex()).toBe(1n);
  });

  it('an answer to a read that carries no read', () => {
    const one = new Instance();
    one.receive('MsgReadIndexResp', { from: 2n, index: 3n });
    expect(one.readStates).toEqual([]);
    expect(one.lines.at(-1)).toBe('1 invalid format of MsgReadIndexResp from 2, entries count: 0');
  });

  it('a heartbeat that commits more than it has, as it must have lost what it had', () => {
    const one = new Instance({ log: [1] });
    expect(() => one.receive('MsgHeartbeat', { from: 2n, term: 1n, commit: 5n })).toThrow(
      'Was the raft log corrupted, truncated, or lost?',
    );
  });

  it('a snapshot of a membership that it is no part of', () => {
    const one = new Instance();
    const snapshot = { index: 9n, term: 1n, confState: confState([2, 3]), data: NO_BYTES };
    one.receive('MsgSnap', { from: 2n, term: 1n, snapshot });
    expect(one.commit).toBe(0n);
    expect(
      one.lines.some((line) => line.includes('attempted to restore snapshot but it is not in the ConfState')),
    ).toBe(true);
  });

  it('an acknowledgement of a read number that it never sent', () => {
    const cluster = Cluster.ofSize(3);
    const leader = cluster.elect(1);
    const context = Uint8Array.of(0xff, 0, 0, 0, 0, 0, 0, 0);
    leader.receive('MsgHeartbeatResp', { from: 2n, term: 1n, context });
    leader.receive('MsgHeartbeatResp', { from: 2n, term: 1n, context: Uint8Array.of(1) });
    leader.node.readIndex(utf8.encode('r'));
    leader.drain();
    expect(leader.readStates).toEqual([]);
  });
});
