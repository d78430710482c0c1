import { describe, expect, it } from 'vitest';
import { type Dns, initialClusterBySrv } from '../../../src/process/discover-srv.ts';
import { configure, parseCommandLine } from '../../../src/process/index.ts';

type Records = Readonly<Record<string, readonly { readonly name: string; readonly port: number }[]>>;

const ADDRESSES: Readonly<Record<string, readonly string[]>> = {
  'a.test': ['10.0.0.1'],
  'b.test': ['10.0.0.2', 'fd00::2'],
  '10.0.0.2': ['10.0.0.2'],
};

const dnsOf = (records: Records): Dns => ({
  resolveSrv: async (name) => {
    const found = records[name];
    if (found === undefined) throw new Error(`querySrv ENOTFOUND ${name}`);
    return found;
  },
  addressesOf: async (host) => {
    const found = ADDRESSES[host];
    if (found === undefined) throw new Error(`ENOTFOUND ${host}`);
    return found;
  },
});

function discover(records: Records, ...flags: readonly string[]): Promise<string> {
  const commandLine = parseCommandLine(['--name=me', '--discovery-srv=test', ...flags]);
  const { settings } = configure({ commandLine, env: {}, readFile: () => '' });
  expect(settings.initialCluster).toBe('');
  return initialClusterBySrv(settings, () => undefined, dnsOf(records));
}

const both = [
  { name: 'a.test.', port: 2380 },
  { name: 'b.test', port: 2380 },
];
const reachedAt = (url: string): string => `--initial-advertise-peer-urls=${url}`;

describe('members that SRV records tell of', () => {
  it.each<[string, Records, string[], string]>([
    [
      'with TLS',
      { '_etcd-server-ssl._tcp.test': both },
      [reachedAt('https://b.test:2380')],
      '0=https://a.test:2380,me=https://b.test:2380',
    ],
    [
      'without',
      { '_etcd-server._tcp.test': both },
      [reachedAt('http://a.test:2380')],
      'me=http://a.test:2380,0=http://b.test:2380',
    ],
    [
      'under another name of the service',
      { '_etcd-server-ssl-x._tcp.test': both },
      ['--discovery-srv-name=x', reachedAt('https://a.test:2380')],
      'me=https://a.test:2380,0=https://b.test:2380',
    ],
    [
      'that is found by its address',
      { '_etcd-server._tcp.test': both },
      [reachedAt('http://10.0.0.2:2380')],
      '0=http://a.test:2380,me=http://b.test:2380',
    ],
    [
      'of both services',
      { '_etcd-server-ssl._tcp.test': both.slice(0, 1), '_etcd-server._tcp.test': both.slice(1) },
      [reachedAt('https://a.test:2380')],
      'me=https://a.test:2380,0=http://b.test:2380',
    ],
    [
      'one of which can not be looked up',
      { '_etcd-server._tcp.test': [...both, { name: 'gone.test', port: 1 }] },
      [reachedAt('http://a.test:2380')],
      'me=http://a.test:2380,0=http://b.test:2380,1=http://gone.test:1',
    ],
  ])('%s', async (_what, records, flags, cluster) => {
    expect(await discover(records, ...flags)).toBe(cluster);
  });

  it('have to be there', async () => {
    await expect(discover({}, reachedAt('http://a.test:2380'))).rejects.toThrow(
      'error querying DNS SRV records for _etcd-server-ssl: querySrv ENOTFOUND _etcd-server-ssl._tcp.test',
    );
  });

  it.each(['http://a.test:1', 'http://elsewhere.test:2380'])('have to tell of this one: %s', async (url) => {
    await expect(discover({ '_etcd-server._tcp.test': both }, reachedAt(url))).rejects.toThrow(
      'cannot find local etcd member "me" in SRV records',
    );
  });

  it('stand in the place of an initial cluster', () => {
    const commandLine = parseCommandLine(['--discovery-srv=test', '--initial-cluster=a=http://127.0.0.1:1']);
    expect(() => configure({ commandLine, env: {}, readFile: () => '' })).toThrow(
      'multiple discovery or bootstrap flags are set',
    );
  });
});
