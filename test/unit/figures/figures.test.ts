import { describe, expect, it } from 'vitest';
import { CATALOGUE } from '../../../src/figures/catalogue.ts';
import { Figures, formatFamilies } from '../../../src/figures/index.ts';
import { Histogram } from '../../../src/figures/histogram.ts';

const lines = (figures: Figures, name: string): string[] =>
  formatFamilies(figures.families())
    .split('\n')
    .filter((line) => line.startsWith(name));

describe('a histogram', () => {
  it('counts in each bucket what is not above its bound', () => {
    const histogram = new Histogram([0.5, 1, 2]);
    for (const value of [0.5, 0.25, 0.75, 2, 3]) histogram.observe(value);
    const samples = histogram.samples({ op: 'x' });
    expect(formatFamilies([{ name: 'a_seconds', type: 'histogram', help: 'Seconds.', samples }])).toBe(
      [
        '# HELP a_seconds Seconds.',
        '# TYPE a_seconds histogram',
        'a_seconds_bucket{op="x",le="0.5"} 2',
        'a_seconds_bucket{op="x",le="1"} 3',
        'a_seconds_bucket{op="x",le="2"} 4',
        'a_seconds_bucket{op="x",le="+Inf"} 5',
        'a_seconds_sum{op="x"} 6.5',
        'a_seconds_count{op="x"} 5',
        '',
      ].join('\n'),
    );
  });

  it.each([
    { bound: 0.0001, text: '0.0001' },
    { bound: 524288, text: '524288' },
    { bound: 1048576, text: '1.048576e+06' },
  ])('writes the bound $bound as Go does', ({ bound, text }) => {
    expect(new Histogram([bound]).samples({})[0]?.labels).toEqual({ le: text });
  });
});

describe('figures', () => {
  it('begin at zero where there are no labels, and with nothing where there are', () => {
    const figures = new Figures();
    expect(lines(figures, 'etcd_mvcc_put_total')).toEqual(['etcd_mvcc_put_total 0']);
    expect(lines(figures, 'etcd_disk_wal_fsync_duration_seconds_count')).toHaveLength(1);
    expect(lines(figures, 'etcd_network_peer_sent_bytes_total')).toEqual([]);
  });

  it('add up by their labels', () => {
    const figures = new Figures();
    figures.add('etcd_mvcc_put_total');
    figures.add('etcd_mvcc_put_total', 2);
    figures.add('etcd_server_healthchecks_total', 1, 'livez', 'serializable_read', 'success');
    figures.add('etcd_server_healthchecks_total', 1, 'livez', 'serializable_read', 'error');
    figures.add('etcd_server_healthchecks_total', 1, 'livez', 'serializable_read', 'error');
    expect(lines(figures, 'etcd_mvcc_put_total')).toEqual(['etcd_mvcc_put_total 3']);
    expect(lines(figures, 'etcd_server_healthchecks_total')).toEqual([
      'etcd_server_healthchecks_total{type="livez",name="serializable_read",status="success"} 1',
      'etcd_server_healthchecks_total{type="livez",name="serializable_read",status="error"} 2',
    ]);
  });

  it('are set, and go down where they may', () => {
    const figures = new Figures();
    figures.set('etcd_disk_defrag_inflight', 1);
    figures.add('etcd_server_proposals_pending', 5);
    figures.add('etcd_server_proposals_pending', -2);
    expect(lines(figures, 'etcd_disk_defrag_inflight')).toEqual(['etcd_disk_defrag_inflight 1']);
    expect(lines(figures, 'etcd_server_proposals_pending')).toEqual(['etcd_server_proposals_pending 3']);
  });

  it('have buckets of their own for each set of labels', () => {
    const figures = new Figures();
    figures.observe('etcd_server_request_duration_seconds', 0.0015, 'Put', 'true');
    figures.observe('etcd_server_request_duration_seconds', 0.0005, 'Range', 'true');
    const text = lines(figures, 'etcd_server_request_duration_seconds');
    expect(text).toContain('etcd_server_request_duration_seconds_bucket{type="Put",success="true",le="0.001"} 0');
    expect(text).toContain('etcd_server_request_duration_seconds_bucket{type="Put",success="true",le="0.002"} 1');
    expect(text).toContain('etcd_server_request_duration_seconds_bucket{type="Range",success="true",le="0.001"} 1');
  });

  it.each(Object.entries(CATALOGUE))('describe %s in full', (name, described) => {
    expect(name).toMatch(/^(etcd|promhttp)_[a-z0-9_]+$/);
    expect(described.help).toMatch(/^[A-Z0-9].*\.$/);
    if (described.type !== 'histogram') return;
    expect(described.bounds.length).toBeGreaterThan(0);
    expect(described.bounds).toEqual(described.bounds.toSorted((a, b) => a - b));
  });
});
