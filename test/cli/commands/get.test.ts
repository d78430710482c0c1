import { describe, expect, it } from 'vitest';
import { getFlags, getOptions } from '../../../src/cli/commands/get.ts';
import { parseFlags } from '../../../src/cli/flags/index.ts';
import { utf8 } from '../../support/bytes.ts';
import { runCli } from '../../support/cli.ts';
import { fakeClient, stream } from '../../support/fake-client.ts';

/** The request of a get's command line, with the bytes as text. */
function requestOf(...argv: string[]): Record<string, unknown> {
  const parsed = parseFlags(getFlags, argv);
  if (parsed.kind === 'help') throw new Error('help');
  const { key, range_end, ...rest } = getOptions(parsed.values, parsed.args).request;
  return {
    key: Buffer.from(key ?? []).toString('latin1'),
    range_end: Buffer.from(range_end ?? []).toString('latin1'),
    ...rest,
  };
}

describe('get: command line to request', () => {
  it.each([
    [['k'], { key: 'k', range_end: '' }],
    [['k', 'm'], { key: 'k', range_end: 'm' }],
    [['k', ''], { key: 'k', range_end: '' }],
    [['a', 'b', 'c'], { key: 'a', range_end: 'b' }],
    [['k', '--prefix'], { key: 'k', range_end: 'l' }],
    [['', '--prefix'], { key: '\0', range_end: '\0' }],
    [['', '--from-key'], { key: '\0', range_end: '\0' }],
    [['k', '--from-key'], { key: 'k', range_end: '\0' }],
    [['k', '--rev', '7'], { revision: 7n }],
    [['k', '--rev=-7'], { revision: 0n }],
    [['k', '--limit=-1'], { limit: -1n }],
    [['k', '--limit', '0x10'], { limit: 16n }],
    [['k', '--consistency', 's'], { serializable: true }],
    [['k', '--order', 'descend'], { sort_order: 2, sort_target: 0 }],
    [['k', '--order=ASCEND'], { sort_order: 0, sort_target: 0 }],
    [['k', '--order=ASCEND', '--sort-by=version'], { sort_order: 1, sort_target: 1 }],
    [['k', '--sort-by', 'MODIFY'], { sort_order: 0, sort_target: 3 }],
    [['k', '--sort-by', 'create'], { sort_target: 2 }],
    [['k', '--sort-by', 'VALUE'], { sort_target: 4 }],
    [['k', '--keys-only'], { keys_only: true, count_only: false }],
    [['k', '--count-only'], { count_only: true }],
    [['k', '--min-create-rev=2', '--max-create-rev=9'], { min_create_revision: 2n, max_create_revision: 9n }],
    [['k', '--min-mod-rev=-2', '--max-mod-rev=9'], { min_mod_revision: 0n, max_mod_revision: 9n }],
  ])('%j', (argv, expected) => {
    expect(requestOf(...argv)).toMatchObject(expected);
  });
});

const refused: readonly [string[], number, string][] = [
  [[], 128, 'get command needs one argument as key and an optional argument as range_end'],
  [['k', '--prefix', '--from-key'], 128, '`--prefix` and `--from-key` cannot be set at the same time, choose one'],
  [
    ['k', '--keys-only', '--count-only'],
    128,
    '`--keys-only` and `--count-only` cannot be set at the same time, choose one',
  ],
  [['k', '--consistency=x'], 4, 'unknown consistency flag "x"'],
  [['k', 'm', '--prefix'], 128, 'too many arguments, only accept one argument when `--prefix` or `--from-key` is set'],
  [['k', '--order=DESC'], 4, 'bad sort order DESC'],
  [['k', '--sort-by=foo'], 4, 'bad sort target foo'],
  [['k', '--min-create-rev=5', '--max-create-rev=3'], 4, 'getMinCreateRev(=5) > getMaxCreateRev(=3)'],
  [['k', '--min-mod-rev=5', '--max-mod-rev=3'], 4, 'getMinModRev(=5) > getMaxModRev(=3)'],
  [['k', '--count-only'], 128, '--count-only is only for `--write-out=fields`'],
  [['k', '--print-value-only', '-w', 'json'], 128, 'print-value-only is only for `--write-out=simple`'],
  [['k', '-w', 'table'], 4, 'table not supported as output format'],
  [['k', '-w', 'xml'], 4, 'unsupported output format'],
];

describe('get: what it refuses before it connects', () => {
  it.each(refused)('%j', async (argv, code, message) => {
    expect(await runCli(['get', ...argv], undefined)).toMatchObject({ code, out: '', err: `Error: ${message}\n` });
  });
});

describe('get: run', () => {
  const kvs = [
    { key: utf8('a'), value: utf8('1') },
    { key: utf8('b'), value: Uint8Array.of(0xff, 0) },
  ];

  it('prints keys and values byte for byte', async () => {
    const client = fakeClient({ kv: { range: { kvs, count: 2n } } });
    const { code, io } = await runCli(['get', 'a', 'c'], client);
    expect(code).toBe(0);
    expect(io.outBytes()).toEqual(Buffer.from('a\n1\nb\n\xff\0\n', 'latin1'));
    client.verify();
  });

  it('is quiet when nothing is found', async () => {
    const client = fakeClient({ kv: { range: {} } });
    expect(await runCli(['get', 'nokey'], client)).toMatchObject({ code: 0, out: '', err: '' });
  });

  it('prints values alone', async () => {
    const client = fakeClient({ kv: { range: { kvs: kvs.slice(0, 1), count: 1n } } });
    expect((await runCli(['get', 'a', '--print-value-only'], client)).out).toBe('1\n');
  });

  it('joins the parts of a stream, the last of which has the header', async () => {
    const parts = stream([
      { range_response: { kvs: kvs.slice(0, 1) } },
      { range_response: { header: { revision: 9n }, kvs: kvs.slice(0, 1), more: true, count: 5n } },
    ]);
    const client = fakeClient({ kv: { rangeStream: parts } });
    const { out } = await runCli(['get', 'a', '--stream', '-w', 'json'], client);
    expect(JSON.parse(out)).toEqual({
      header: { revision: 9 },
      kvs: [
        { key: 'YQ==', value: 'MQ==' },
        { key: 'YQ==', value: 'MQ==' },
      ],
      more: true,
      count: 5,
    });
    client.verify();
  });

  it('closes the client', async () => {
    const client = fakeClient({ kv: { range: {} } });
    await runCli(['get', 'a'], client);
    expect(client.closed).toBe(true);
  });
});
