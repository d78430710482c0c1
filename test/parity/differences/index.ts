/**
 * Every way in which ours differs from Go's etcdctl on purpose. A difference
 * that is not listed fails the suite, and so does a listed one that no longer
 * shows.
 */
import type { Series } from '../../support/binaries.ts';
import type { DeliberateDifference } from './difference.ts';
import { environment } from './environment.ts';
import { formats } from './formats.ts';
import { mended } from './mended.ts';
import { besideNewest } from './newest.ts';
import { colour, progress } from './terminal.ts';

export type { DeliberateDifference } from './difference.ts';

export const differences: readonly DeliberateDifference[] = [
  ...formats,
  ...mended,
  ...environment,
  ...colour,
  ...progress,
  ...besideNewest,
];

/** The differences that are listed for the case of this name beside this peer; there should be one at most. */
export function claimants(name: string, series: Series): readonly DeliberateDifference[] {
  return differences.filter(
    ({ cases, peers = [series] }) => peers.includes(series) && cases.some((pattern) => means(pattern, name)),
  );
}

function means(pattern: string | RegExp, name: string): boolean {
  return typeof pattern === 'string' ? pattern === name : pattern.test(name);
}
