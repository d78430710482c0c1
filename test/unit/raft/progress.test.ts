import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { RaftInvariantError } from '../../../src/raft/errors.ts';
import {
  formatProgress,
  formatProgressMap,
  Inflights,
  Progress,
  type ProgressState,
} from '../../../src/raft/tracker/index.ts';

function progress(match: bigint, next: bigint, maxMessages = 3): Progress {
  const inflights = new Inflights({ maxMessages, maxBytes: Number.POSITIVE_INFINITY });
  return new Progress({ match, next, inflights, isLearner: false, recentActive: true });
}

/** A progress in a given state, with `next` where the state puts it. */
function inState(state: ProgressState, match: bigint, next: bigint): Progress {
  const pr = progress(match, next);
  if (state === 'replicate') {
    pr.becomeReplicate();
  } else if (state === 'snapshot') {
    pr.becomeSnapshot(next - 1n);
  }
  pr.next = next;
  return pr;
}

describe('changes of state', () => {
  it('probes right after what is known to match', () => {
    const pr = inState('replicate', 3n, 9n);
    pr.sentCommit = 8n;
    pr.becomeProbe();
    expect(pr).toMatchObject({ state: 'probe', next: 4n, sentCommit: 3n });
  });

  it('probes after a snapshot that was sent, or after more if the follower has more', () => {
    const behind = inState('snapshot', 3n, 11n);
    behind.becomeProbe();
    expect(behind).toMatchObject({ state: 'probe', next: 11n, pendingSnapshot: 0n });
    const ahead = inState('snapshot', 3n, 11n);
    ahead.match = 15n;
    ahead.becomeProbe();
    expect(ahead.next).toBe(16n);
  });

  it('waits for a snapshot without sending anything', () => {
    const pr = progress(1n, 5n);
    pr.becomeSnapshot(10n);
    expect(pr).toMatchObject({ next: 11n, pendingSnapshot: 10n, sentCommit: 10n });
    expect(pr.isPaused()).toBe(true);
    expect(() => pr.sentEntries(1, 1)).toThrow(RaftInvariantError);
  });
});

describe('sending', () => {
  it('pauses a probe after a message with entries, not after an empty one', () => {
    const pr = progress(1n, 5n);
    pr.sentEntries(0, 0);
    expect(pr.isPaused()).toBe(false);
    pr.sentEntries(2, 20);
    expect(pr).toMatchObject({ next: 5n, appendPaused: true });
    // A pause lasts until the follower is heard from, whatever else is sent.
    pr.sentEntries(0, 0);
    expect(pr.isPaused()).toBe(true);
  });

  it('runs ahead while streaming, until the window is full', () => {
    const pr = progress(4n, 5n, 2);
    pr.becomeReplicate();
    pr.sentEntries(3, 30);
    expect(pr).toMatchObject({ next: 8n, appendPaused: false });
    pr.sentEntries(1, 10);
    expect(pr).toMatchObject({ next: 9n, appendPaused: true });
  });
});

describe('an acknowledgement', () => {
  it.each([
    { index: 2n, updates: false, match: 3n, next: 5n },
    { index: 3n, updates: false, match: 3n, next: 5n },
    { index: 4n, updates: true, match: 4n, next: 5n },
    { index: 9n, updates: true, match: 9n, next: 10n },
  ])('of $index moves match 3, next 5 to $match, $next', ({ index, updates, match, next }) => {
    const pr = progress(3n, 5n);
    expect(pr.maybeUpdate(index)).toBe(updates);
    expect(pr).toMatchObject({ match, next });
  });
});

