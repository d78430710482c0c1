import { describe, expect, it } from 'vitest';
import type { LogEvent } from '../../../src/base/index.ts';
import { checkBootstrap } from '../../../src/snapshot/bootstrap-check.ts';
import { parsePeerUrlMap, parsePeerUrls } from '../../../src/base/peer-urls.ts';
import type { Resolver } from '../../../src/snapshot/resolve.ts';

/** Knows a few names, and takes no time to wait. */
class FakeResolver implements Resolver {
  readonly asked: string[] = [];
  readonly events: LogEvent[] = [];
  waitedMs = 0;
  readonly #names: Record<string, string>;
  /** Names become known after so long. */
  readonly #afterMs: number;

  constructor(names: Record<string, string> = {}, afterMs = 0) {
    this.#names = names;
    this.#afterMs = afterMs;
  }

  lookup = async (host: string): Promise<string> => {
    this.asked.push(host);
    const address = this.#names[host];
    if (address === undefined || this.waitedMs < this.#afterMs) throw new Error('ENOTFOUND');
    return address;
  };

  sleep = async (ms: number): Promise<void> => {
    this.waitedMs += ms;
  };

  log = (event: LogEvent): void => {
    this.events.push(event);
  };
}

const NAMES = { one: '10.0.0.1', six: 'fe80::6', other: '10.0.0.9' };

function check(name: string, advertised: string, cluster: string, resolver: Resolver = new FakeResolver(NAMES)) {
  return checkBootstrap(name, parsePeerUrls(advertised.split(',')), parsePeerUrlMap(cluster), resolver);
}

describe('URLs that lead to the same places', () => {
  it.each([
    ['the same text', 'http://x:1', 'a=http://x:1'],
    ['another order', 'http://x:2,http://x:1', 'a=http://x:1,a=http://x:2'],
    ['an IPv6 address in two forms', 'http://[fe80:0::1]:1', 'a=http://[fe80::1]:1'],
    ['an IPv4 address in IPv6', 'http://[::ffff:10.0.0.1]:1', 'a=http://10.0.0.1:1'],
    ['a name and its address', 'http://one:1', 'a=http://10.0.0.1:1'],
    ['a name and its IPv6 address', 'http://six:1', 'a=http://[fe80::6]:1'],
    ['other members with other URLs', 'http://x:1', 'a=http://x:1,b=http://y:1'],
    ['a socket', 'unix://x', 'a=unix://x'],
  ])('are accepted: %s', async (_, advertised, cluster) => {
    await expect(check('a', advertised, cluster)).resolves.toBeUndefined();
  });

  it('are not resolved if there is no need to', async () => {
    const resolver = new FakeResolver();
    await check('a', 'http://nowhere:1', 'a=http://nowhere:1', resolver);
    expect(resolver.asked).toEqual([]);
  });

  it('may become so within half a minute', async () => {
    const resolver = new FakeResolver(NAMES, 5000);
    await check('a', 'http://one:1', 'a=http://10.0.0.1:1', resolver);
    expect(resolver.events).toHaveLength(5);
    expect(resolver.events[0]).toEqual({
      level: 'warn',
      message: 'failed to resolve URL Host',
      fields: { url: 'http://one:1', host: 'one:1', 'retry-interval': '1s', error: 'lookup one: no such host' },
    });
  });
});

describe('URLs that do not', () => {
  it.each([
    ['nope', 'http://x:1', 'a=http://x:1', `couldn't find local name "nope" in the initial cluster configuration`],
    [
      'a',
      'http://127.0.0.1:1',
      'a=http://localhost:2380',
      '--initial-cluster has a=http://localhost:2380 but missing from --initial-advertise-peer-urls=http://127.0.0.1:1 (resolved urls: "http://127.0.0.1:1" != "http://localhost:2380")',
    ],
    [
      'a',
      'http://one:1',
      'a=http://other:1',
      '--initial-cluster has a=http://other:1 but missing from --initial-advertise-peer-urls=http://one:1 (resolved urls: "http://10.0.0.1:1" != "http://10.0.0.9:1")',
    ],
    [
      'a',
      'http://x:1',
      'a=http://x:1,a=http://x:2',
      '--initial-cluster has a=http://x:2 but missing from --initial-advertise-peer-urls=http://x:1 (len(["http://x:1"]) != len(["http://x:1" "http://x:2"]))',
    ],
    [
      'a',
      'http://x:1,http://x:2',
      'a=http://x:1',
      '--initial-advertise-peer-urls has http://x:2 but missing from --initial-cluster=a=http://x:1,a=http://x:2',
    ],
    [
      'a',
      'http://10.0.0.1:70000',
      'a=http://10.0.0.2:1',
      '--initial-cluster has a=http://10.0.0.2:1 but missing from --initial-advertise-peer-urls=http://10.0.0.1:70000 (failed to resolve "http://10.0.0.1:70000" (address 70000: invalid port))',
    ],
    ['a', 'http://x:1', 'a=http://x:1,b=http://x:1', 'initial cluster a=http://x:1,b=http://x:1 has duplicate url'],
  ])('are refused: %s, %s, %s', async (name, advertised, cluster, message) => {
    await expect(check(name, advertised, cluster)).rejects.toMatchObject({
      name: 'SnapshotError',
      fault: 'argument',
      message,
    });
  });

  it('are given up after half a minute if a name stays unknown', async () => {
    const resolver = new FakeResolver();
    await expect(check('a', 'http://nowhere:1', 'a=http://10.0.0.1:1', resolver)).rejects.toThrow(
      '--initial-cluster has a=http://10.0.0.1:1 but missing from --initial-advertise-peer-urls=http://nowhere:1 (failed to resolve "http://nowhere:1" (lookup nowhere: no such host))',
    );
    expect(resolver.waitedMs).toBe(30_000);
    expect(resolver.events.at(-1)?.message).toBe('failed to resolve URL Host; returning');
  });
});
