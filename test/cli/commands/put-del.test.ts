import { describe, expect, it } from 'vitest';
import { utf8 } from '../../support/bytes.ts';
import { runCli } from '../../support/cli.ts';
import { fakeClient } from '../../support/fake-client.ts';

describe('put', () => {
  it.each([
    [['k', 'v'], undefined, { key: utf8('k'), value: utf8('v'), lease: 0n }],
    [['k', ''], undefined, { value: utf8('') }],
    [['k', 'v', 'extra'], undefined, { value: utf8('v') }],
    [['k'], 'from stdin\n', { value: utf8('from stdin\n') }],
    [['--', '-k', '-v'], undefined, { key: utf8('-k'), value: utf8('-v') }],
    [['k', 'v', '--lease', '1f'], undefined, { lease: 31n }],
    [['k', 'v', '--lease=-1'], undefined, { lease: -1n }],
    [['k', 'v', '--prev-kv'], undefined, { prev_kv: true }],
    [['k', '--ignore-value'], undefined, { ignore_value: true, value: utf8('') }],
    [['k', 'v', '--ignore-lease'], undefined, { ignore_lease: true }],
  ])('%j with stdin %j', async (argv, stdin, request) => {
    const client = fakeClient({ kv: { put: {} } });
    const run = await runCli(['put', ...argv], client, stdin === undefined ? {} : { stdin });
    expect(run).toMatchObject({ code: 0, out: 'OK\n', err: '' });
    expect(client.requests('kv.put')).toMatchObject([request]);
  });

  it('takes any bytes from stdin', async () => {
    const client = fakeClient({ kv: { put: {} } });
    const stdin = Uint8Array.from({ length: 256 }, (_, byte) => byte);
    await runCli(['put', 'k'], client, { stdin });
    expect(Buffer.from((client.requests('kv.put')[0] as { value: Uint8Array }).value)).toEqual(Buffer.from(stdin));
  });

  const needs = 'put command needs 1 argument and input from stdin or 2 arguments';
  it.each([
    [[], needs],
    [['k'], needs],
    [['k', 'v', '--ignore-value'], "put command needs only 1 argument when 'ignore-value' is set"],
    [['k', 'v', '--lease=zz'], 'bad lease ID (strconv.ParseInt: parsing "zz": invalid syntax), expecting ID in Hex'],
  ])('refuses %j', async (argv, message) => {
    expect(await runCli(['put', ...argv], undefined)).toMatchObject({ code: 128, out: '', err: `Error: ${message}\n` });
  });

  it('refuses a format that it cannot print before it writes', async () => {
    const run = await runCli(['put', 'k', 'v', '-w', 'table'], undefined);
    expect(run).toMatchObject({ code: 4, err: 'Error: table not supported as output format\n' });
  });

  it('says on a terminal that it waits for the value', async () => {
    const client = fakeClient({ kv: { put: {} } });
    const { err } = await runCli(['put', 'k'], client, { stdin: 'v', tty: true });
    expect(err).toBe('reading the value from the terminal; end it with Ctrl-D\n');
  });
});

describe('del', () => {
  it.each([
    [['k'], { key: utf8('k'), range_end: utf8('') }, ''],
    [['k', '--prefix'], { range_end: utf8('l') }, ''],
    [['k', '--from-key'], { range_end: utf8('\0') }, ''],
    [['', '--prefix'], { key: utf8('\0'), range_end: utf8('\0') }, ''],
    [['a', 'b', '--range'], { range_end: utf8('b') }, ''],
    [
      ['a', 'b'],
      { range_end: utf8('b') },
      'Warning: Keys between "a" and "b" will be deleted. You can provide `--range` flag to avoid the delay.\n',
    ],
    [['k', '--prev-kv'], { prev_kv: true }, ''],
  ])('%j', async (argv, request, err) => {
    const client = fakeClient({ kv: { deleteRange: { deleted: 2n } } });
    expect(await runCli(['del', ...argv], client)).toMatchObject({ code: 0, out: '2\n', err });
    expect(client.requests('kv.deleteRange')).toMatchObject([request]);
  });

  const needs = 'del command needs one argument as key and an optional argument as range_end';
  it.each([
    [[], needs],
    [['a', 'b', 'c'], needs],
    [['k', '--prefix', '--from-key'], '`--prefix` and `--from-key` cannot be set at the same time, choose one'],
    [['a', 'b', '--prefix'], 'too many arguments, only accept one argument when `--prefix` or `--from-key` is set'],
  ])('refuses %j', async (argv, message) => {
    expect(await runCli(['del', ...argv], undefined)).toMatchObject({ code: 128, err: `Error: ${message}\n` });
  });
});

describe('compaction', () => {
  it.each([
    [['5'], { revision: 5n, physical: false }],
    [['5', '--physical'], { revision: 5n, physical: true }],
  ])('%j', async (argv, request) => {
    const client = fakeClient({ kv: { compact: {} } });
    expect(await runCli(['compaction', ...argv], client)).toMatchObject({ code: 0, out: 'compacted revision 5\n' });
    expect(client.requests('kv.compact')).toEqual([request]);
  });

  it.each([
    [[], 128, 'compaction command needs 1 argument'],
    [['1', '2'], 128, 'compaction command needs 1 argument'],
    [['abc'], 1, 'strconv.ParseInt: parsing "abc": invalid syntax'],
  ])('refuses %j', async (argv, code, message) => {
    expect(await runCli(['compaction', ...argv], undefined)).toMatchObject({ code, err: `Error: ${message}\n` });
  });
});
