/** The judge of the Kubernetes test finds what it is there for. */
import { describe, expect, it } from 'vitest';
import type { Event } from '../../src/wire/index.ts';
import { event } from '../support/event.ts';
import { Replacements } from './kubernetes/controllers.ts';
import { History } from './kubernetes/history.ts';

function told(...events: readonly Event[]): History {
  const history = new History(1n);
  history.tell(events);
  return history;
}

describe('a history', () => {
  const history = told(event(2, '/a/1', 'x'), event(3, '/a/2', 'x'), event(4, '/a/1', 'y'), event(5, '/a/2'));

  it('takes several changes of one revision, and no gap', () => {
    expect(told(event(2, '/a', 'x'), event(2, '/b', 'x'), event(3, '/a')).faults).toEqual([]);
    expect(told(event(2, '/a', 'x'), event(4, '/a')).faults).toEqual(['revision 4 follows 2']);
    expect(told(event(3, '/a', 'x')).faults).toEqual(['revision 3 follows 1']);
  });

  it.each([
    { revision: 2n, items: ['/a/1@2'] },
    { revision: 3n, items: ['/a/1@2', '/a/2@3'] },
    { revision: 4n, items: ['/a/1@4', '/a/2@3'] },
    { revision: 5n, items: ['/a/1@4'] },
  ])('knows a list at $revision, and none other', ({ revision, items }) => {
    expect(history.refute([{ prefix: '/a/', revision, items }])).toEqual([]);
    expect(history.refute([{ prefix: '/a/', revision, items: [...items, '/a/3@2'] }])).toHaveLength(1);
    expect(history.refute([{ prefix: '/a/', revision, items: items.slice(1) }])).toHaveLength(1);
    expect(history.refute([{ prefix: '/b/', revision, items }])).toHaveLength(1);
  });

  it('looks at lists in whatever order they come', () => {
    const claims = [
      { prefix: '/a/', revision: 5n, items: ['/a/1@4'] },
      { prefix: '/a/', revision: 2n, items: ['/a/1@2'] },
    ];
    expect(history.refute(claims)).toEqual([]);
    expect(history.outcome('/a/')).toEqual(['/a/1@4']);
  });
});

describe('replacements', () => {
  it('find two of one state', () => {
    const replacements = new Replacements();
    replacements.accepted('k', 0n, 2n);
    replacements.accepted('k', 2n, 3n);
    replacements.accepted('k', 0n, 9n);
    expect(replacements.faults).toEqual([]);
    replacements.accepted('k', 2n, 4n);
    expect(replacements.faults).toEqual(['k@2 was replaced at 3 and at 4']);
  });
});
