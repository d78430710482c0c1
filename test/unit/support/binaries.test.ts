import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { describeReleases, findReleases } from '../../support/binaries.ts';

const made: string[] = [];

afterEach(async () => {
  await Promise.all(made.splice(0).map((directory) => rm(directory, { recursive: true, force: true })));
});

/** A directory with tools that print the version as etcd does. */
async function toolDirectory(version: string, tools = ['etcd', 'etcdctl', 'etcdutl']): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), 'tools-'));
  made.push(directory);
  for (const tool of tools) {
    await writeFile(join(directory, tool), `#!/bin/sh\nprintf 'etcd Version: ${version}\\nGit SHA: none\\n'\n`);
    await chmod(join(directory, tool), 0o755);
  }
  return directory;
}

describe('findReleases', () => {
  it('takes the directories that the variables name', async () => {
    const env = {
      ETCD_BIN_34: await toolDirectory('3.4.23', ['etcd', 'etcdctl']),
      ETCD_BIN_35: await toolDirectory('3.5.30'),
    };
    expect(findReleases(env).map(({ series, version }) => [series, version])).toEqual([
      ['3.4', '3.4.23'],
      ['3.5', '3.5.30'],
    ]);
    expect(findReleases(env)[0]).toMatchObject({ etcdctl: join(env.ETCD_BIN_34, 'etcdctl'), etcdutl: undefined });
  });

  it('takes what is on PATH for its series', async () => {
    const releases = findReleases({ PATH: `/nonexistent:${await toolDirectory('3.4.30')}` });
    expect(releases.map(({ series }) => series)).toEqual(['3.4']);
  });

  it('prefers the variable to PATH', async () => {
    const named = await toolDirectory('3.5.31');
    const releases = findReleases({ PATH: await toolDirectory('3.5.1'), ETCD_BIN_35: named });
    expect(releases.map(({ version }) => version)).toEqual(['3.5.31']);
  });

  it('finds nothing where nothing is', () => {
    expect(findReleases({ PATH: '/nonexistent' })).toEqual([]);
  });

  it('ignores an unknown series and an incomplete installation on PATH', async () => {
    expect(findReleases({ PATH: await toolDirectory('3.2.1') })).toEqual([]);
    expect(findReleases({ PATH: await toolDirectory('3.5.1', ['etcd']) })).toEqual([]);
  });

  it('refuses a variable that names another series or nothing', async () => {
    const directory = await toolDirectory('3.4.23');
    expect(() => findReleases({ ETCD_BIN_35: directory })).toThrow(/holds etcd 3\.4\.23, not 3\.5/);
    expect(() => findReleases({ ETCD_BIN_34: '/nonexistent' })).toThrow('ETCD_BIN_34=/nonexistent holds no etcd');
  });
});

describe('describeReleases', () => {
  it('says how to get etcd when there is none', () => {
    expect(describeReleases({ PATH: '/nonexistent' })).toMatch(/SKIPPED.*etcd-server.*ETCD_BIN_35/);
  });

  it('throws instead when etcd is required, and names what is missing', async () => {
    const env = { ETCD_REQUIRED: '1', ETCD_BIN_35: await toolDirectory('3.5.30') };
    expect(() => describeReleases(env)).toThrow(/3\.4 \(ETCD_BIN_34/);
    expect(() => describeReleases(env)).not.toThrow(/ETCD_BIN_35/);
  });

  it('names what is found, and is content with one when none is required', async () => {
    expect(describeReleases({ PATH: await toolDirectory('3.5.30') })).toBe('real etcd: 3.5.30');
  });
});
