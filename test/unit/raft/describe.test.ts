import { describe, expect, it } from 'vitest';
import {
  APPEND_THREAD,
  APPLY_THREAD,
  describeConfChange,
  describeEntries,
  describeEntry,
  describeHardState,
  describeMessage,
  describeReady,
  describeSoftState,
  encodeConfChange,
  type Entry,
  message,
  NO_BYTES,
  type Ready,
} from '../../../src/raft/index.ts';

const utf8 = new TextEncoder();

function normal(index: number, data: Uint8Array = NO_BYTES): Entry {
  return { term: 2n, index: BigInt(index), type: 'EntryNormal', data };
}

describe('the payload of an entry', () => {
  // What Go's %q prints for these bytes.
  it.each([
    { hex: '', text: '""' },
    { hex: '706c61696e2074657874', text: '"plain text"' },
    { hex: '746162096e6c0a7122625c', text: String.raw`"tab\tnl\nq\"b\\"` },
    { hex: '0007080b0c0d1b7f', text: String.raw`"\x00\a\b\v\f\r\x1b\x7f"` },
    { hex: '68c3a96c6c6f20e4b896e7958c20f09f9880', text: '"héllo 世界 😀"' },
    { hex: 'c2a0e2808be280a8efbbbfefbfbd', text: String.raw`"\u00a0\u200b\u2028\ufeff` + '\u{fffd}"' },
    { hex: 'fffe6162c3', text: String.raw`"\xff\xfeab\xc3"` },
    { hex: 'eda080', text: String.raw`"\xed\xa0\x80"` },
    { hex: 'f09f98', text: String.raw`"\xf0\x9f\x98"` },
    { hex: 'f3a08081', text: String.raw`"\U000e0001"` },
    { hex: 'c285d880', text: String.raw`"\u0085\u0600"` },
    { hex: '2760', text: '"\'`"' },
  ])('$hex reads $text', ({ hex, text }) => {
    expect(describeEntry(normal(3, Buffer.from(hex, 'hex')))).toBe(`2/3 EntryNormal ${text}`);
  });

  it('can be written in another way, or not at all', () => {
    expect(describeEntry(normal(3, utf8.encode('ab')), (data) => `${data.length} bytes`)).toBe(
      '2/3 EntryNormal 2 bytes',
    );
    expect(describeEntry(normal(3), () => '')).toBe('2/3 EntryNormal');
  });

  it('of a membership change is the change', () => {
    const changes = [
      { type: 'ConfChangeAddNode', nodeId: 1n },
      { type: 'ConfChangeAddLearnerNode', nodeId: 2n },
      { type: 'ConfChangeRemoveNode', nodeId: 3n },
      { type: 'ConfChangeUpdateNode', nodeId: 10n },
    ] as const;
    const change = { transition: 'ConfChangeTransitionAuto', changes, context: NO_BYTES } as const;
    const entry = { term: 1n, index: 5n, ...encodeConfChange(change) };
    expect(describeEntry(entry)).toBe('1/5 EntryConfChangeV2 v1 l2 r3 u10');
    const v1 = { ...changes[0], id: 0n, context: NO_BYTES };
    expect(describeEntry({ ...entry, ...encodeConfChange(v1) })).toBe('1/5 EntryConfChange v1');
    expect(describeEntry({ ...entry, data: Uint8Array.of(0x12, 9) })).toContain('cannot decode the membership change');
    expect(describeConfChange({ ...change, changes: [changes[2]], context: utf8.encode('x') })).toBe(
      'transition:ConfChangeTransitionAuto changes:{type:ConfChangeRemoveNode node_id:3} context:"x"',
    );
  });
});

