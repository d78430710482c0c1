import { describe, expect, it } from 'vitest';
import type { Entry } from '../../parity/harness/record.ts';
import { summarise } from '../../parity/harness/summary.ts';

const SCOPE = { bullets: new Set(['A-001', 'A-002', 'B-001']), uncovered: [{ bullets: ['B-001'], reason: 'later' }] };
const entry = (change: Partial<Entry>): Entry => ({
  release: '3.5.30',
  name: 'one',
  covers: ['A-001'],
  verdict: 'equal',
  ...change,
});

describe('summarise', () => {
  it('says nothing when nothing ran', () => {
    expect(summarise([], SCOPE)).toEqual([]);
    expect(summarise([entry({ verdict: 'skipped' })], SCOPE)).toEqual([]);
  });

  it('counts a command line once, however many releases it ran beside', () => {
    const lines = summarise([entry({}), entry({ release: '3.4.23' })], SCOPE);
    expect(lines.at(-1)).toBe('parity: 1 command lines, 1/3 bullets covered, 0 deliberate differences, 0 unexplained');
    expect(lines).toContain('  1 bullets not covered: later');
  });

  it('counts verdicts for each release, and covers nothing by a failure', () => {
    const entries = [
      entry({}),
      entry({ name: 'two', verdict: 'deliberate', covers: ['row 12'] }),
      entry({ name: 'three', verdict: 'failed', covers: ['A-002'] }),
      entry({ name: 'four', verdict: 'expected', covers: [] }),
    ];
    const lines = summarise(entries, SCOPE);
    expect(lines[0]).toBe(
      '  beside etcdctl 3.5.30: 1 equal, 1 as expected of 3.7, 1 deliberately different, 1 unexplained',
    );
    expect(lines.at(-1)).toBe('parity: 4 command lines, 1/3 bullets covered, 1 deliberate differences, 1 unexplained');
  });
});
