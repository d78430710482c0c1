import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { Flag } from '../../../src/process/flags/flag.ts';
import { GATES } from '../../../src/process/flags/gates.ts';
import { FLAGS } from '../../../src/process/flags/table.ts';

const server = /^## Server$[^]*?^## /m.exec(readFileSync('README.md', 'utf8'))?.[0] ?? '';

/** What stands in backquotes in the second cell of the row. */
function namesIn(row: string): string[] {
  const cell = server.split(`\n| ${row} | `)[1]?.split(' |\n')[0] ?? '';
  return [...cell.matchAll(/`([^`]+)`/g)].map(([, name]) => name ?? '');
}

/** The flags that `--a-*` stands for. */
const matching = (pattern: string): string[] => {
  const form = new RegExp(`^${pattern.replaceAll('*', '.+')}$`);
  return FLAGS.map(({ name }) => `--${name}`).filter((flag) => form.test(flag));
};

const flagsThat = (are: (support: Flag['support']) => boolean): string[] =>
  FLAGS.filter(({ support }) => are(support)).map(({ name }) => `--${name}`);

describe("README's table of what is not as in etcd", () => {
  it.each([
    ['Refused', flagsThat((support) => typeof support !== 'string' && 'refused' in support)],
    [
      'Taken, with a line in the log that says why it has no effect',
      flagsThat((support) => typeof support !== 'string' && 'harmless' in support),
    ],
  ])('has all such flags and no others: %s', (row, flags) => {
    expect(flags.length).toBeGreaterThan(4);
    const told = namesIn(row);
    expect(told.filter((pattern) => matching(pattern).length === 0)).toEqual([]);
    expect(told.flatMap(matching).sort()).toEqual(flags.sort());
  });

  it('has all gates without effect and no others', () => {
    const idle = Object.entries(GATES).filter(([, gate]) => 'noEffect' in gate);
    expect(idle.length).toBeGreaterThan(0);
    expect(namesIn('Feature gates taken so').sort()).toEqual(idle.map(([name]) => name).sort());
  });
});
