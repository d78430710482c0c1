import { describe, expect, it } from 'vitest';
import { Figures } from '../../../src/figures/index.ts';
import { VirtualClock } from '../../../src/base/index.ts';
import { Leadership } from '../../../src/member/leadership.ts';
import { Proposer } from '../../../src/member/proposer.ts';
import { RequestIds } from '../../../src/member/request-ids.ts';

/** A proposer of a member that has committed and applied as much; and what it hands to the log. */
function proposerAt(committed: bigint, applied: bigint) {
  const clock = new VirtualClock();
  const proposed: Uint8Array[] = [];
  const proposer = new Proposer({
    figures: new Figures(),
    self: 1n,
    clock,
    ids: new RequestIds(1n, clock.wallMs()),
    leadership: new Leadership(clock, 1n),
    driver: { propose: ({ data }) => void (data instanceof Uint8Array && proposed.push(data)) },
    maxRequestBytes: 1000,
    timeoutMs: 100,
    electionMs: 1000,
    progress: () => ({ committed, applied }),
    members: () => [],
    activeSince: () => undefined,
  });
  return { proposer, proposed, clock };
}

describe('[inv 49] a member', () => {
  it('that applies 5000 entries behind what is committed still takes requests', async () => {
    const { proposer, proposed, clock } = proposerAt(6000n, 1000n);
    const result = proposer.propose({ compaction: { revision: 1n, physical: false } });
    expect(proposed).toHaveLength(1);
    clock.advance(1000);
    await expect(result).rejects.toThrow('request timed out');
  });

  it('that is further behind refuses them, before they reach the log', async () => {
    const { proposer, proposed } = proposerAt(6001n, 1000n);
    await expect(proposer.propose({ compaction: { revision: 1n, physical: false } })).rejects.toMatchObject({
      message: 'etcdserver: too many requests',
    });
    expect(proposed).toEqual([]);
  });
});