describe('a message', () => {
  it.each([
    { m: message('MsgHup', { to: 10n }), text: 'None->a MsgHup Term:0 Log:0/0' },
    {
      m: message('MsgAppResp', { from: 255n, to: 1n, term: 3n, logTerm: 2n, index: 9n, reject: true, rejectHint: 7n }),
      text: 'ff->1 MsgAppResp Term:3 Log:2/9 Rejected (Hint: 7)',
    },
    {
      m: message('MsgApp', { from: 1n, to: 2n, term: 3n, commit: 4n, entries: [normal(5)] }),
      text: '1->2 MsgApp Term:3 Log:0/0 Commit:4 Entries:[2/5 EntryNormal ""]',
    },
    {
      m: message('MsgApp', { from: 1n, to: 2n, entries: [normal(5), normal(6)] }),
      text: '1->2 MsgApp Term:0 Log:0/0 Entries:[\n  2/5 EntryNormal ""\n  2/6 EntryNormal ""\n]',
    },
    {
      m: message('MsgStorageAppend', {
        from: 1n,
        to: APPEND_THREAD,
        term: 2n,
        vote: 1n,
        responses: [
          message('MsgVoteResp', { from: 1n, to: 3n }),
          message('MsgStorageAppendResp', { from: APPEND_THREAD, to: 1n, entries: [normal(1), normal(2)] }),
          message('MsgStorageApplyResp', { from: APPLY_THREAD, to: 1n }),
        ],
      }),
      text: [
        '1->AppendThread MsgStorageAppend Term:2 Log:0/0 Vote:1 Responses:[',
        '  1->3 MsgVoteResp Term:0 Log:0/0',
        '  AppendThread->1 MsgStorageAppendResp Term:0 Log:0/0 Entries:[',
        '    2/1 EntryNormal ""',
        '    2/2 EntryNormal ""',
        '  ]',
        '  ApplyThread->1 MsgStorageApplyResp Term:0 Log:0/0',
        ']',
      ].join('\n'),
    },
    {
      m: message('MsgSnap', {
        from: 1n,
        to: 2n,
        snapshot: {
          index: 5n,
          term: 2n,
          data: NO_BYTES,
          confState: { voters: [1n, 2n], learners: [3n], votersOutgoing: [4n], learnersNext: [], autoLeave: true },
        },
      }),
      text:
        '1->2 MsgSnap Term:0 Log:0/0\n  Snapshot: Index:5 Term:2 ConfState:' +
        'Voters:[1 2] VotersOutgoing:[4] Learners:[3] LearnersNext:[] AutoLeave:true',
    },
  ])('reads $text', ({ m, text }) => {
    expect(describeMessage(m)).toBe(text);
  });
});

describe('a Ready', () => {
  const nothing: Ready = {
    softState: undefined,
    hardState: undefined,
    readStates: [],
    entries: [],
    snapshot: undefined,
    committedEntries: [],
    messages: [],
    mustSync: false,
  };

  it('that says nothing is empty', () => {
    expect(describeReady(nothing)).toBe('<empty Ready>');
  });

  it('is told part by part', () => {
    const ready: Ready = {
      softState: { lead: 1n, role: 'preCandidate' },
      hardState: { term: 2n, vote: 1n, commit: 4n },
      readStates: [
        { index: 4n, context: utf8.encode('a') },
        { index: 4n, context: NO_BYTES },
      ],
      entries: [normal(5)],
      snapshot: {
        index: 4n,
        term: 2n,
        data: NO_BYTES,
        confState: { voters: [], learners: [], votersOutgoing: [], learnersNext: [], autoLeave: false },
      },
      committedEntries: [normal(4)],
      messages: [message('MsgBeat', { from: 1n, to: 2n })],
      mustSync: true,
    };
    expect(describeReady(ready)).toBe(
      [
        'Ready MustSync=true:',
        'Lead:1 State:StatePreCandidate',
        'HardState Term:2 Vote:1 Commit:4',
        'ReadStates [{4 [97]} {4 []}]',
        'Entries:',
        '2/5 EntryNormal ""',
        'Snapshot Index:4 Term:2 ConfState:Voters:[] VotersOutgoing:[] Learners:[] LearnersNext:[] AutoLeave:false',
        'CommittedEntries:',
        '2/4 EntryNormal ""',
        'Messages:',
        '1->2 MsgBeat Term:0 Log:0/0',
        '',
      ].join('\n'),
    );
  });

  it('leaves out what is zero', () => {
    expect(describeHardState({ term: 3n, vote: 0n, commit: 7n })).toBe('Term:3 Commit:7');
    expect(describeSoftState({ lead: 0n, role: 'follower' })).toBe('Lead:0 State:StateFollower');
    expect(describeEntries([])).toBe('');
  });
});
