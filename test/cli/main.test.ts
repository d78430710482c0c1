import { describe, expect, it } from 'vitest';
import type { ClientConfig } from '../../src/client/index.ts';
import { runCli } from '../support/cli.ts';
import { fakeClient } from '../support/fake-client.ts';
import type { FakeIoOptions } from '../support/fake-io.ts';

const get = async (
  argv: readonly string[],
  options: FakeIoOptions = {},
): Promise<{ config: ClientConfig | undefined; err: string; code: number }> => {
  const run = await runCli(['get', 'k', ...argv], fakeClient({ kv: { range: {} } }), options);
  return { config: run.configs[0], err: run.err, code: run.code };
};

describe('global flags and variables', () => {
  it.each([
    [
      [],
      {},
      {
        endpoints: ['127.0.0.1:2379'],
        dialTimeoutMs: 2000,
        keepAliveTimeMs: 2000,
        keepAliveTimeoutMs: 6000,
        maxRequestBytes: 0,
        maxReceiveBytes: 0,
      },
    ],
    [['--endpoints', 'a:1, b:2', '--endpoints=c:3'], {}, { endpoints: ['a:1', 'b:2', 'c:3'] }],
    [[], { ETCDCTL_ENDPOINTS: 'a:1,b:2' }, { endpoints: ['a:1', 'b:2'] }],
    [
      ['--dial-timeout=1s', '--keepalive-time=3s', '--keepalive-timeout', '4m'],
      {},
      { dialTimeoutMs: 1000, keepAliveTimeMs: 3000, keepAliveTimeoutMs: 240_000 },
    ],
    [
      [],
      { ETCDCTL_MAX_REQUEST_BYTES: '10', ETCDCTL_MAX_RECV_BYTES: '20' },
      { maxRequestBytes: 10, maxReceiveBytes: 20 },
    ],
    [
      ['--cert=c', '--key=k', '--cacert=a'],
      {},
      { tls: { certFile: 'c', keyFile: 'k', caFile: 'a', serverName: '', skipVerify: false } },
    ],
    [
      [],
      { ETCDCTL_CERT: 'c', ETCDCTL_KEY: 'k', ETCDCTL_CACERT: 'a' },
      { tls: { certFile: 'c', keyFile: 'k', caFile: 'a' } },
    ],
    [['--insecure-skip-tls-verify'], {}, { tls: { skipVerify: true } }],
    [['--insecure-transport=false'], {}, { tls: { caFile: '', skipVerify: false } }],
    [['--user=alice:p:q'], {}, { user: { name: 'alice', password: 'p:q' } }],
    [['--user=al:ice', '--password=p'], {}, { user: { name: 'al:ice', password: 'p' } }],
    [['--user=alice:p', '--auth-jwt-token=t'], {}, { jwt: 't' }],
  ])('%j with %j', async (argv, env, config) => {
    const run = await get(argv, { env: env });
    expect(run).toMatchObject({ code: 0, err: '', config });
  });

  it('uses no TLS and no user unless asked to', async () => {
    const { config } = await get(['--password=unused']);
    expect(config).not.toHaveProperty('tls');
    expect(config).not.toHaveProperty('user');
  });

  it('asks for a password that is missing', async () => {
    const { io, configs } = await runCli(['get', 'k', '--user=alice'], fakeClient({ kv: { range: {} } }), {
      secrets: ['pw'],
    });
    expect(io.prompts).toEqual(['Password: ']);
    expect(configs[0]?.user).toEqual({ name: 'alice', password: 'pw' });
  });

  it.each([
    [['--endpoints=a:1'], { ETCDCTL_ENDPOINTS: 'b:1' }, 'ETCDCTL_ENDPOINTS is ignored: --endpoints was given'],
    [[], { ETCDCTL_BOGUS: 'secret' }, 'unrecognized environment variable ETCDCTL_BOGUS'],
    [[], { ETCDCTL_PREFIX: 'true' }, 'unrecognized environment variable ETCDCTL_PREFIX'],
    [[], { ETCDCTL_WATCH_KEY: 'k' }, 'unrecognized environment variable ETCDCTL_WATCH_KEY'],
    [[], { ETCDCTL_API: '4' }, 'ETCDCTL_API=4 is ignored: there is only the v3 API'],
    [[], { ETCDCTL_COMMAND_TIMEOUT: '5' }, 'ETCDCTL_COMMAND_TIMEOUT is ignored: time: missing unit in duration "5"'],
  ])('%j with %j warns and goes on', async (argv, env, warning) => {
    expect(await get(argv, { env: env })).toMatchObject({
      code: 0,
      err: `Warning: ${warning}\n`,
    });
  });

  it('takes ETCDCTL_API=3 and an empty variable in silence', async () => {
    expect(await get([], { env: { ETCDCTL_API: '3', ETCDCTL_CACERT: '', OTHER: 'x' } })).toMatchObject({
      code: 0,
      err: '',
    });
  });

  it.each([
    [
      [],
      { ETCDCTL_API: '2' },
      1,
      'ETCDCTL_API=2 is not supported: etcd 3.6 removed the v2 API (unset ETCDCTL_API or set it to 3)',
    ],
    [['--cert='], {}, 128, 'empty string is passed to --cert option'],
    [['--key='], {}, 128, 'empty string is passed to --key option'],
    [['--cacert='], {}, 128, 'empty string is passed to --cacert option'],
    [['-w', 'JSON'], {}, 4, 'unsupported output format'],
  ])('%j with %j is refused', async (argv, env, code, message) => {
    expect(await get(argv, { env: env })).toMatchObject({ code, err: `Error: ${message}\n` });
  });

  it('shows the settings with --debug, and no secret among them', async () => {
    const { err } = await get(['--debug', '--user=alice:wonder', '--auth-jwt-token=jot', '--endpoints=a:1,b:1']);
    expect(err).toContain('ETCDCTL_ENDPOINTS=[a:1 b:1]\n');
    expect(err).toContain('ETCDCTL_WRITE_OUT=simple\n');
    expect(err).not.toMatch(/wonder|jot/);
  });
});

