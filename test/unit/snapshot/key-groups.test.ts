import { describe, expect, it } from 'vitest';
import { groupKeys, type GroupOptions, type LiveKey } from '../../../src/snapshot/index.ts';

const read = (): never => {
  throw new Error('no value is read');
};

async function* keys(...names: string[]): AsyncGenerator<LiveKey> {
  for (const [i, name] of names.entries()) {
    const key = Buffer.from(name);
    yield { key, modRevision: BigInt(10 - i), valueSize: 100, read, peek: read };
  }
}

async function groups(names: string[], options: Partial<GroupOptions>): Promise<string[]> {
  const told: string[] = [];
  const delimiter = Buffer.from('/');
  for await (const group of groupKeys(keys(...names), { skip: 0, delimiter, depth: 1, ...options })) {
    told.push(`${group.name.toString()}${group.isPrefix ? '*' : ''} ${group.keys}`);
  }
  return told;
}

const NAMES = ['/a', '/a/', '/a/1', '/a/2/x', '/b', '/b/c/d', 'top', 'top/1'];

describe('keys summed up', () => {
  it.each([
    ['at the first level', {}, ['/* 6', 'top 1', 'top/* 1']],
    ['at the second', { depth: 2 }, ['/a 1', '/a/* 3', '/b 1', '/b/* 1', 'top 1', 'top/1 1']],
    ['not at all', { depth: Infinity }, NAMES.map((name) => `${name} 1`)],
    ['without a delimiter', { delimiter: Buffer.alloc(0) }, NAMES.map((name) => `${name} 1`)],
    ['by another delimiter', { delimiter: Buffer.from('op') }, [...NAMES.slice(0, 6).map((n) => `${n} 1`), 'top* 2']],
    ['into one', { depth: 0 }, ['* 8']],
  ] as const)('%s', async (_what, options, expected) => {
    expect(await groups(NAMES, options)).toEqual(expected);
  });

  it('begin to be told apart behind the prefix', async () => {
    const names = NAMES.filter((name) => name.startsWith('/a'));
    expect(await groups(names, { skip: 2 })).toEqual(['/a 1', '/a/* 3']);
    expect(await groups(names.slice(1), { skip: 3 })).toEqual(['/a/ 1', '/a/1 1', '/a/2/* 1']);
  });

  it('add up, with the newest revision', async () => {
    const all = groupKeys(keys('a/1', 'a/22'), { skip: 0, delimiter: Buffer.from('/'), depth: 1 });
    const { value } = await all.next();
    expect({ ...value }).toMatchObject({ keys: 2, bytes: 3 + 4 + 200, modRevision: 10n });
  });

  it('are none where there are none', async () => {
    expect(await groups([], {})).toEqual([]);
  });
});
