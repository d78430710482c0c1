import { beforeAll, describe, expect, it } from 'vitest';
import { tryLockFile } from '../../../../src/base/file-lock.ts';
import { runOffline } from '../../../support/cli.ts';
import { databaseOf, someHistory, useScratch, withDigest } from './scratch.ts';

const scratch = useScratch();

function later(): Buffer {
  const history = someHistory();
  history.commit([
    ['a/1', undefined],
    ['a/2', 'two'],
  ]); // 7: the lease is gone
  history.commit([['b', '']]); // 8: the same once more
  history.commit([['c', 'new']]); // 9
  return withDigest(databaseOf(history));
}

let old: string;
let recent: string;
beforeAll(() => {
  old = scratch.put('old.db', withDigest(databaseOf(someHistory())));
  recent = scratch.put('new.db', later());
});

const diff = (...argv: string[]) => runOffline('etcdutl', ['snapshot', 'diff', ...argv]);

describe('snapshot diff', () => {
  it('tells which keys are gone, new or not the same', async () => {
    expect(await diff(old, recent)).toMatchObject({ code: 0, out: '- a/1\n~ a/2\n+ c\n', err: '' });
    expect(await diff(recent, old)).toMatchObject({ code: 0, out: '+ a/1\n~ a/2\n- c\n', err: '' });
    expect(await diff(old, recent, 'a/', '--prefix')).toMatchObject({ out: '- a/1\n~ a/2\n' });
    expect(await diff(old, recent, '--prefix', 'a/')).toMatchObject({ out: '- a/1\n~ a/2\n' });
    expect(await diff(old, recent, 'c')).toMatchObject({ out: '+ c\n' });
    expect(await diff(old, old)).toMatchObject({ code: 0, out: '', err: '' });
  });

  it('shows what was and what is', async () => {
    const lines = (await diff(old, recent, '-w', 'json')).out.trimEnd().split('\n');
    expect(JSON.parse(lines[1] ?? '')).toEqual({
      change: 'changed',
      key: 'YS8y',
      before: { key: 'YS8y', create_revision: 3, mod_revision: 3, version: 1, value: 'dHdv', lease: 0x1234 },
      after: { key: 'YS8y', create_revision: 3, mod_revision: 7, version: 2, value: 'dHdv' },
    });
    expect((await diff(old, recent, '-w', 'table')).out).toContain('│ removed │ a/1 │            5 │      3 B │');
    expect((await diff(old, old, '-w', 'table')).out).toContain('CHANGE');
    expect(await diff(old, recent, '-w', 'protobuf')).toMatchObject({ code: 4, out: '' });
  });

  it('tells by its exit code if asked to', async () => {
    expect(await diff(old, recent, '--exit-code')).toMatchObject({ code: 1, err: '' });
    expect(await diff(old, recent, '--exit-code', 'b')).toMatchObject({ code: 0 });
  });

  it('takes one of the two from stdin', async () => {
    const options = { stdin: later(), env: { TMPDIR: scratch.directory } };
    const run = await runOffline('etcdctl', ['snapshot', 'diff', old, '-'], options);
    expect(run).toMatchObject({ code: 0, out: '- a/1\n~ a/2\n+ c\n' });
    expect(await diff('-', '-')).toMatchObject({ code: 128 });
  });

  it.each([[[]], [['a']], [['a', 'b', 'c', 'd']]])('%j ends with 128', async (argv) => {
    const message = 'Error: snapshot diff needs two filenames as arguments and an optional key\n';
    expect(await diff(...argv)).toMatchObject({ code: 128, out: '', err: message });
  });

  it('gives both locks back, whatever happens', async () => {
    const paths = ['a', 'b'].map((name) => scratch.put(name, databaseOf(someHistory())));
    const [first = '', second = ''] = paths;
    const lock = tryLockFile(second, 'exclusive');
    const refused = await diff(first, second, '--timeout=1ms');
    lock?.release();
    expect(refused).toMatchObject({ code: 1, out: '' });
    expect(refused.err).toContain(`Error: lock ${second}: `);
    expect(await diff(first, second)).toMatchObject({ code: 0, out: '' });
    for (const path of paths) {
      const again = tryLockFile(path, 'exclusive');
      expect(again).toBeDefined();
      again?.release();
    }
  });
});
