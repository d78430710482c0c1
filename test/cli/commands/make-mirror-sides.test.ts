import { describe, expect, it } from 'vitest';
import { ClientError } from '../../../src/client/index.ts';
import { runCli } from '../../support/cli.ts';
import { fakeClient } from '../../support/fake-client.ts';
import type { FakeIoOptions } from '../../support/fake-io.ts';
import { type Clusters, destination, header, mirror, pair, source } from './mirrors.ts';

describe('failures', () => {
  const compacted = 'etcdserver: mvcc: required revision has been compacted';
  const denied = new ClientError('rpc', 'etcdserver: permission denied', {
    explanations: [
      { cause: 'the user may not do this', hint: 'check --user (ETCDCTL_USER) and --endpoints (ETCDCTL_ENDPOINTS)' },
    ],
  });
  const one = { header, kvs: [pair('a', '1')], count: 1n };

  it.each<[string, Clusters, string]>([
    [
      'a watch of what is compacted',
      {
        from: source({ range: one }, [{ canceled: true, compactRevision: 9n, cancelReason: compacted }]),
        to: destination(),
      },
      `${compacted}\n`,
    ],
    [
      'a page of what is compacted',
      { from: source({ range: new ClientError('rpc', compacted) }), to: destination() },
      `${compacted}\n  this is about the source\n`,
    ],
    [
      'a source that refuses',
      { from: source({ range: denied }), to: destination() },
      'etcdserver: permission denied\n  this is about the source\n  the user may not do this\n  hint: check --user (ETCDCTL_USER) and --endpoints (ETCDCTL_ENDPOINTS)\n',
    ],
    [
      'a destination that refuses a put',
      { from: source({ range: one }), to: fakeClient({ kv: { put: denied } }) },
      'etcdserver: permission denied\n  this is about the destination\n  the user may not do this\n  hint: check --dest-user and the destination argument\n',
    ],
  ])('name their side: %s', async (_name, clusters, err) => {
    expect(await mirror([], clusters)).toMatchObject({ code: 1, out: '', err: `Error: ${err}` });
  });

  it('keep the exit code of their kind', async () => {
    const wrong = new ClientError('construction', 'etcdserver: authentication failed, invalid user ID or password');
    const { code, err } = await runCli(['make-mirror', 'dest:1'], () => Promise.reject(wrong));
    expect(code).toBe(2);
    expect(err).toBe(`Error: ${wrong.message}\n  this is about the destination\n`);
  });
});

/** Mirrors with settings that are the source's alone. */
const runWith = (words: readonly string[], options: FakeIoOptions = {}) =>
  mirror(
    ['--cert=c', '--key=k', '--cacert=a', '--user=me:secret', '--dial-timeout=7s', ...words],
    { from: source({ range: { header } }), to: destination() },
    options,
  );

describe('the client of the destination', () => {
  it('inherits neither certificates nor credentials', async () => {
    const { configs } = await runWith([]);
    expect(configs[0]).not.toHaveProperty('tls');
    expect(configs[0]).not.toHaveProperty('user');
    expect(configs[0]).toMatchObject({ endpoints: ['dest:1'], dialTimeoutMs: 7000 });
    expect(configs[1]).toMatchObject({ tls: { certFile: 'c' }, user: { name: 'me', password: 'secret' } });
  });

  it('inherits no token', async () => {
    const { configs } = await mirror(['--auth-jwt-token=t'], {
      from: source({ range: { header } }),
      to: destination(),
    });
    expect(configs.map(({ jwt }) => jwt)).toEqual([undefined, 't']);
  });

  it.each<[readonly string[], object]>([
    [
      ['--dest-cert=C', '--dest-key=K', '--dest-cacert=A'],
      { certFile: 'C', keyFile: 'K', caFile: 'A', serverName: '', skipVerify: false },
    ],
    [['--dest-cacert=A'], { certFile: '', keyFile: '', caFile: 'A', serverName: '', skipVerify: false }],
    [['--dest-insecure-transport=false'], { certFile: '', keyFile: '', caFile: '', serverName: '', skipVerify: false }],
  ])('has certificates of its own: %j', async (words, tls) => {
    expect((await runWith(words)).configs[0]?.tls).toEqual(tls);
  });

  it.each<[readonly string[], object, readonly string[]]>([
    [['--dest-user=you:p:w'], { name: 'you', password: 'p:w' }, []],
    [['--dest-user=you:x', '--dest-password=pw'], { name: 'you:x', password: 'pw' }, []],
    [['--dest-user=you'], { name: 'you', password: 'typed' }, ['Destination Password: ']],
  ])('has credentials of its own: %j', async (words, user, prompts) => {
    const { configs, io } = await runWith(words, { secrets: ['typed'] });
    expect(configs[0]?.user).toEqual(user);
    expect(io.prompts).toEqual(prompts);
  });

  it('is not asked for with a password alone', async () => {
    expect((await runWith(['--dest-password=pw'])).configs[0]).not.toHaveProperty('user');
  });
});

describe('make-mirror refuses', () => {
  it.each<[readonly string[], string]>([
    [[], 'make-mirror takes one destination argument'],
    [['a', 'b'], 'make-mirror takes one destination argument'],
    [
      ['a', '--dest-prefix=p', '--no-dest-prefix'],
      '`--dest-prefix` and `--no-dest-prefix` cannot be set at the same time, choose one',
    ],
    [['a', '--dest-cert='], 'empty string is passed to --dest-cert option'],
    [['a', '--dest-key='], 'empty string is passed to --dest-key option'],
    [['a', '--dest-cacert='], 'empty string is passed to --dest-cacert option'],
  ])('%j', async (words, message) => {
    expect(await runCli(['make-mirror', ...words], undefined)).toMatchObject({ code: 128, err: `Error: ${message}\n` });
  });
});
