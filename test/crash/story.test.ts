/** The judge of the crash test finds what it is there for. */
import { describe, expect, it } from 'vitest';
import type { Event } from '../../src/wire/index.ts';
import { event } from '../support/event.ts';
import { Story, type Write } from './story.ts';

function told(...events: readonly Event[]): Story {
  const story = new Story('watcher', 1n);
  for (const each of events) story.tell([each]);
  return story;
}

describe('a story', () => {
  it('follows puts and deletes to what stands in the end', () => {
    const story = told(event(2, 'a', '1'), event(3, 'b', '2'), event(4, 'a'), event(5, 'b', '3'));
    expect(story.faults).toEqual([]);
    expect([...story.outcome()]).toEqual([['b', { value: '3', modRevision: 5n }]]);
  });

  it.each([
    { what: 'a gap', events: [event(2, 'a', '1'), event(4, 'a', '2')], fault: 'watcher: revision 4 after 2' },
    { what: 'a repetition', events: [event(2, 'a', '1'), event(2, 'a', '1')], fault: 'watcher: revision 2 after 2' },
    {
      what: 'a step back',
      events: [event(2, 'a'), event(3, 'a'), event(2, 'b')],
      fault: 'watcher: revision 2 after 3',
    },
    { what: 'a late beginning', events: [event(3, 'a')], fault: 'watcher: revision 3 after 1' },
  ])('finds $what', ({ events, fault }) => {
    expect(told(...events).faults).toContain(fault);
  });

  it.each<{ what: string; write: Write; isMissing: boolean }>([
    { what: 'is there', write: { key: 'a', value: '1' }, isMissing: false },
    { what: 'has another value', write: { key: 'a', value: '2' }, isMissing: true },
    { what: 'is of another key', write: { key: 'b', value: '1' }, isMissing: true },
    { what: 'was a delete', write: { key: 'a', value: undefined }, isMissing: true },
  ])('knows whether a promised write $what', ({ write, isMissing }) => {
    expect(told(event(2, 'a', '1')).missing(new Map([[2n, write]]))).toHaveLength(isMissing ? 1 : 0);
  });

  it('misses a promised write after its end', () => {
    expect(told(event(2, 'a', '1')).missing(new Map([[3n, { key: 'a', value: '2' }]]))).toHaveLength(1);
  });

  it('finds where two tell differently', () => {
    const [one, other] = [told(event(2, 'a', '1'), event(3, 'a', '2')), told(event(2, 'a', '1'), event(3, 'a', '9'))];
    expect(one.differences(one)).toEqual([]);
    expect(one.differences(other)).toEqual(['watcher and watcher tell of revision 3 differently']);
  });
});
