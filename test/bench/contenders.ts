import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import type { EtcdRelease } from '../support/binaries.ts';
import type { Contender } from './measure.ts';

/** Whoever can run the same words. */
export type Tools = (words: readonly string[], how?: Partial<Contender>) => readonly Contender[];

export const goName = ({ version }: EtcdRelease): string => `Go ${version}`;

/** etcdctl as Go made it, in the standalone file, and on Node. */
export function allTools(release: EtcdRelease, withNode = true): Tools {
  return (words, how = {}) => [
    { ...how, name: goName(release), argv: [release.etcdctl, ...words] },
    ...standaloneTool(words).map((contender) => ({ ...how, ...contender })),
    ...(withNode ? [{ ...how, ...nodeTool(words) }] : []),
  ];
}

export const nodeTool = (words: readonly string[]): Contender => ({
  name: 'ours, on Node',
  argv: [process.execPath, 'bin/etcdctl.js', ...words],
});

function standaloneTool(words: readonly string[]): Contender[] {
  const file = resolve('dist/standalone/etcdctl');
  return existsSync(file) ? [{ name: 'ours, standalone', argv: [file, ...words] }] : [];
}
