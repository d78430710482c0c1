import { describe, expect, it } from 'vitest';
import { utf8 } from '../../support/bytes.ts';
import { runCli } from '../../support/cli.ts';
import { fakeClient } from '../../support/fake-client.ts';

const txn = (stdin: string, ...argv: string[]) => {
  const client = fakeClient({ kv: { txn: { succeeded: true } } });
  return runCli(['txn', ...argv], client, { stdin }).then((run) => ({ ...run, request: client.requests('kv.txn')[0] }));
};

describe('txn: compares', () => {
  it.each([
    ['mod("k") > "0"', { key: utf8('k'), target: 2, result: 1, mod_revision: 0n }],
    ['m("k") < "9"', { target: 2, result: 2, mod_revision: 9n }],
    ['create("k") = "3"', { target: 1, result: 0, create_revision: 3n }],
    ['c("k") != "3"', { target: 1, result: 3, create_revision: 3n }],
    ['version("k") = "1"', { target: 0, version: 1n }],
    ['ver("k") = "1"', { target: 0, version: 1n }],
    ['value("k") = "a\\x41\\n"', { target: 3, value: utf8('aA\n') }],
    ['val("k\\"q") = `raw\\x`', { key: utf8('k"q'), target: 3, value: utf8('raw\\x') }],
    ['lease("k") = "694d7f"', { target: 4, lease: 0x694d7fn }],
    ['mod( "k")  =   "0" trailing words', { key: utf8('k'), mod_revision: 0n }],
  ])('%s', async (line, compare) => {
    const { request, code } = await txn(`${line}\n\n\n\n`);
    expect(code).toBe(0);
    expect(request).toMatchObject({ compare: [compare], success: [], failure: [] });
  });

  it.each([
    ['mod "k1"', 'malformed comparison: mod "k1"'],
    ['mod(k1) = "1"', 'malformed comparison: mod(k1) = "1"; got mod("")  ""'],
    ['mod("k")="1"', 'malformed comparison: mod("k")="1"; got mod("k")  ""'],
    ['mod("k" ) > "0"', 'malformed comparison: mod("k" ) > "0"; got mod("k")  ""'],
    ['mod("k") =', 'malformed comparison: mod("k") =; got mod("k") = ""'],
    ['mod("k") = 0', 'malformed comparison: mod("k") = 0; got mod("k") = ""'],
    ['foo("k1") = "1"', 'malformed comparison: foo("k1") = "1" (unknown target foo)'],
    ['mod("k1") = "abc"', 'invalid txn compare request: mod("k1") = "abc"'],
    ['mod("k") >= "1"', 'malformed comparison: mod("k") >= "1" (unknown operator >=, want one of = != < >)'],
  ])('refuses %s', async (line, message) => {
    expect(await txn(`${line}\n\n\n\n`)).toMatchObject({
      code: 3,
      out: '',
      err: `Error: ${message}\n`,
      request: undefined,
    });
  });
});

describe('txn: requests', () => {
  it.each([
    ['put k v', { request_put: { key: utf8('k'), value: utf8('v') } }],
    ['put k "two words\\t"', { request_put: { value: utf8('two words\t') } }],
    ['put k \'single "quoted"\'', { request_put: { value: utf8('single "quoted"') } }],
    ['put k "unterminated', { request_put: { value: utf8('unterminated') } }],
    ['put k "\\xff"', { request_put: { value: Uint8Array.of(0xff) } }],
    ['p k v --lease=1f', { request_put: { lease: 31n } }],
    ['get k --prefix', { request_range: { key: utf8('k'), range_end: utf8('l') } }],
    ['g k m --limit 3', { request_range: { range_end: utf8('m'), limit: 3n } }],
    ['del k --from-key', { request_delete_range: { range_end: utf8('\0') } }],
  ])('%s', async (line, op) => {
    const { request } = await txn(`\n${line}\n\n${line}\n\n`);
    expect(request).toMatchObject({ compare: [], success: [op], failure: [op] });
  });

  it.each([
    ['get', 3, 'invalid txn compare request: get'],
    ['compact 1', 3, 'invalid txn request: compact 1'],
    ['put k v --bogus', 3, 'invalid txn request: put k v --bogus\n  unknown flag: --bogus'],
    ['get k --help', 3, 'invalid txn request: get k --help (help is not a request)'],
    ['put k', 128, 'put command needs 1 argument and input from stdin or 2 arguments'],
    ['del a b c', 128, 'del command needs one argument as key and an optional argument as range_end'],
    ['put k "\\q"', 3, 'invalid syntax'],
  ])('refuses %s', async (line, code, message) => {
    expect(await txn(`\n${line}\n\n\n`)).toMatchObject({ code, err: `Error: ${message}\n`, request: undefined });
  });
});

describe('txn: input and output', () => {
  it.each(['', '\n', '\n\n', '\n\nput a b\n', 'mod("k") = "1"'])('ends with EOF after %j', async (stdin) => {
    expect(await txn(stdin)).toMatchObject({ code: 3, err: 'Error: EOF\n', request: undefined });
  });

  it('prompts in interactive mode', async () => {
    const { out } = await txn('\n\n\n', '-i');
    expect(out).toBe('compares:\nsuccess requests (get, put, del):\nfailure requests (get, put, del):\nSUCCESS\n');
  });

  it('takes no argument', async () => {
    expect(await txn('\n\n\n', 'x')).toMatchObject({ code: 128, err: 'Error: txn command does not accept argument\n' });
  });

  it('passes a failed branch as success of the command', async () => {
    const client = fakeClient({ kv: { txn: { succeeded: false } } });
    expect(await runCli(['txn'], client, { stdin: '\n\n\n' })).toMatchObject({ code: 0, out: 'FAILURE\n' });
  });
});
