import { describe, expect, it } from 'vitest';
import {
  EMPTY_CONFIG,
  formatConfig,
  Progress,
  ProgressTracker,
  type TrackerConfig,
  toConfState,
} from '../../../src/raft/tracker/index.ts';

function config(parts: {
  incoming?: bigint[];
  outgoing?: bigint[];
  learners?: bigint[];
  learnersNext?: bigint[];
  autoLeave?: boolean;
}): TrackerConfig {
  return {
    voters: { incoming: new Set(parts.incoming), outgoing: new Set(parts.outgoing) },
    learners: new Set(parts.learners),
    learnersNext: new Set(parts.learnersNext),
    autoLeave: parts.autoLeave ?? false,
  };
}

function tracker(of: TrackerConfig, matches: Record<string, bigint> = {}): ProgressTracker {
  const made = new ProgressTracker({ maxMessages: 10, maxBytes: Number.POSITIVE_INFINITY });
  const ids = new Set([...of.voters.incoming, ...of.voters.outgoing, ...of.learners]);
  const members = [...ids].map((id): [bigint, Progress] => {
    const match = matches[String(id)] ?? 0n;
    const isLearner = of.learners.has(id);
    return [
      id,
      new Progress({ match, next: match + 1n, inflights: made.newInflights(), isLearner, recentActive: false }),
    ];
  });
  made.switchTo(of, new Map(members));
  return made;
}

describe('the membership', () => {
  it.each([
    { of: EMPTY_CONFIG, text: 'voters=()' },
    { of: config({ incoming: [3n, 1n, 10n] }), text: 'voters=(1 3 a)' },
    {
      of: config({ incoming: [1n, 4n], outgoing: [1n, 2n], learners: [7n], learnersNext: [2n], autoLeave: true }),
      text: 'voters=(1 4)&&(1 2) learners=(7) learners_next=(2) autoleave',
    },
  ])('reads $text', ({ of, text }) => {
    expect(formatConfig(of)).toBe(text);
  });

  it('is recorded with its ids in order', () => {
    const of = config({ incoming: [3n, 1n], outgoing: [2n, 1n], learners: [9n, 8n], autoLeave: true });
    expect(toConfState(of)).toEqual({
      voters: [1n, 3n],
      votersOutgoing: [1n, 2n],
      learners: [8n, 9n],
      learnersNext: [],
      autoLeave: true,
    });
  });

  it('is visited in the order of its ids', () => {
    expect(tracker(config({ incoming: [20n, 3n], learners: [7n] })).ids).toEqual([3n, 7n, 20n]);
  });

  it.each([
    { of: config({ incoming: [1n] }), alone: true },
    { of: config({ incoming: [1n], learners: [2n] }), alone: true },
    { of: config({ incoming: [2n], learners: [1n] }), alone: false },
    { of: config({ incoming: [1n], outgoing: [1n] }), alone: false },
    { of: config({ incoming: [1n, 2n] }), alone: false },
  ])('lets node 1 decide alone: $alone', ({ of, alone }) => {
    expect(tracker(of).isOnlyVoter(1n)).toBe(alone);
  });
});

describe('what is committed', () => {
  it('does not count learners', () => {
    expect(tracker(config({ incoming: [1n, 2n], learners: [3n] }), { 1: 9n, 2: 4n, 3: 9n }).committed()).toBe(4n);
  });

  it('needs both halves of a joint configuration', () => {
    const of = config({ incoming: [1n, 2n, 3n], outgoing: [4n, 5n, 6n] });
    expect(tracker(of, { 1: 9n, 2: 9n, 3: 9n, 4: 9n, 5: 2n, 6: 1n }).committed()).toBe(2n);
  });
});

describe('the quorum check', () => {
  it.each([
    { active: [1n, 2n], isActive: true },
    { active: [1n], isActive: false },
    { active: [1n, 4n], isActive: false },
  ])('with $active heard from: $isActive', ({ active, isActive }) => {
    const made = tracker(config({ incoming: [1n, 2n, 3n], learners: [4n] }));
    for (const id of active) {
      const pr = made.get(id);
      if (pr !== undefined) {
        pr.recentActive = true;
      }
    }
    expect(made.isQuorumActive()).toBe(isActive);
  });
});

describe('the votes', () => {
  it('count once for each node, the first time', () => {
    const made = tracker(config({ incoming: [1n, 2n, 3n] }));
    made.recordVote(1n, true);
    made.recordVote(2n, false);
    made.recordVote(2n, true);
    expect(made.tallyVotes()).toEqual({ granted: 1, rejected: 1, result: 'pending' });
    made.recordVote(3n, true);
    expect(made.tallyVotes()).toEqual({ granted: 2, rejected: 1, result: 'won' });
    made.resetVotes();
    expect(made.tallyVotes()).toEqual({ granted: 0, rejected: 0, result: 'pending' });
  });

  it('of learners and strangers do not', () => {
    const made = tracker(config({ incoming: [1n, 2n, 3n], learners: [4n] }));
    made.recordVote(4n, true);
    made.recordVote(99n, true);
    made.recordVote(1n, true);
    expect(made.tallyVotes()).toEqual({ granted: 1, rejected: 0, result: 'pending' });
  });
});

describe('a reset', () => {
  it('forgets all but who is a learner and how long the own log is', () => {
    const made = tracker(config({ incoming: [1n, 2n], learners: [3n] }), { 1: 5n, 2: 5n, 3: 5n });
    made.get(2n)?.becomeReplicate();
    made.resetProgress(1n, 8n);
    expect(made.get(1n)).toMatchObject({ match: 8n, next: 9n, isLearner: false });
    expect(made.get(2n)).toMatchObject({ match: 0n, next: 9n, state: 'probe', recentActive: false });
    expect(made.get(3n)).toMatchObject({ match: 0n, next: 9n, isLearner: true });
  });
});
