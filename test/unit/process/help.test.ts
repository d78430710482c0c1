import { describe, expect, it } from 'vitest';
import { helpText } from '../../../src/process/index.ts';
import { FLAGS, FORGOTTEN_FLAGS } from '../../../src/process/flags/table.ts';
import { findReleases } from '../../support/binaries.ts';
import { run } from '../../support/run.ts';

describe('the help of the server', () => {
  it('names every flag once, with what becomes of it', () => {
    const help = helpText();
    for (const { name } of FLAGS)
      expect(help.split(`--${name} `).length + help.split(`--${name}\n`).length).toBeGreaterThan(2);
    expect(help).toContain('Not supported: tracing is not built.');
    expect(new Set(FLAGS.map(({ name }) => name)).size).toBe(FLAGS.length);
    expect(FLAGS.filter(({ name }) => FORGOTTEN_FLAGS.has(name))).toEqual([]);
  });
});

const newest = findReleases().at(-1);
describe.skipIf(newest === undefined)('the flags of a real etcd', () => {
  it('are all known, but for those that 3.6 and 3.7 took away', async () => {
    const { stdout } = await run({ argv: [newest?.etcd ?? '', '--help'] });
    const theirs = [...stdout.toString().matchAll(/^ {2}--([a-z0-9-]+)/gm)].map(([, name]) => name ?? '');
    expect(theirs.length).toBeGreaterThan(80);
    const known = new Set(FLAGS.map(({ name }) => name));
    const unknown = theirs.filter((name) => !known.has(name) && !name.startsWith('experimental-'));
    expect(unknown.sort()).toEqual(GONE_AFTER_3_5.filter((name) => theirs.includes(name)));
  });
});

const GONE_AFTER_3_5 = [
  'config-file',
  'discovery',
  'discovery-proxy',
  'enable-v2',
  'proxy',
  'proxy-dial-timeout',
  'proxy-failure-wait',
  'proxy-read-timeout',
  'proxy-refresh-interval',
  'proxy-write-timeout',
  'version',
];