describe('finding a command', () => {
  it.each([
    [['g', 'k']],
    [['--endpoints', 'a:1', 'get', 'k']],
    [['get', '--endpoints=a:1', 'k']],
    [['get', 'k', '--endpoints', 'a:1']],
    [['-w', 'simple', 'get', 'k']],
    [['-wsimple', 'get', 'k']],
  ])('%j', async (argv) => {
    const client = fakeClient({ kv: { range: {} } });
    expect((await runCli(argv, client)).code).toBe(0);
    client.verify();
  });

  it.each([
    [['bogus'], 'unknown command "bogus" for "etcdctl"\nRun \'etcdctl --help\' for usage.\n'],
    [
      ['gett', 'foo'],
      'unknown command "gett" for "etcdctl"\n\nDid you mean this?\n\tget\n\nRun \'etcdctl --help\' for usage.\n',
    ],
    [
      ['l', 'foo'],
      'unknown command "l" for "etcdctl"\n\nDid you mean this?\n\tdel\n\tlease\n\tlock\n\nRun \'etcdctl --help\' for usage.\n',
    ],
    [['lease', 'bogus'], 'unknown command "bogus" for "etcdctl lease"\nRun \'etcdctl lease --help\' for usage.\n'],
    [['help', 'bogus'], "unknown help topic: bogus\nRun 'etcdctl --help' for usage.\n"],
  ])('%j is unknown', async (argv, message) => {
    expect(await runCli(argv, undefined)).toMatchObject({ code: 1, out: '', err: `Error: ${message}` });
  });

  it.each([
    [['get', 'a', '--bogus'], 'unknown flag: --bogus'],
    [['put', 'x', '-v'], "unknown shorthand flag: 'v' in -v"],
    [
      ['get', 'x', '--limit=abc'],
      'invalid argument "abc" for "--limit" flag: strconv.ParseInt: parsing "abc": invalid syntax',
    ],
    [['get', 'x', '--limit'], 'flag needs an argument: --limit'],
    [
      ['--command-timeout=5', 'get', 'x'],
      'invalid argument "5" for "--command-timeout" flag: time: missing unit in duration "5"',
    ],
    [['get', 'x', '--prefx'], 'unknown flag: --prefx\n  did you mean --prefix?'],
    [['--version'], 'unknown flag: --version'],
  ])('%j shows the usage on stderr', async (argv, message) => {
    const { code, out, err } = await runCli(argv, undefined);
    expect({ code, out }).toEqual({ code: 1, out: '' });
    expect(err.startsWith(`Error: ${message}\nUsage:\n  etcdctl `)).toBe(true);
  });
});

