import { createServer, type Server } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { describeEtcd } from '../support/describe-etcd.ts';
import { type EtcdCluster, startCluster } from '../support/etcd-server.ts';
import { portOf } from '../support/ports.ts';
import { run } from '../support/run.ts';
import { builtFile, onNode } from './file.ts';

type Seen = readonly [exitCode: number | null, stdout: string, stderr: string];

async function seen(argv: readonly [string, ...string[]], words: readonly string[]): Promise<Seen> {
  const flags = ['--dial-timeout=1s', '--command-timeout=1s'];
  const { exitCode, stdout, stderr } = await run({ argv: [...argv, ...flags, ...words], env: {} });
  // Either runtime has its own words for what its TLS library says, and its own codes for the same alert.
  return [exitCode, stdout.toString(), stderr.toString().replaceAll(/ERR_SSL_\w+|(?<=: )[\w ]*alert[\w ]*/g, '…')];
}

/** Its sockets are not those of Node: what goes wrong with them is told in the same words. */
const sameAsOnNode = async (...words: readonly string[]): Promise<Seen> => {
  const [standalone, node] = await Promise.all([
    seen([builtFile()], words),
    seen([process.execPath, onNode('etcdctl')], words),
  ]);
  expect(standalone).toEqual(node);
  return standalone;
};

describe('a server that cannot be reached', () => {
  const saying = (text: string): Server => createServer((socket) => socket.on('error', () => {}).end(text));
  const mute = saying('');
  const web = saying('HTTP/1.1 400 Bad Request\r\n\r\n');
  beforeAll(async () => {
    builtFile();
    for (const server of [mute, web]) await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  }, 120_000);
  afterAll(() => {
    mute.close();
    web.close();
  });

  it.each([
    ['nobody listens', () => '127.0.0.1:1'],
    ['the name does not resolve', () => 'etcd.invalid:2379'],
    ['there is no such socket', () => 'unix:///nonexistent/etcd.sock'],
    ['it hangs up', () => `127.0.0.1:${portOf(mute)}`],
    ['it speaks HTTP/1', () => `127.0.0.1:${portOf(web)}`],
    ['it speaks no TLS', () => `https://127.0.0.1:${portOf(web)}`],
  ])('because %s', async (_why, endpoint) => {
    const [exitCode] = await sameAsOnNode(`--endpoints=${endpoint()}`, 'get', 'k');
    expect(exitCode).toBe(1);
  });
});

describeEtcd('certificates of the standalone file', (release) => {
  let cluster: EtcdCluster;
  let to: string[];
  const pem = (name: string): string => `${cluster.credentials?.directory}/${name}`;
  beforeAll(async () => {
    cluster = await startCluster({ release, transport: 'mtls' });
    to = [`--endpoints=https://${cluster.endpoints.join()}`];
  }, 60_000);
  afterAll(() => cluster.stop());
  const client = (): string[] => [`--cert=${pem('client.crt')}`, `--key=${pem('client.key')}`];

  it('that are good are taken', async () => {
    expect(await sameAsOnNode(...to, `--cacert=${pem('ca.crt')}`, ...client(), 'put', 'k', 'v')).toEqual([
      0,
      'OK\n',
      '',
    ]);
  });

  it('are not asked for when told not to', async () => {
    expect(await sameAsOnNode(...to, '--insecure-skip-tls-verify', ...client(), 'get', 'k')).toEqual([0, 'k\nv\n', '']);
  });

  it.each<[string, () => string[]]>([
    ['of another authority', () => [`--cacert=${pem('other-ca.crt')}`, ...client()]],
    ['of an authority of the system', () => client()],
    ['of nobody', () => [`--cacert=${pem('empty.crt')}`, ...client()]],
    ['for another name', () => [`--cacert=${pem('ca.crt')}`, ...client(), '--discovery-srv=other.invalid']],
    ['that are missing on this side', () => [`--cacert=${pem('ca.crt')}`]],
    [
      'that have expired',
      () => [`--cacert=${pem('ca.crt')}`, `--cert=${pem('expired.crt')}`, `--key=${pem('expired.key')}`],
    ],
  ])('%s are refused', async (_whose, flags) => {
    const [exitCode] = await sameAsOnNode(...to, ...flags(), 'get', 'k');
    expect(exitCode).not.toBe(0);
  });
});
