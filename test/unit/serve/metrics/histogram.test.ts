import { describe, expect, it } from 'vitest';
import { formatFamilies } from '../../../../src/serve/metrics/exposition.ts';
import { Histogram } from '../../../../src/serve/metrics/histogram.ts';

describe('a histogram', () => {
  it('counts in each bucket what is not above its bound', () => {
    const histogram = new Histogram('a_seconds', 'Seconds.', [0.5, 1, 2]);
    for (const value of [0.5, 0.25, 0.75, 2, 3]) histogram.observe(value);
    expect(formatFamilies([histogram.family()])).toBe(
      [
        '# HELP a_seconds Seconds.',
        '# TYPE a_seconds histogram',
        'a_seconds_bucket{le="0.5"} 2',
        'a_seconds_bucket{le="1"} 3',
        'a_seconds_bucket{le="2"} 4',
        'a_seconds_bucket{le="+Inf"} 5',
        'a_seconds_sum 6.5',
        'a_seconds_count 5',
        '',
      ].join('\n'),
    );
  });

  it('is there before anything was observed', () => {
    expect(formatFamilies([new Histogram('a', 'A.', [1]).family()])).toContain(
      'a_bucket{le="+Inf"} 0\na_sum 0\na_count 0\n',
    );
  });
});
