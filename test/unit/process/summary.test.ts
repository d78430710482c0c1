import { describe, expect, it } from 'vitest';
import { configure, parseCommandLine } from '../../../src/process/index.ts';
import { summaryOf } from '../../../src/process/summary.ts';

const summary = (...flags: readonly string[]) =>
  summaryOf(configure({ commandLine: parseCommandLine(flags), env: {}, readFile: () => '' }).settings, false);

describe('what the log tells of how the server was set up', () => {
  it('has the fields that etcd has, in its words', () => {
    expect(summary('--name=a', '--data-dir=/d')).toMatchObject({
      'member-initialized': false,
      name: 'a',
      'member-dir': '/d/member',
      'force-new-cluster': false,
      'heartbeat-interval': '100ms',
      'election-timeout': '1s',
      'quota-backend-bytes': 2_147_483_648n,
      'max-concurrent-streams': 4_294_967_295,
      cors: ['*'],
      'initial-cluster': 'a=http://localhost:2380',
      'corrupt-check-time-interval': '0s',
      'compact-check-time-interval': '1m0s',
      'auto-compaction-retention': '0s',
      'v2-deprecation': 'write-only',
    });
  });

  it.each([
    [['--auto-compaction-retention=2'], '2h0m0s', '2h0m0s'],
    [['--auto-compaction-retention=30m'], '30m0s', '30m0s'],
    [['--auto-compaction-mode=revision', '--auto-compaction-retention=5'], '5ns', '0s'],
  ])('tells how much history is kept: %s', (flags, retention, interval) => {
    expect(summary(...flags)).toMatchObject({
      'auto-compaction-retention': retention,
      'auto-compaction-interval': interval,
    });
  });

  it('tells which gates are open', () => {
    expect(summary('--feature-gates=InitialCorruptCheck=true')).toMatchObject({
      'initial-corrupt-check': true,
      'feature-gates': expect.stringContaining('InitialCorruptCheck=true'),
    });
  });
});
