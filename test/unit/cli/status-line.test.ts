import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { statusLine } from '../../../src/cli/status-line.ts';
import { fakeIo } from '../../support/fake-io.ts';

const draws = (written: string): string[] =>
  written
    .split('\r')
    .slice(1)
    .map((text) => text.replace('\u001b[K', ''));

describe('statusLine', () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  it('draws the first text at once and no more often than ten times a second', () => {
    const io = fakeIo({ tty: true });
    const line = statusLine(io);
    for (let n = 1; n <= 1000; n += 1) {
      line.show(`at ${n}`);
      vi.advanceTimersByTime(1);
    }
    expect(draws(io.err())[0]).toBe('at 1');
    expect(draws(io.err()).length).toBeLessThanOrEqual(11);
  });

  it('always ends with the last text shown', () => {
    const io = fakeIo({ tty: true });
    const line = statusLine(io);
    line.show('first');
    line.show('second');
    line.show('last');
    expect(draws(io.err())).toEqual(['first']);
    vi.advanceTimersByTime(100);
    expect(draws(io.err())).toEqual(['first', 'last']);
    vi.advanceTimersByTime(10_000);
    expect(draws(io.err())).toEqual(['first', 'last']);
  });

  it('makes room for other output and comes back', () => {
    const io = fakeIo({ tty: true });
    const line = statusLine(io);
    line.show('working');
    line.clear();
    expect(draws(io.err())).toEqual(['working', '']);
    line.show('still working');
    expect(draws(io.err()).at(-1)).toBe('still working');
  });

  it('drops what was waiting to be drawn when it is cleared', () => {
    const io = fakeIo({ tty: true });
    const line = statusLine(io);
    line.show('first');
    line.show('second');
    line.clear();
    vi.advanceTimersByTime(1000);
    expect(draws(io.err())).toEqual(['first', '']);
  });

  it('keeps clear of the last column', () => {
    const io = fakeIo({ tty: true, columns: 10 });
    statusLine(io).show('0123456789abc');
    expect(draws(io.err())).toEqual(['012345678']);
  });

  it('says nothing where there is no terminal', () => {
    const io = fakeIo();
    const line = statusLine(io);
    line.show('x');
    line.clear();
    expect(io.err()).toBe('');
  });
});
