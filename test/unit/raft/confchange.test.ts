import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  applyChange,
  asV2,
  type ChangeContext,
  decodeConfChange,
  encodeConfChange,
  enterJoint,
  leaveJoint,
  type Membership,
  restoreMembership,
  simpleChange,
} from '../../../src/raft/confchange/index.ts';
import { RaftError } from '../../../src/raft/errors.ts';
import { allVoters, isJoint, majorityVote } from '../../../src/raft/quorum/index.ts';
import { EMPTY_CONFIG, formatConfig, Inflights, toConfState } from '../../../src/raft/tracker/index.ts';
import type { ConfChangeSingle, ConfChangeV2, ConfState } from '../../../src/raft/types.ts';

const context: ChangeContext = {
  lastIndex: 10n,
  newInflights: () => new Inflights({ maxMessages: 5, maxBytes: Number.POSITIVE_INFINITY }),
};
const nobody: Membership = { config: EMPTY_CONFIG, progress: new Map() };
const noBytes = new Uint8Array(0);

const type = fc.constantFrom(
  'ConfChangeAddNode' as const,
  'ConfChangeRemoveNode' as const,
  'ConfChangeUpdateNode' as const,
  'ConfChangeAddLearnerNode' as const,
);
const transition = fc.constantFrom(
  'ConfChangeTransitionAuto' as const,
  'ConfChangeTransitionJointImplicit' as const,
  'ConfChangeTransitionJointExplicit' as const,
);
const single = fc.record({ type, nodeId: fc.bigInt({ min: 1n, max: 6n }) });
const uint64 = fc.bigInt({ min: 0n, max: 0xffff_ffff_ffff_ffffn });
const bytes = fc.uint8Array({ maxLength: 20 });

/** The membership after each change that is allowed, from a first voter on. */
function walk(
  changes: readonly (readonly ConfChangeSingle[])[],
  each: (from: Membership, to: Membership) => void,
): void {
  let at = simpleChange(nobody, context, [{ type: 'ConfChangeAddNode', nodeId: 1n }]);
  for (const [i, step] of changes.entries()) {
    try {
      const to = isJoint(at.config.voters)
        ? leaveJoint(at)
        : i % 2 === 0
          ? simpleChange(at, context, step)
          : enterJoint(at, context, step, i % 3 === 0);
      each(at, to);
      at = to;
    } catch (error) {
      expect(error).toBeInstanceOf(RaftError);
    }
  }
}

describe('a sequence of changes', () => {
  it('never lets the majorities before and after decide apart', () => {
    fc.assert(
      fc.property(fc.array(fc.array(single, { maxLength: 4 }), { maxLength: 12 }), (changes) => {
        walk(changes, (from, to) => {
          const everybody = [...new Set([...allVoters(from.config.voters), ...allVoters(to.config.voters)])];
          // Every way to split the voters in two: not both sides may win, one before and one after the change.
          for (let split = 0; split < 2 ** everybody.length; split++) {
            const ours = new Map(everybody.map((id, i) => [id, (split & (1 << i)) !== 0]));
            const theirs = new Map([...ours].map(([id, vote]) => [id, !vote]));
            const before = wins(from, ours);
            expect(before && wins(to, theirs)).toBe(false);
          }
        });
      }),
      { numRuns: 60 },
    );
  });

  it('leaves the membership that it started from as it was', () => {
    fc.assert(
      fc.property(fc.array(fc.array(single, { maxLength: 4 }), { maxLength: 12 }), (changes) => {
        walk(changes, (from, to) => {
          const text = formatConfig(from.config);
          for (const pr of to.progress.values()) {
            pr.isLearner = !pr.isLearner;
          }
          expect(formatConfig(from.config)).toBe(text);
          for (const [id, pr] of from.progress) {
            expect(pr.isLearner).toBe(from.config.learners.has(id));
          }
          for (const pr of to.progress.values()) {
            pr.isLearner = !pr.isLearner;
          }
        });
      }),
    );
  });

  it('can be restored from its record at any point', () => {
    fc.assert(
      fc.property(fc.array(fc.array(single, { maxLength: 4 }), { maxLength: 12 }), (changes) => {
        walk(changes, (_, { config }) => {
          const record = toConfState(config);
          expect(toConfState(restoreMembership(context, record).config)).toEqual(record);
        });
      }),
    );
  });
});

function wins({ config }: Membership, votes: ReadonlyMap<bigint, boolean>): boolean {
  const { incoming, outgoing } = config.voters;
  return majorityVote(incoming, votes) === 'won' && majorityVote(outgoing, votes) === 'won';
}

describe('restoring', () => {
  it.each<{ name: string; record: Partial<ConfState> }>([
    { name: 'nobody', record: {} },
    { name: 'voters and learners', record: { voters: [1n, 2n, 3n], learners: [4n] } },
    {
      name: 'a joint configuration',
      record: { voters: [1n, 2n, 3n], learners: [5n], votersOutgoing: [1n, 2n, 4n, 6n], learnersNext: [4n] },
    },
    { name: 'one to be left', record: { voters: [1n], votersOutgoing: [2n], autoLeave: true } },
  ])('brings back $name', ({ record }) => {
    const full = { voters: [], learners: [], votersOutgoing: [], learnersNext: [], autoLeave: false, ...record };
    expect(toConfState(restoreMembership(context, full).config)).toEqual(full);
  });
});

function change(parts: Partial<ConfChangeV2>): ConfChangeV2 {
  const changes = [{ type: 'ConfChangeAddNode', nodeId: 3n }] as const;
  return { transition: 'ConfChangeTransitionAuto', changes, context: noBytes, ...parts };
}

