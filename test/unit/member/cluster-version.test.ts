import { describe, expect, it } from 'vitest';
import { decideClusterVersion, isDowngraded } from '../../../src/member/cluster-version.ts';
import { formatVersion, parseDowngradeTarget, parseVersion } from '../../../src/member/versions.ts';

describe('the version of a cluster', () => {
  const none = { enabled: false, target: '' };
  const to = (target: string): { enabled: true; target: string } => ({ enabled: true, target });
  it.each([
    [undefined, [undefined, '3.7.0'], none, '3.0.0'],
    [undefined, ['3.7.0', '3.6.2'], none, '3.6.0'],
    ['3.0.0', ['3.7.0', '3.7.1'], none, '3.7.0'],
    ['3.6.0', ['3.7.0', '3.6.1'], none, undefined],
    ['3.6.0', ['3.7.0', undefined], none, undefined],
    ['3.6.0', ['3.7.0', 'nonsense'], none, undefined],
    ['3.7.0', ['3.6.0'], none, undefined],
    ['3.7.0', ['3.7.0'], to('3.6.0'), '3.6.0'],
    ['3.6.0', ['3.7.0'], to('3.6.0'), undefined],
    ['3.7.0', ['3.7.0'], to('3.5.0'), undefined],
    ['3.7.0', ['3.7.0', '3.8.0'], to('3.6.0'), '3.6.0'],
  ])('%s with members at %j and downgrade %j becomes %s', (cluster, servers, downgrade, wanted) => {
    const decided = decideClusterVersion({ cluster: cluster ? parseVersion(cluster) : undefined, servers, downgrade });
    expect(decided && formatVersion(decided)).toBe(wanted);
  });

  it.each([
    ['3.6.0', ['3.6.1', '3.6.9'], true],
    ['3.6.0', ['3.6.1', '3.7.0'], false],
    ['3.6.0', ['3.6.1', undefined], false],
    ['', [], false],
  ])('is down at %s with members at %j: %s', (target, servers, result) => {
    expect(isDowngraded(target, servers)).toBe(result);
  });

  it.each([
    ['3.6', '3.6.0'],
    ['3.6.9', '3.6.0'],
    ['3', undefined],
    ['x.y.z', undefined],
    ['3.6.0-rc.1', '3.6.0'],
  ])('that a downgrade goes to is read from %s', (given, wanted) => {
    const target = parseDowngradeTarget(given);
    expect(target && formatVersion(target)).toBe(wanted);
  });
});
