import { array, asyncProperty, assert as check, constantFrom, dictionary, nat } from 'fast-check';
import { describe, expect, it } from 'vitest';
import { openDatabase } from '../../../src/bbolt/index.ts';
import { diffKeys, prefixRange } from '../../../src/snapshot/index.ts';
import { anyHistory } from './histories.ts';
import { History } from './history.ts';

const PATH = '/db';

/** What `diffKeys` tells of two histories: `+key`, `-key`, `~key`. */
async function differences(first: History, second: History, options: Parameters<typeof diffKeys>[2] = {}) {
  const [before, after] = [first, second].map((history) => openDatabase(PATH, history.write(PATH)));
  const told: string[] = [];
  for await (const change of diffKeys(before!, after!, options)) {
    const mark = change.before && change.after ? '~' : change.before ? '-' : '+';
    told.push(mark + (change.after ?? change.before)?.key.toString());
  }
  before!.close();
  after!.close();
  return told;
}

function historyOf(keys: Readonly<Record<string, string>>): History {
  const history = new History();
  for (const [key, value] of Object.entries(keys)) history.commit([[key, value]]);
  return history;
}

describe('two databases', () => {
  it('differ by keys that are gone, new and changed, in order', async () => {
    const first = historyOf({ same: '1', b: 'old', gone: 'x', 'a/1': '' });
    const second = historyOf({ z: '1', 'a/2': 'v', b: 'new', same: '1' });
    expect(await differences(first, second)).toEqual(['-a/1', '+a/2', '~b', '-gone', '+z']);
    expect(await differences(second, first)).toEqual(['+a/1', '-a/2', '~b', '+gone', '-z']);
    expect(await differences(first, second, { range: prefixRange(Buffer.from('a/')) })).toEqual(['-a/1', '+a/2']);
  });

  it('differ by leases, but not by revisions', async () => {
    const first = historyOf({ a: '1', b: '2' });
    const second = historyOf({ b: 'other', a: '1' });
    second.commit([['b', '2']]);
    expect(await differences(first, second)).toEqual([]);
    second.commit([['b', '2', 7n]]);
    expect(await differences(first, second)).toEqual(['~b']);
  });

  it('do not differ where there is nothing', async () => {
    expect(await differences(new History(), new History())).toEqual([]);
    expect(await differences(new History(), historyOf({ a: '' }))).toEqual(['+a']);
  });

  it('that are one do not differ, whatever it is', async () => {
    await check(
      asyncProperty(anyHistory, async (history) => {
        expect(await differences(history, history)).toEqual([]);
      }),
      { numRuns: 50 },
    );
  });

  it('differ as their keys do, however little memory there is', async () => {
    const value = constantFrom('', 'a', 'b');
    const keys = dictionary(nat({ max: 60 }).map(String), value);
    await check(
      asyncProperty(keys, keys, array(nat({ max: 60 })), async (one, other, deleted) => {
        const [first, second] = [historyOf(one), historyOf(other)];
        for (const key of deleted) second.commit([[String(key), undefined]]);
        const rest: Record<string, string> = { ...other };
        for (const key of deleted) delete rest[String(key)];
        const expected = [...new Set([...Object.keys(one), ...Object.keys(rest)])].sort().flatMap((key) => {
          if (one[key] === rest[key]) return [];
          if (one[key] === undefined) return [`+${key}`];
          return [rest[key] === undefined ? `-${key}` : `~${key}`];
        });
        expect(await differences(first, second, { budget: 1000 })).toEqual(expected);
      }),
      { numRuns: 100 },
    );
  });

  it('are given up at the signal', async () => {
    const history = historyOf({ a: '1' });
    const signal = AbortSignal.abort(new Error('interrupted'));
    await expect(differences(history, history, { signal })).rejects.toThrow('interrupted');
  });
});
