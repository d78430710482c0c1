import { describe, expect, it } from 'vitest';
import type { Case } from '../../parity/harness/case.ts';
import { compare, compareExpected, olderThan, staleVersions, withoutApiWarning } from '../../parity/harness/compare.ts';
import type { View } from '../../parity/harness/view.ts';

const CASE: Case = { line: 'etcdctl get a', covers: [] };
const VIEW: View = { exitCode: 0, stdout: 'a\n', messages: [], after: '' };

describe('compare', () => {
  it('finds equal views equal', () => {
    expect(compare(CASE, '3.5', VIEW, { ...VIEW })).toEqual([]);
  });

  it.each([
    ['exitCode', { exitCode: 1 }],
    ['stdout', { stdout: 'a' }],
    ['messages', { messages: ['Error: x'] }],
    ['after', { after: 'x' }],
  ] as const)('finds a difference in %s', (aspect, change) => {
    expect(compare(CASE, '3.5', VIEW, { ...VIEW, ...change }).map((one) => one.aspect)).toEqual([aspect]);
  });

  it('forgives explanations, but only beside an error of theirs', () => {
    const failed = { ...VIEW, exitCode: 1, messages: ['Error: x'] };
    expect(compare(CASE, '3.5', failed, { ...failed, messages: ['Error: x', '  why'] })).toEqual([]);
    expect(compare(CASE, '3.5', VIEW, { ...VIEW, messages: ['  why'] })).toHaveLength(1);
  });
});

describe('known differences between releases', () => {
  const parityCase: Case = { ...CASE, versions: ['defragmentation took'] };
  const theirs = { ...VIEW, stdout: 'Finished member[x]\n' };
  const ours = { ...VIEW, stdout: 'Finished member[x]. took <duration>\n' };

  it('are taken away beside an older release', () => {
    expect(compare(parityCase, '3.5', theirs, ours)).toEqual([]);
    expect(staleVersions(parityCase, '3.5', theirs, ours)).toEqual([]);
  });

  it('are not taken away beside one that has them', () => {
    expect(compare(parityCase, '3.7', theirs, ours)).toHaveLength(1);
    expect(compare(parityCase, '3.7', ours, ours)).toEqual([]);
  });

  it('are stale when nothing differs without them', () => {
    expect(staleVersions(parityCase, '3.5', theirs, theirs)).toEqual(['defragmentation took']);
    expect(staleVersions(parityCase, '3.7', theirs, theirs)).toEqual([]);
  });
});

describe('compareExpected', () => {
  it('takes success without output for granted', () => {
    expect(compareExpected({ stdout: 'a\n' }, VIEW)).toEqual([]);
    expect(compareExpected({}, VIEW).map(({ aspect }) => aspect)).toEqual(['stdout']);
  });

  it('matches patterns, and looks after the case only if told to', () => {
    expect(compareExpected({ stdout: /^a/ }, { ...VIEW, after: 'x' })).toEqual([]);
    expect(compareExpected({ stdout: /^b/ }, VIEW).map(({ aspect }) => aspect)).toEqual(['stdout']);
    expect(compareExpected({ stdout: 'a\n', after: 'y' }, { ...VIEW, after: 'x' })).toHaveLength(1);
  });

  it('compares messages without explanations', () => {
    const failed = { exitCode: 4, stdout: '', messages: ['Error: x', '  why'], after: '' };
    expect(compareExpected({ exitCode: 4, stderr: 'Error: x' }, failed)).toEqual([]);
  });
});

describe('withoutApiWarning', () => {
  it('drops the warning of ETCDCTL_API and no other', () => {
    const lines = ['unrecognized environment variable ETCDCTL_API', 'unrecognized environment variable ETCDCTL_X'];
    expect(withoutApiWarning({ ...VIEW, messages: lines }).messages).toEqual([lines[1]]);
  });
});

describe('olderThan', () => {
  it('orders releases', () => {
    expect([olderThan('3.4', '3.5'), olderThan('3.5', '3.5'), olderThan('3.7', '3.6')]).toEqual([true, false, false]);
  });
});
