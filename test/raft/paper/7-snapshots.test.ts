/** §7 Log compaction. */
import { describe, expect, it } from 'vitest';
import { message, type Snapshot } from '../../../src/raft/index.ts';
import { confState, entriesOf, Instance, ofType } from '../harness.ts';

function snapshot(index: number, term: number, voters = [1, 2, 3], learners: number[] = []): Snapshot {
  return {
    index: BigInt(index),
    term: BigInt(term),
    confState: confState(voters, learners),
    data: Uint8Array.of(index),
  };
}

/** A leader of term 2 whose log begins at 11, as all before is in a snapshot; follower 2 is at `match`. */
function compactedLeader(match: bigint): Instance {
  const one = new Instance({ log: [1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1], commit: 12 });
  one.drain();
  one.storage.createSnapshot(10n, one.confState, Uint8Array.of(10));
  one.storage.compact(10n);
  one.elect(3);
  one.receive('MsgHeartbeatResp', { from: 2n, term: 2n });
  if (match > 0n) {
    one.receive('MsgAppResp', { from: 2n, term: 2n, index: match });
  }
  return one;
}

describe('a leader whose log no longer has what a follower lacks', () => {
  it('sends it a snapshot', () => {
    const one = compactedLeader(0n);
    const sent = one.receive('MsgAppResp', {
      from: 2n,
      term: 2n,
      index: 12n,
      reject: true,
      rejectHint: 3n,
      logTerm: 1n,
    });
    expect(ofType(sent, 'MsgSnap')).toMatchObject([{ to: 2n, term: 2n, snapshot: { index: 10n, term: 1n } }]);
    expect(one.node.status().progress.get(2n)).toMatchObject({ state: 'snapshot', pendingSnapshot: 10n, next: 11n });
  });

  it('sends nothing else until it is told how that went', () => {
    const one = compactedLeader(0n);
    one.receive('MsgAppResp', { from: 2n, term: 2n, index: 12n, reject: true, rejectHint: 3n, logTerm: 1n });
    expect(one.propose('x').filter(({ to }) => to === 2n)).toEqual([]);
    expect(one.receive('MsgHeartbeatResp', { from: 2n, term: 2n })).toEqual([]);
  });

  it.each([
    { outcome: 'finish' as const, next: 11n },
    { outcome: 'failure' as const, next: 1n },
  ])('probes from the right place after $outcome, once the follower is heard from', ({ outcome, next }) => {
    const one = compactedLeader(0n);
    one.receive('MsgAppResp', { from: 2n, term: 2n, index: 12n, reject: true, rejectHint: 3n, logTerm: 1n });
    one.node.reportSnapshot(2n, outcome);
    expect(one.drain()).toEqual([]);
    expect(one.node.status().progress.get(2n)).toMatchObject({ state: 'probe', next, pendingSnapshot: 0n });
    const sent = one.receive('MsgHeartbeatResp', { from: 2n, term: 2n });
    expect(sent.map(({ type }) => type)).toEqual([outcome === 'finish' ? 'MsgApp' : 'MsgSnap']);
  });

  it('streams on from wherever the follower says it is', () => {
    for (const index of [10n, 11n, 12n]) {
      const one = compactedLeader(0n);
      one.receive('MsgAppResp', { from: 2n, term: 2n, index: 12n, reject: true, rejectHint: 3n, logTerm: 1n });
      one.receive('MsgAppResp', { from: 2n, term: 2n, index });
      expect(one.node.status().progress.get(2n)).toMatchObject({ state: 'replicate', match: index });
    }
  });

  it('waits on while the follower is still behind its log', () => {
    const one = compactedLeader(0n);
    one.receive('MsgAppResp', { from: 2n, term: 2n, index: 12n, reject: true, rejectHint: 3n, logTerm: 1n });
    one.receive('MsgAppResp', { from: 2n, term: 2n, index: 5n });
    expect(one.node.status().progress.get(2n)).toMatchObject({ state: 'snapshot', match: 5n });
  });

  it('stays calm while its storage is still making one', () => {
    const one = compactedLeader(0n);
    one.isMakingSnapshot = true;
    const sent = one.receive('MsgAppResp', {
      from: 2n,
      term: 2n,
      index: 12n,
      reject: true,
      rejectHint: 3n,
      logTerm: 1n,
    });
    expect(sent).toEqual([]);
    expect(one.lines.at(-1)).toContain('because snapshot is temporarily unavailable');
    expect(one.node.status().progress.get(2n)).toMatchObject({ state: 'probe' });
  });

  it('needs none for a follower that is not so far behind', () => {
    const one = compactedLeader(11n);
    const sent = one.propose('x').filter(({ to }) => to === 2n);
    expect(sent.map(({ type }) => type)).toEqual(['MsgApp']);
  });
});

