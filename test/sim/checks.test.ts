/** The laws themselves: each finds what breaks it, and nothing in a history that is right. */
import { describe, expect, it } from 'vitest';
import { checks, type History, NOTHING } from './checks/index.ts';
import { get, type KvOperation, put, single, type Stored } from './history/requests.ts';
import type { Chronicle, WatchEvent, WatchRecord, WatchResponse, WatchSpec } from './history/watch-record.ts';

const stored = (value: string, mod: bigint, version = 1n, create = mod): Stored => ({ value, create, mod, version });
const wrote = (key: string, value: Stored, prev?: Stored): WatchEvent => ({
  type: 'put',
  key,
  stored: value,
  ...(prev && { prev }),
});

const a2 = stored('1', 2n);
const a3 = stored('2', 3n, 2n, 2n);
const gone: Stored = { value: '', create: 0n, mod: 5n, version: 0n };
/** a=1, a=2, then in one transaction b=1 and c=1, then a deleted. */
const chronicle: Chronicle = [
  wrote('a', a2),
  wrote('a', a3),
  wrote('b', stored('1', 4n)),
  wrote('c', stored('1', 4n)),
  { type: 'delete', key: 'a', stored: gone },
];

const response = (...events: WatchEvent[]): WatchResponse => ({
  revision: events.at(-1)?.stored.mod ?? 5n,
  events,
  isFragment: false,
});
const everything: WatchSpec = { key: 'a', end: 'z', start: 1n, prevKv: false };
const whole = [
  response(chronicle[0]!),
  response(chronicle[1]!),
  response(chronicle[2]!, chronicle[3]!),
  response(chronicle[4]!),
];

function watched(responses: readonly WatchResponse[], changes: Partial<WatchSpec> = {}, createdAt = 1n): History {
  const watch: WatchRecord = { title: 'w', spec: { ...everything, ...changes }, createdAt, responses };
  return { ...NOTHING, chronicle, watches: [watch] };
}

const acknowledged: KvOperation = {
  client: 1,
  request: single(put('a', '1')),
  calledAt: 0,
  returned: { at: 1, response: { revision: 2n, succeeded: true, results: [{ kind: 'put' }] } },
};
const readAt = (value: Stored | undefined, atRevision: bigint) => ({
  request: single(get('a')),
  atRevision,
  response: { revision: 5n, succeeded: true, results: [{ kind: 'get' as const, stored: value }] },
});

const good: readonly (readonly [title: string, history: History])[] = [
  ['nothing', NOTHING],
  ['a watch of everything', watched(whole)],
  ['a watch that was cut short', watched(whole.slice(0, 2))],
  ['a watch from the middle', watched(whole.slice(2), { start: 4n })],
  ['a watch from now on', watched(whole.slice(1), { start: 0n }, 2n)],
  ['a watch of some keys', watched([whole[2]!], { key: 'b' })],
  ['a watch without deletes', watched(whole.slice(0, 3), { without: 'delete' })],
  ['progress when all was told', watched([...whole, response()])],
  [
    'one revision in fragments',
    watched([...whole.slice(0, 2), { ...response(chronicle[2]!), isFragment: true }, response(chronicle[3]!)]),
  ],
  ['what was before', watched([response(wrote('a', a2)), response(wrote('a', a3, a2))], { prevKv: true })],
  ['an acknowledged write', { ...NOTHING, chronicle, operations: [acknowledged] }],
  ['reads of the past', { ...NOTHING, chronicle, staleReads: [readAt(a3, 3n), readAt(a3, 4n), readAt(undefined, 0n)] }],
  [
    'equal hashes',
    {
      ...NOTHING,
      hashes: new Map([
        ['m1', '7'],
        ['m2', '7'],
      ]),
    },
  ],
];

