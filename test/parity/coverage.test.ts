/** The cases against the checklist; this needs no etcd. */
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { allCases } from './cases/index.ts';
import { checklist, ERROR_ROWS } from './checklist/index.ts';
import { claimants, differences } from './differences/index.ts';
import { nameOf } from './harness/case.ts';
import { olderThan } from './harness/compare.ts';
import { ruleNames } from './harness/rules.ts';
import { versionDifferences } from './harness/versions.ts';
import { uncovered } from './uncovered.ts';

/** 3.7 is packaged nowhere yet, so what counts is what can be compared or expected beside 3.5. */
const countable = allCases.filter(
  ({ since = '3.4', server = '3.4', expected }) =>
    !olderThan('3.5', server) && (expected !== undefined || !olderThan('3.5', since)),
);
const covered = new Set(countable.flatMap((parityCase) => parityCase.covers));
const excused = uncovered.flatMap(({ bullets }) => bullets);
const names = allCases.map(nameOf);

describe('the cases', () => {
  it('are at least 250', () => {
    expect(allCases.length).toBeGreaterThanOrEqual(250);
  });

  it('have names of their own', () => {
    expect(names.filter((name, index) => names.indexOf(name) !== index)).toEqual([]);
  });

  it('cover only what the checklist knows', () => {
    const known = new Set([...checklist.keys(), ...ERROR_ROWS, 'runbook']);
    expect([...covered].filter((item) => !known.has(item))).toEqual([]);
  });

  it('cover every row of bad input', () => {
    expect(ERROR_ROWS.filter((row) => !covered.has(row))).toEqual([]);
  });

  it('use every rule of normalisation and every known difference between releases', () => {
    const rules = new Set(allCases.flatMap(({ rules = [] }) => rules));
    const versions = new Set(allCases.flatMap(({ versions = [] }) => versions));
    expect(ruleNames.filter((name) => !rules.has(name))).toEqual([]);
    expect(versionDifferences.filter((name) => !versions.has(name))).toEqual([]);
  });
});

describe('the checklist', () => {
  it('has the bullets of the reference', () => {
    expect(checklist.size).toBe(445);
  });

  it('is covered, or the bullet stands in the list with a reason', () => {
    const missing = [...checklist].filter(([id]) => !covered.has(id) && !excused.includes(id));
    expect(missing).toEqual([]);
  });

  it('excuses only what is not covered', () => {
    expect(excused.filter((id) => covered.has(id) || !checklist.has(id))).toEqual([]);
  });
});

describe('the deliberate differences', () => {
  it('have ids of their own and a reason', () => {
    const ids = differences.map(({ id }) => id);
    expect(new Set(ids).size).toBe(ids.length);
    expect(differences.filter(({ reason }) => reason === '')).toEqual([]);
  });

  const claims = (['3.4', '3.5', '3.7'] as const).flatMap((series) => names.map((name) => claimants(name, series)));

  it('name cases that there are, each pattern one at least', () => {
    const means = (pattern: string | RegExp, name: string): boolean =>
      typeof pattern === 'string' ? pattern === name : pattern.test(name);
    const patterns = differences.flatMap(({ cases }) => cases);
    expect(patterns.filter((pattern) => !names.some((name) => means(pattern, name)))).toEqual([]);
    expect(differences.filter((difference) => !claims.flat().includes(difference))).toEqual([]);
  });

  it('stand in the README, one row for each or for several', () => {
    const section = /^## Differences from[^]*?^## /m.exec(readFileSync('README.md', 'utf8'))?.[0] ?? '';
    const rows = new Set([...section.matchAll(/^\| (.*?) \| .* \| .* \|$/gm)].map(([, what]) => what));
    expect(rows.size).toBeGreaterThan(30);
    expect(differences.filter(({ readme }) => !rows.has(readme)).map(({ id, readme }) => `${id}: ${readme}`)).toEqual(
      [],
    );
  });

  it('never claim a case twice', () => {
    expect(claims.filter((claimed) => claimed.length > 1)).toEqual([]);
  });
});