describe('help', () => {
  it.each([[[]], [['--help']], [['-h']], [['help']]])('%j lists the commands in their groups', async (argv) => {
    const { code, out, err } = await runCli(argv, undefined);
    expect({ code, err }).toEqual({ code: 0, err: '' });
    const headings = ['Key-value', 'Cluster maintenance', 'Concurrency', 'Authentication', 'Utility'];
    expect(out.match(/^\w[\w-]*( \w+)? commands$/gm)).toEqual(headings.map((heading) => `${heading} commands`));
    expect(
      out.endsWith(
        '\nUse "etcdctl [command] --help" for more information about a command.\nUse "etcdctl options" for a list of global command-line options (applies to all commands).\n',
      ),
    ).toBe(true);
  });

  it.each([[['get', '--help']], [['help', 'get']], [['help', 'g']], [['--help', 'get', 'foo']], [['get', 'k', '-h']]])(
    '%j shows get',
    async (argv) => {
      const { code, out } = await runCli(argv, undefined);
      expect(code).toBe(0);
      expect(out).toContain(
        'Usage:\n  etcdctl get [options] <key> [range_end] [flags]\n\nFlags:\n      --consistency string ',
      );
      expect(out).not.toContain('--endpoints');
    },
  );

  it.each([[['lease']], [['lease', '--help']], [['help', 'lease']], [['lease', '--help', 'grant', '5']]])(
    '%j shows the parent',
    async (argv) => {
      const { code, out } = await runCli(argv, undefined);
      expect(code).toBe(0);
      expect(out).toContain('Usage:\n  etcdctl lease [command]\n\nAvailable Commands:\n  grant ');
    },
  );

  it('shows a flag that a parent hands down under Global Flags', async () => {
    const { out } = await runCli(['endpoint', 'hashkv', '--help'], undefined);
    expect(out).toMatch(/Flags:\n {2}-h, --help .*\n {6}--rev int .*\n\nGlobal Flags:\n {6}--cluster /);
  });

  it('options lists the global flags', async () => {
    const { code, out } = await runCli(['options', '-w', 'nonsense'], undefined);
    expect(code).toBe(0);
    expect(
      out.startsWith('The following options can be passed to any command:\n\n      --auth-jwt-token string '),
    ).toBe(true);
    expect(out.match(/^ {2}(-\w,| {3}) --[\w-]+/gm)).toHaveLength(21);
  });

  it('version needs no cluster and reads no variable', async () => {
    const run = await runCli(['version', 'x', '-w', 'nonsense'], undefined, { env: { ETCDCTL_BOGUS: '1' } });
    expect(run).toMatchObject({ code: 0, err: '' });
    expect(run.out).toMatch(/^etcdctl version: \S+\nAPI version: 3\.7\n$/);
  });
});

describe('completion', () => {
  it.each([
    [['__complete', 'g'], 'get\tReads a key or a range of keys\n:4\n'],
    [['__completeNoDesc', 'e'], 'elect\nendpoint\n:4\n'],
    [['__completeNoDesc', 'lease', 'gr'], 'grant\n:4\n'],
    [['__completeNoDesc', 'help', 'lease', 'g'], 'grant\n:4\n'],
    [['__completeNoDesc', 'get', '--p'], '--prefix\n--print-value-only\n:4\n'],
    [['__completeNoDesc', 'get', '--prefix', '--p'], '--print-value-only\n:4\n'],
    [['__completeNoDesc', 'get', '--order', ''], 'ASCEND\nDESCEND\n:0\n'],
    [['__completeNoDesc', 'get', '--order='], 'ASCEND\nDESCEND\n:0\n'],
    [['__completeNoDesc', '-w', ''], 'fields\njson\nprotobuf\nsimple\ntable\nyaml\n:0\n'],
    [['__completeNoDesc', '--endpoints', ''], ':0\n'],
    [['__completeNoDesc', 'completion', 'b'], 'bash\n:4\n'],
    [['__completeNoDesc', 'endpoint', 'status', '--'], '--cluster\n--help\n:4\n'],
    [['__completeNoDesc', 'bogus', ''], ':0\n'],
    [['__completeNoDesc', 'get', ''], ':0\n'],
  ])('%j', async (argv, out) => {
    expect(await runCli(argv, undefined)).toMatchObject({ code: 0, out });
  });

  it.each(['bash', 'zsh', 'fish', 'powershell'])('%s: the script asks the tool itself', async (shell) => {
    const { code, out } = await runCli(['completion', shell], undefined);
    expect(code).toBe(0);
    expect(out).toContain('__complete');
  });

  it.each([
    [[], 'accepts 1 arg(s), received 0'],
    [['bash', 'zsh'], 'accepts 1 arg(s), received 2'],
    [['foo'], 'invalid argument "foo" for "etcdctl completion"'],
  ])('refuses %j', async (argv, message) => {
    const { code, err } = await runCli(['completion', ...argv], undefined);
    expect(code).toBe(1);
    expect(err.startsWith(`Error: ${message}\nUsage:\n  etcdctl completion [bash|zsh|fish|powershell]`)).toBe(true);
  });
});
