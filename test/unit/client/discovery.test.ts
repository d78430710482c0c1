import type { SrvRecord } from 'node:dns';
import { describe, expect, it, vi } from 'vitest';
import { discoverEndpoints, type DiscoveryOptions } from '../../../src/client/discovery.ts';
import { ClientError, explanationLines } from '../../../src/client/index.ts';

const record = (name: string, port = 2379, priority = 0, weight = 0): SrvRecord => ({ name, port, priority, weight });
const missing = (code = 'ENOTFOUND'): Error => Object.assign(new Error(`querySrv ${code}`), { code });

type Zone = Readonly<Record<string, SrvRecord[] | Error>>;

async function discover(zone: Zone, options: Partial<DiscoveryOptions> = {}, servers = ['10.0.0.53']) {
  const warn = vi.fn();
  const asked: string[] = [];
  const resolver = {
    getServers: () => servers,
    resolveSrv: async (name: string) => {
      asked.push(name);
      const answer = zone[name] ?? missing();
      if (answer instanceof Error) throw answer;
      return answer;
    },
  };
  const defaults = { domain: 'example.com', serviceName: '', acceptInsecure: true, warn, resolver };
  const outcome = await discoverEndpoints({ ...defaults, ...options }).catch((error: unknown) => error);
  return { outcome, warnings: warn.mock.calls.flat(), asked };
}

const SECURE = '_etcd-client-ssl._tcp.example.com';
const PLAIN = '_etcd-client._tcp.example.com';

describe('discovery', () => {
  it('puts https before http', async () => {
    const { outcome, asked } = await discover({ [SECURE]: [record('a', 1)], [PLAIN]: [record('b', 2)] });
    expect(outcome).toEqual(['https://a:1', 'http://b:2']);
    expect(asked).toEqual([SECURE, PLAIN]);
  });

  it('asks for a named service', async () => {
    const { asked } = await discover({}, { serviceName: 'blue' });
    expect(asked).toEqual(['_etcd-client-ssl-blue._tcp.example.com', '_etcd-client-blue._tcp.example.com']);
  });

  it('goes by priority, then by weight', async () => {
    const records = [record('c', 1, 20), record('b', 1, 10, 1), record('a', 1, 10, 5)];
    const { outcome } = await discover({ [PLAIN]: records });
    expect(outcome).toEqual(['http://a:1', 'http://b:1', 'http://c:1']);
  });

  it('drops the dot that ends a name', async () => {
    expect((await discover({ [PLAIN]: [record('a.example.com.')] })).outcome).toEqual(['http://a.example.com:2379']);
  });

  it.each<[Zone, string[]]>([
    [{ [SECURE]: [record('a')] }, ['https://a:2379']],
    [{ [PLAIN]: [record('a')] }, ['http://a:2379']],
    [{ [SECURE]: [], [PLAIN]: [] }, []],
  ])('is content with one of the two look-ups', async (zone, expected) => {
    expect((await discover(zone)).outcome).toEqual(expected);
  });

  it('leaves insecure endpoints out with a word about each', async () => {
    const zone = { [SECURE]: [record('a')], [PLAIN]: [record('b'), record('c', 5)] };
    const { outcome, warnings } = await discover(zone, { acceptInsecure: false });
    expect(outcome).toEqual(['https://a:2379']);
    expect(warnings).toEqual([
      'ignoring discovered insecure endpoint "http://b:2379"',
      'ignoring discovered insecure endpoint "http://c:5"',
    ]);
  });

  it.each([
    [['10.0.0.53'], '10.0.0.53:53'],
    [['10.0.0.53:5353'], '10.0.0.53:5353'],
    [['fd00::53'], '[fd00::53]:53'],
    [['[fd00::53]:5353'], '[fd00::53]:5353'],
  ])("fails in Go's words when neither is there, naming the name server %j", async (servers, shown) => {
    const { outcome } = await discover({}, {}, servers);
    expect(outcome).toBeInstanceOf(ClientError);
    expect(outcome).toMatchObject({
      kind: 'discovery',
      message: `dns lookup errors: lookup ${SECURE} on ${shown}: no such host and lookup ${PLAIN} on ${shown}: no such host`,
    });
  });

  it('tells one trouble from another, even without a name server', async () => {
    const zone = { [SECURE]: missing('ETIMEOUT'), [PLAIN]: missing('EWEIRD') };
    const { outcome } = await discover(zone, {}, []);
    expect(outcome).toMatchObject({
      message: `dns lookup errors: lookup ${SECURE}: i/o timeout and lookup ${PLAIN}: querySrv EWEIRD`,
    });
    expect(explanationLines(Reflect.get(Object(outcome), 'explanations')).join()).toContain('--discovery-srv');
  });
});