describe('[inv 13] a follower that is sent a snapshot', () => {
  it('replaces its log and its membership by it', () => {
    const one = new Instance({ log: [1, 1] });
    const sent = one.receive('MsgSnap', { from: 2n, term: 2n, snapshot: snapshot(11, 2, [1, 2], [3]) });
    expect(sent).toMatchObject([{ type: 'MsgAppResp', to: 2n, index: 11n, reject: false }]);
    expect(one.node.basicStatus()).toMatchObject({ commit: 11n, applied: 11n, lead: 2n });
    expect([one.storage.firstIndex(), one.storage.lastIndex(), one.storage.term(11n)]).toEqual([12n, 11n, 2n]);
    const { voters, learners } = one.node.status().config;
    expect([[...voters.incoming], [...learners]]).toEqual([[1n, 2n], [3n]]);
  });

  it.each([
    { name: 'that is older than its commit index', of: snapshot(2, 1), commit: 3n },
    { name: 'that ends where its commit index is', of: snapshot(3, 1), commit: 3n },
    { name: 'of entries that it has: it only commits them', of: snapshot(5, 1), commit: 5n },
  ])('does not install one $name', ({ of, commit }) => {
    const one = new Instance({ log: [1, 1, 1, 1, 1], commit: 3 });
    one.drain();
    const sent = one.receive('MsgSnap', { from: 2n, term: 2n, snapshot: of });
    expect(sent).toMatchObject([{ type: 'MsgAppResp', index: commit, reject: false }]);
    expect([one.commit, one.logTerms]).toEqual([commit, [1, 1, 1, 1, 1]]);
  });

  it('installs one whose entries conflict with its own', () => {
    const one = new Instance({ log: [1, 1, 1, 1, 1], commit: 3 });
    one.drain();
    one.receive('MsgSnap', { from: 2n, term: 3n, snapshot: snapshot(5, 3) });
    expect([one.commit, one.logTerms, one.storage.term(5n)]).toEqual([5n, [], 3n]);
  });

  it('goes on with the entries after it', () => {
    const one = new Instance();
    one.receive('MsgSnap', { from: 2n, term: 2n, snapshot: snapshot(11, 2) });
    one.receive('MsgApp', { from: 2n, term: 2n, index: 11n, logTerm: 2n, entries: entriesOf(12, [2, 2]), commit: 12n });
    expect([one.logTerms, one.applied.map(({ index }) => index)]).toEqual([[2, 2], [12n]]);
  });

  it('is given snapshot and entries in one Ready, the snapshot first', () => {
    const one = new Instance();
    one.node.step(message('MsgSnap', { from: 2n, term: 2n, snapshot: snapshot(11, 2) }));
    const append = { index: 11n, logTerm: 2n, entries: entriesOf(12, [2]), commit: 12n };
    one.node.step(message('MsgApp', { from: 2n, term: 2n, ...append }));
    const ready = one.node.ready();
    const indexes = ready.entries.map(({ index }) => index);
    expect([ready.snapshot?.index, indexes, ready.committedEntries]).toEqual([11n, [12n], []]);
    one.storage.applySnapshot(snapshot(11, 2));
    one.storage.append(ready.entries);
    one.node.advance();
    expect(one.node.ready().committedEntries.map(({ index }) => index)).toEqual([12n]);
  });

  it('does not campaign before it is installed', () => {
    const one = new Instance();
    one.node.step(message('MsgSnap', { from: 2n, term: 2n, snapshot: snapshot(11, 2) }));
    one.node.campaign();
    expect([one.role, one.lines.at(-1)]).toEqual(['follower', '1 is unpromotable and can not campaign']);
    one.drain();
    one.node.campaign();
    expect(one.role).toBe('candidate');
  });
});