const bad: readonly (readonly [law: string, title: string, history: History])[] = [
  [
    'operations are linearizable',
    'an unanswered write that was seen before it was asked for',
    {
      ...NOTHING,
      chronicle: chronicle.slice(0, 1),
      operations: [
        { client: 1, request: single(put('a', '1')), calledAt: 5 },
        {
          client: 2,
          request: single(get('a')),
          calledAt: 1,
          returned: { at: 2, response: { revision: 2n, succeeded: true, results: [{ kind: 'get', stored: a2 }] } },
        },
      ],
    },
  ],
  [
    'operations are linearizable',
    'a revision too far',
    {
      ...NOTHING,
      operations: [
        {
          ...acknowledged,
          returned: { at: 1, response: { revision: 3n, succeeded: true, results: [{ kind: 'put' }] } },
        },
      ],
    },
  ],
  ['every acknowledged write', 'a lost write', { ...NOTHING, operations: [acknowledged] }],
  [
    'every acknowledged write',
    'a shared revision',
    { ...NOTHING, chronicle, operations: [acknowledged, acknowledged] },
  ],
  ['revisions follow', 'a gap', { ...NOTHING, chronicle: [chronicle[0]!, chronicle[2]!] }],
  ['revisions follow', 'a version too many', { ...NOTHING, chronicle: [wrote('a', stored('1', 2n, 2n))] }],
  ['reads at a revision', 'the present in place of the past', { ...NOTHING, chronicle, staleReads: [readAt(a3, 2n)] }],
  ['reads at a revision', 'a torn moment', { ...NOTHING, chronicle, staleReads: [readAt(a3, 0n)] }],
  ['watches are ordered', 'the later first', watched([whole[1]!, whole[0]!])],
  ['watches tell of nothing twice', 'an event twice', watched([whole[0]!, whole[0]!])],
  [
    'watches never tear',
    'a transaction in two',
    watched([...whole.slice(0, 2), response(chronicle[2]!), response(chronicle[3]!)]),
  ],
  ['watches tell of what happened', 'an event of nothing', watched([response(wrote('x', stored('1', 2n)))])],
  ['watches tell of what happened', 'another value', watched([response(wrote('a', stored('9', 2n)))])],
  ['watches leave nothing out', 'a hole', watched([whole[0]!, whole[2]!])],
  ['watches leave nothing out', 'half a transaction', watched([...whole.slice(0, 2), response(chronicle[3]!)])],
  ['watches tell of what was asked for', 'a delete unasked', watched(whole, { without: 'delete' })],
  ['watches tell of what was asked for', 'another key', watched(whole, { key: 'b' })],
  ['watches begin where', 'too early', watched(whole, { start: 3n })],
  ['watches begin where', 'too late', watched(whole.slice(1))],
  ['watches begin where', 'before now', watched(whole, { start: 0n }, 3n)],
  ['progress is never ahead', 'a notice too early', watched([...whole.slice(0, 3), response()])],
  [
    'progress is never ahead',
    'an event too late',
    watched([...whole.slice(0, 3), { ...response(), revision: 5n }, whole[3]!]),
  ],
  ['what was before', 'nothing', watched([whole[0]!, whole[1]!], { prevKv: true })],
  [
    'what was before',
    'something else',
    watched([whole[0]!, response(wrote('a', a3, stored('8', 2n)))], { prevKv: true }),
  ],
  ['what was before', 'what was not asked for', watched([whole[0]!, response(wrote('a', a3, a2))])],
  [
    'all members',
    'two hashes',
    {
      ...NOTHING,
      hashes: new Map([
        ['m1', '7'],
        ['m2', '8'],
      ]),
    },
  ],
];

describe('the laws of histories', () => {
  it.each(good)('hold with %s', (_, history) => {
    expect(checks.flatMap(({ find }) => find(history))).toEqual([]);
  });

  it.each(bad)('"%s…" finds %s', (law, _, history) => {
    const check = checks.find(({ title }) => title.replace(/^(\[inv \d+\] )+/, '').startsWith(law));
    expect(check?.find(history)).not.toEqual([]);
    expect(check?.find(history)).not.toEqual(undefined);
  });

  it('are each shown to find something', () => {
    const found = new Set(bad.map(([law]) => law));
    const missed = checks.filter(({ title }) => ![...found].some((law) => title.includes(law)));
    expect(missed.map(({ title }) => title)).toEqual([]);
  });
});