describe('a refusal', () => {
  it.each([
    // While streaming, one at or before the match is old; any other falls back to the match.
    { state: 'replicate', match: 5n, next: 10n, rejected: 5n, hint: 0n, taken: false, after: 10n },
    { state: 'replicate', match: 5n, next: 10n, rejected: 4n, hint: 0n, taken: false, after: 10n },
    { state: 'replicate', match: 5n, next: 10n, rejected: 9n, hint: 9n, taken: true, after: 6n },
    // While probing, only the last probe counts.
    { state: 'probe', match: 0n, next: 10n, rejected: 8n, hint: 8n, taken: false, after: 10n },
    { state: 'probe', match: 0n, next: 10n, rejected: 9n, hint: 9n, taken: true, after: 9n },
    { state: 'probe', match: 0n, next: 10n, rejected: 9n, hint: 2n, taken: true, after: 3n },
    { state: 'probe', match: 0n, next: 1n, rejected: 0n, hint: 0n, taken: true, after: 1n },
    // Never before what is known to match.
    { state: 'probe', match: 4n, next: 10n, rejected: 9n, hint: 1n, taken: true, after: 5n },
  ] as const)('in $state of $rejected (hint $hint) at match $match, next $next', (given) => {
    const pr = inState(given.state, given.match, given.next);
    expect(pr.maybeDecrease(given.rejected, given.hint)).toBe(given.taken);
    expect(pr.next).toBe(given.after);
    expect(pr.match).toBe(given.match);
  });
});

describe('the commit index on its way', () => {
  it.each([
    { sent: 3n, next: 9n, commit: 4n, can: true },
    { sent: 4n, next: 9n, commit: 4n, can: false },
    { sent: 8n, next: 9n, commit: 12n, can: false },
    { sent: 5n, next: 9n, commit: 12n, can: true },
  ])('$sent sent, next $next: $commit is worth sending: $can', ({ sent, next, commit, can }) => {
    const pr = progress(1n, next);
    pr.sentCommit = sent;
    expect(pr.canBumpCommit(commit)).toBe(can);
  });
});

describe('what must always hold', () => {
  it('match stays below next, and match never falls', () => {
    const index = fc.bigInt({ min: 0n, max: 30n });
    const step = fc.oneof(
      fc.record({ ack: index }),
      fc.record({ reject: index, hint: index }),
      fc.record({ send: fc.integer({ min: 0, max: 3 }) }),
      fc.record({ become: fc.constantFrom('probe' as const, 'replicate' as const) }),
      fc.record({ snapshot: index }),
    );
    fc.assert(
      fc.property(fc.array(step, { maxLength: 100 }), (steps) => {
        const pr = progress(0n, 1n);
        for (const s of steps) {
          const before = pr.match;
          if ('ack' in s) {
            pr.maybeUpdate(s.ack);
          } else if ('reject' in s) {
            pr.maybeDecrease(s.reject, s.hint);
          } else if ('send' in s) {
            if (!pr.isPaused()) {
              pr.sentEntries(s.send, s.send);
            }
          } else if ('become' in s) {
            const become = s.become === 'probe' ? () => pr.becomeProbe() : () => pr.becomeReplicate();
            become();
          } else if (s.snapshot > pr.match) {
            pr.becomeSnapshot(s.snapshot);
          }
          expect(pr.match < pr.next).toBe(true);
          expect(pr.match >= before).toBe(true);
        }
      }),
    );
  });
});

describe('the text form', () => {
  it('names what is out of the ordinary', () => {
    const pr = progress(1n, 2n, 1);
    expect(formatProgress(pr)).toBe('StateProbe match=1 next=2');
    pr.becomeReplicate();
    pr.sentEntries(1, 1);
    pr.isLearner = true;
    pr.recentActive = false;
    expect(formatProgress(pr)).toBe('StateReplicate match=1 next=3 learner paused inactive inflight=1[full]');
    pr.becomeSnapshot(7n);
    expect(formatProgress(pr)).toBe('StateSnapshot match=1 next=8 learner paused pendingSnap=7 inactive');
  });

  it('lists members by their ids', () => {
    const map = new Map([
      [10n, progress(1n, 2n)],
      [9n, progress(3n, 4n)],
    ]);
    expect(formatProgressMap(map)).toBe('9: StateProbe match=3 next=4\n10: StateProbe match=1 next=2\n');
  });

  it('is of a copy what it is of the original', () => {
    const pr = inState('snapshot', 3n, 11n);
    const copy = pr.copy(pr.inflights.copy());
    expect(formatProgress(copy)).toBe(formatProgress(pr));
    copy.isLearner = true;
    expect(pr.isLearner).toBe(false);
  });
});
