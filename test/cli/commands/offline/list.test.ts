import { beforeAll, describe, expect, it } from 'vitest';
import { runOffline } from '../../../support/cli.ts';
import { History } from '../../../unit/snapshot/history.ts';
import { databaseOf, useScratch } from './scratch.ts';

const scratch = useScratch();

/** As Kubernetes has it: some pods, a secret, one key beside them. */
function history(): History {
  const keys = new History();
  keys.commit([['/registry/pods/default/a', '12345']]); // 2
  keys.commit([['/registry/pods/default/b', '1']]); // 3
  keys.commit([['/registry/pods/kube/c', '']]); // 4
  keys.commit([['/registry/secrets/default/s', 'secret']]); // 5
  keys.commit([['/registry/version', '1']]); // 6
  keys.commit([['/registry/pods/default/b', undefined]]); // 7
  keys.commit([['compact_rev_key', '7']]); // 8
  return keys;
}

let file: string;
beforeAll(() => {
  file = scratch.put('db', databaseOf(history()));
});

describe.each(['etcdctl', 'etcdutl'] as const)('%s snapshot ls', (tool) => {
  const ls = (...argv: string[]) => runOffline(tool, ['snapshot', 'ls', ...argv]);

  it.each([
    [[], '/\ncompact_rev_key\n'],
    [['/registry/'], '/registry/pods/\n/registry/secrets/\n/registry/version\n'],
    [['/registry/pods'], '/registry/pods/\n'],
    [['/registry/pods/', '-r'], '/registry/pods/default/a\n/registry/pods/kube/c\n'],
    [
      ['/registry/pods/', '-r', '--rev=5'],
      '/registry/pods/default/a\n/registry/pods/default/b\n/registry/pods/kube/c\n',
    ],
    [
      ['--delimiter=_'],
      '/registry/pods/default/a\n/registry/pods/kube/c\n/registry/secrets/default/s\n/registry/version\ncompact_\n',
    ],
    [['c', '--delimiter='], 'compact_rev_key\n'],
    [['/nothing/'], ''],
  ] as const)('%j', async (argv, out) => {
    expect(await ls(file, ...argv)).toMatchObject({ code: 0, out, err: '' });
  });

  it('tells more in the other formats', async () => {
    const json = (await ls(file, '/registry/', '-w', 'json')).out.trimEnd().split('\n');
    expect(json.map((line) => JSON.parse(line) as unknown)).toEqual([
      { name: Buffer.from('/registry/pods/').toString('base64'), prefix: true, keys: 2, size: 50, modRevision: 4 },
      { name: Buffer.from('/registry/secrets/').toString('base64'), prefix: true, keys: 1, size: 33, modRevision: 5 },
      { name: Buffer.from('/registry/version').toString('base64'), prefix: false, keys: 1, size: 18, modRevision: 6 },
    ]);
    expect((await ls(file, '/registry/', '-w', 'table')).out).toContain(
      '│    /registry/pods/ │    2 │ 50 B │            4 │',
    );
    expect((await ls(file, '/nothing', '-w', 'table')).out).toContain('NAME');
  });

  it.each([[[]], [['a', 'b', 'c']]])('%j ends with 128', async (argv) => {
    const message = 'Error: snapshot ls needs a filename as argument and an optional prefix\n';
    expect(await ls(...argv)).toMatchObject({ code: 128, out: '', err: message });
  });
});

describe('snapshot ls of many keys', () => {
  it('prints them all, whatever the format', async () => {
    const many = new History();
    const names = Array.from({ length: 2500 }, (_, i) => `k${String(i).padStart(5, '0')}`);
    for (const name of names) many.commit([[name, '']]);
    const path = scratch.put('many', databaseOf(many));
    const ls = (format: string) => runOffline('etcdutl', ['snapshot', 'ls', path, '-w', format]);
    expect((await ls('simple')).out).toBe(`${names.join('\n')}\n`);
    expect((await ls('json')).out.match(/\n/g)).toHaveLength(2500);
    const table = (await ls('table')).out;
    expect(table.match(/│ +k\d+ │/g)).toHaveLength(2500);
    expect(table.match(/NAME/g)).toHaveLength(1);
    expect((await ls('yaml')).out.match(/^---$/gm)).toHaveLength(2499);
  });
});

describe.each(['etcdctl', 'etcdutl'] as const)('%s snapshot du', (tool) => {
  const du = (...argv: string[]) => runOffline(tool, ['snapshot', 'du', ...argv]);

  it.each([
    [[], '101 B, 4, /\n117 B, 5, total\n'],
    [['/registry/'], '50 B, 2, /registry/pods/\n33 B, 1, /registry/secrets/\n101 B, 4, /registry/\n'],
    [
      ['/registry/', '-a'],
      '50 B, 2, /registry/pods/\n33 B, 1, /registry/secrets/\n18 B, 1, /registry/version\n101 B, 4, /registry/\n',
    ],
    [
      ['/registry/', '--depth=2'],
      '29 B, 1, /registry/pods/default/\n21 B, 1, /registry/pods/kube/\n33 B, 1, /registry/secrets/default/\n101 B, 4, /registry/\n',
    ],
    [['/registry/', '--depth=0'], '101 B, 4, /registry/\n'],
    [['/registry/pods/default/', '--rev=3'], '54 B, 2, /registry/pods/default/\n'],
    [['/nothing/'], '0 B, 0, /nothing/\n'],
  ] as const)('%j', async (argv, out) => {
    expect(await du(file, ...argv)).toMatchObject({ code: 0, out, err: '' });
  });

  it('wants to know of what', async () => {
    const message = 'Error: snapshot du needs a filename as argument and an optional prefix\n';
    expect(await du()).toMatchObject({ code: 128, out: '', err: message });
  });
});