describe('the way a change is made', () => {
  const two = restoreMembership(context, {
    voters: [1n, 2n],
    learners: [],
    votersOutgoing: [],
    learnersNext: [],
    autoLeave: false,
  });

  it.each([
    { name: 'one change goes the simple way', of: change({}), text: 'voters=(1 2 3)' },
    {
      name: 'several go through a joint configuration that is left by itself',
      of: change({ changes: [...change({}).changes, { type: 'ConfChangeAddNode', nodeId: 4n }] }),
      text: 'voters=(1 2 3 4)&&(1 2) autoleave',
    },
    {
      name: 'an implicit one is left by itself',
      of: change({ transition: 'ConfChangeTransitionJointImplicit' }),
      text: 'voters=(1 2 3)&&(1 2) autoleave',
    },
    {
      name: 'an explicit one is not',
      of: change({ transition: 'ConfChangeTransitionJointExplicit' }),
      text: 'voters=(1 2 3)&&(1 2)',
    },
    {
      name: 'a change of node 0 was refused by the application and is none',
      of: change({ changes: [{ type: 'ConfChangeRemoveNode', nodeId: 0n }] }),
      text: 'voters=(1 2)',
    },
  ])('$name', ({ of, text }) => {
    expect(formatConfig(applyChange(two, context, of).config)).toBe(text);
  });

  it('leaves a joint configuration with an empty change only', () => {
    const joint = applyChange(two, context, change({ transition: 'ConfChangeTransitionJointExplicit' }));
    expect(formatConfig(applyChange(joint, context, change({ changes: [] })).config)).toBe('voters=(1 2 3)');
    expect(() => applyChange(joint, context, change({}))).toThrow("can't apply simple config change in joint config");
    expect(() => applyChange(two, context, change({ changes: [] }))).toThrow("can't leave a non-joint config");
  });
});

describe('the encoding', () => {
  it('carries every change there and back', () => {
    const v1 = fc.record({ id: uint64, type, nodeId: uint64, context: bytes });
    const v2 = fc.record({ transition, changes: fc.array(fc.record({ type, nodeId: uint64 })), context: bytes });
    fc.assert(
      fc.property(fc.oneof(v1, v2), (change) => {
        expect(decodeConfChange(encodeConfChange(change))).toEqual(change);
      }),
    );
  });

  it('is that of raft.proto', () => {
    const v1 = { id: 300n, type: 'ConfChangeAddLearnerNode', nodeId: 5n, context: Uint8Array.of(7, 8) } as const;
    expect(encodeConfChange(v1)).toEqual({
      type: 'EntryConfChange',
      data: Uint8Array.of(0x08, 0xac, 0x02, 0x10, 0x03, 0x18, 0x05, 0x22, 0x02, 0x07, 0x08),
    });
    const v2 = {
      transition: 'ConfChangeTransitionJointExplicit',
      changes: [{ type: 'ConfChangeRemoveNode', nodeId: 0xffff_ffff_ffff_ffffn }],
      context: noBytes,
    } as const;
    const max = [0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x01];
    expect(encodeConfChange(v2)).toEqual({
      type: 'EntryConfChangeV2',
      data: Uint8Array.of(0x08, 0x02, 0x12, 13, 0x08, 0x01, 0x10, ...max),
    });
  });

  it('has no bytes at all for the change that leaves a joint configuration', () => {
    const leave = { transition: 'ConfChangeTransitionAuto', changes: [], context: noBytes } as const;
    expect(encodeConfChange(leave)).toEqual({ type: 'EntryConfChangeV2', data: noBytes });
  });

  it('is of no normal entry', () => {
    expect(decodeConfChange({ type: 'EntryNormal', data: Uint8Array.of(1) })).toBeUndefined();
  });

  it('skips fields that it does not know', () => {
    // Field 9 in each of the four encodings, then node_id 5.
    const unknown = [0x48, 0x01, 0x4a, 0x01, 0xaa, 0x49, 1, 2, 3, 4, 5, 6, 7, 8, 0x4d, 1, 2, 3, 4];
    const decoded = decodeConfChange({ type: 'EntryConfChange', data: Uint8Array.from([...unknown, 0x18, 0x05]) });
    expect(decoded).toMatchObject({ nodeId: 5n });
  });

  it.each([
    { name: 'a cut number', data: [0x18, 0x80], says: 'a number that is cut short' },
    { name: 'an endless number', data: [0x18, ...Array<number>(11).fill(0xff)], says: 'longer than 64 bits' },
    { name: 'cut bytes', data: [0x22, 0x05, 0x01], says: 'ends after its last byte' },
    { name: 'a group', data: [0x1b], says: 'wire type 3' },
    { name: 'an unknown kind', data: [0x10, 0x09], says: 'an unknown kind, 9' },
    { name: 'bytes for a number', data: [0x1a, 0x01, 0x05], says: 'bytes where a number belongs' },
    { name: 'a number for bytes', data: [0x20, 0x05], says: 'a number where bytes belong' },
  ])('refuses $name', ({ data, says }) => {
    const decode = () => decodeConfChange({ type: 'EntryConfChange', data: Uint8Array.from(data) });
    expect(decode).toThrow(RaftError);
    expect(decode).toThrow(says);
  });

  it('never does anything but decode or refuse', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 30 }), fc.boolean(), (data, isV2) => {
        try {
          const change = decodeConfChange({ type: isV2 ? 'EntryConfChangeV2' : 'EntryConfChange', data });
          expect(change === undefined ? undefined : asV2(change).changes.length >= 0).toBe(true);
        } catch (error) {
          expect(error).toMatchObject({ code: 'malformedConfChange' });
        }
      }),
      { numRuns: 500 },
    );
  });
});
