import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { formatSize } from '../../../src/base/index.ts';
import { progressBar } from '../../../src/cli/progress.ts';
import { fakeIo } from '../../support/fake-io.ts';

/** What is left on the line after everything written so far. */
const visible = (written: string): string => written.split('\r').at(-1)!.replace('\u001b[K', '');

describe('progressBar', () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  it('shows share, total and rate, in the amounts it is told to write', () => {
    const io = fakeIo({ tty: true, columns: 80 });
    const bar = progressBar(io, 'snapshot', formatSize);
    bar.update(0, 2_000_000_000);
    expect(visible(io.err())).toBe('snapshot [                              ]   0% of 2.0 GB');
    vi.advanceTimersByTime(2000);
    bar.update(840_000_000, 2_000_000_000);
    expect(visible(io.err())).toBe('snapshot [=============                 ]  42% of 2.0 GB, 420 MB/s');
    vi.advanceTimersByTime(2000);
    bar.update(2_000_000_000, 2_000_000_000);
    expect(visible(io.err())).toBe('snapshot [==============================] 100% of 2.0 GB, 500 MB/s');
  });

  it('writes whole numbers unless told otherwise', () => {
    const io = fakeIo({ tty: true });
    const bar = progressBar(io, 'mirror');
    bar.update(0, 12_000);
    vi.advanceTimersByTime(1000);
    bar.update(3000, 12_000);
    expect(visible(io.err())).toContain(' 25% of 12,000, 3,000/s');
  });

  it.each([
    [80, 'x [===============               ]  50% of 10'],
    [35, 'x [==========         ]  50% of 10'],
    [24, 'x [====    ]  50% of 10'],
    [23, 'x  50% of 10'],
    [7, 'x  50%'],
    [1, ''],
  ])('fits a terminal of %i columns', (columns, expected) => {
    const io = fakeIo({ tty: true, columns });
    progressBar(io, 'x').update(5, 10);
    expect(visible(io.err())).toBe(expected);
  });

  it.each([
    [0, 0, '  0% of 0'],
    [5, 0, '  0% of 0'],
    [30, 20, '100% of 20'], // the total was an estimate
  ])('keeps within its frame: %i of %i', (done, total, expected) => {
    const io = fakeIo({ tty: true });
    progressBar(io, 'x').update(done, total);
    expect(visible(io.err())).toContain(expected);
  });

  it('is erased without a trace', () => {
    const io = fakeIo({ tty: true });
    const bar = progressBar(io, 'x');
    bar.clear();
    expect(io.err()).toBe('');
    bar.update(1, 2);
    bar.clear();
    expect(visible(io.err())).toBe('');
    vi.advanceTimersByTime(1000);
    expect(visible(io.err())).toBe('');
  });

  it('says nothing where there is no terminal', () => {
    const io = fakeIo();
    const bar = progressBar(io, 'x');
    bar.update(1, 2);
    bar.clear();
    expect(io.err() + io.out()).toBe('');
  });
});
