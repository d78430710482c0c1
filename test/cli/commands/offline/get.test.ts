import { beforeAll, describe, expect, it } from 'vitest';
import { RangeResponse } from '../../../../src/wire/gen/rpc/kv.ts';
import { runOffline } from '../../../support/cli.ts';
import { History } from '../../../unit/snapshot/history.ts';
import { dataDirectory, databaseOf, someHistory, useScratch, withDigest } from './scratch.ts';

const scratch = useScratch();
const database = databaseOf(someHistory());

let file: string;
beforeAll(() => {
  file = scratch.put('snap.db', withDigest(database));
});

const get = (...argv: string[]) => runOffline('etcdutl', ['snapshot', 'get', file, ...argv]);

describe('snapshot get', () => {
  it.each([
    [['a/1'], 'a/1\nuno\n'],
    [['a/1', '--rev=2'], 'a/1\none\n'],
    [['a/1', '--rev=-1'], 'a/1\nuno\n'],
    [['gone'], ''],
    [['gone', '--rev=5'], 'gone\nx\n'],
    [['a/', '--prefix'], 'a/1\nuno\na/2\ntwo\n'],
    [['a/', '--prefix', '--limit=1'], 'a/1\nuno\n'],
    [['', '--prefix'], 'a/1\nuno\na/2\ntwo\nb\n\n'],
    [['a/2', '--from-key'], 'a/2\ntwo\nb\n\n'],
    [['a/1', 'a/2'], 'a/1\nuno\n'],
    [['a/1', 'c', '--keys-only'], 'a/1\n\na/2\n\nb\n\n'],
    [['a/1', '--print-value-only'], 'uno\n'],
    [['nothing'], ''],
  ])('%j', async (argv, out) => {
    expect(await get(...argv)).toMatchObject({ code: 0, out, err: '' });
  });

  it('prints like get in every format that get has', async () => {
    const kv = '{"key":"YS8y","create_revision":3,"mod_revision":3,"version":1,"value":"dHdv","lease":4660}';
    expect((await get('a/2', '-w', 'json')).out).toBe(
      `{"header":{"revision":6,"raft_term":2},"kvs":[${kv}],"count":1}\n`,
    );
    expect((await get('', '--prefix', '--count-only', '-w', 'fields')).out).toBe(
      '"ClusterID" : 0\n"MemberID" : 0\n"Revision" : 6\n"RaftTerm" : 2\n"More" : false\n"Count" : 3\n',
    );
    expect((await get('a/2', '-w', 'fields')).out).toContain('"Lease" : 4660\n');
    expect((await get('a/2', '-w', 'yaml')).out).toContain('- key: a/2\n');
    expect(await get('a/2', '-w', 'table')).toMatchObject({ code: 4 });
    const run = await get('a', '--from-key', '--limit=2', '-w', 'protobuf');
    const response = RangeResponse.decode(Uint8Array.from(run.io.outBytes()));
    expect(response).toMatchObject({ more: true, count: 3n });
    expect(response.kvs.map(({ key }) => Buffer.from(key).toString())).toEqual(['a/1', 'a/2']);
  });

  it('reads from a data directory and from stdin', async () => {
    const dataDir = await dataDirectory(scratch, 'data', database);
    const run = await runOffline('etcdctl', ['snapshot', 'get', dataDir, 'a/1']);
    expect(run).toMatchObject({ code: 0, out: 'a/1\nuno\n' });
    const options = { stdin: withDigest(database), env: { TMPDIR: scratch.directory } };
    const piped = await runOffline('etcdctl', ['snapshot', 'get', '-', 'a/1', '--hex'], options);
    expect(piped).toMatchObject({ code: 0, out: '\\x61\\x2f\\x31\n\\x75\\x6e\\x6f\n' });
  });

  it('prints many large values, byte for byte and in order', async () => {
    const history = new History();
    const names = Array.from({ length: 300 }, (_, i) => `key ${String(i).padStart(3, '0')}`);
    for (const name of names.toReversed()) history.commit([[name, `${name}\n`.repeat(2000)]]);
    const large = scratch.put('large.db', databaseOf(history));
    const run = await runOffline('etcdutl', ['snapshot', 'get', large, '', '--prefix']);
    expect(run.out).toBe(names.map((name) => `${name}\n${`${name}\n`.repeat(2000)}\n`).join(''));
  });

  it.each([
    [['a', '--rev=7'], 1, 'mvcc: required revision is a future revision'],
    [['a', '--prefix', '--from-key'], 128, '`--prefix` and `--from-key` cannot be set at the same time, choose one'],
    [
      ['a', '--keys-only', '--count-only'],
      128,
      '`--keys-only` and `--count-only` cannot be set at the same time, choose one',
    ],
    [
      ['a', 'b', '--prefix'],
      128,
      'too many arguments, only accept one argument when `--prefix` or `--from-key` is set',
    ],
    [['a', '--count-only'], 128, '--count-only is only for `--write-out=fields`'],
    [['a', '--print-value-only', '-w', 'json'], 128, 'print-value-only is only for `--write-out=simple`'],
    [[], 128, 'snapshot get needs a filename and a key as arguments, and an optional argument as range_end'],
    [
      ['a', 'b', 'c'],
      128,
      'snapshot get needs a filename and a key as arguments, and an optional argument as range_end',
    ],
  ] as const)('%j ends with %i', async (argv, code, message) => {
    expect(await get(...argv)).toMatchObject({ code, out: '', err: `Error: ${message}\n` });
  });

  it('refuses what was compacted', async () => {
    const history = someHistory();
    history.compact(4n);
    const compacted = scratch.put('compacted.db', databaseOf(history));
    const run = await runOffline('etcdutl', ['snapshot', 'get', compacted, 'a/1', '--rev=3']);
    expect(run).toMatchObject({ code: 1, out: '', err: 'Error: mvcc: required revision has been compacted\n' });
    const kept = await runOffline('etcdutl', ['snapshot', 'get', compacted, 'a/1', '--rev=4']);
    expect(kept.out).toBe('a/1\none\n');
  });
});
