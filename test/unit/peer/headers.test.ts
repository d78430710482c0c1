import { describe, expect, it } from 'vitest';
import { incompatibility, parseId, requestHeaders } from '../../../src/peer/headers.ts';
import {
  formatHash,
  formatMembers,
  formatVersions,
  parseHash,
  parseHashRequest,
  parseMembers,
  parseVersions,
} from '../../../src/peer/json.ts';
import { PeerError } from '../../../src/peer/index.ts';
import { PeerUrls } from '../../../src/peer/urls.ts';

const speaker = { id: 0xabcn, clusterId: 0x12n, version: '3.7.0', peerUrls: ['http://a:1', 'http://b:2'] };
const lower = (headers: Record<string, string>): Record<string, string> =>
  Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]));

describe('who speaks', () => {
  it('is said in every request', () => {
    expect(requestHeaders(speaker)).toEqual({
      'X-Server-From': 'abc',
      'X-Server-Version': '3.7.0',
      'X-Min-Cluster-Version': '3.0.0',
      'X-Etcd-Cluster-ID': '12',
      'X-PeerURLs': 'http://a:1,http://b:2',
    });
  });

  it.each([
    [{}, undefined],
    [{ 'X-Server-Version': '3.4.0' }, undefined],
    [{ 'X-Server-Version': '3.9.1', 'X-Min-Cluster-Version': '3.7.9' }, undefined],
    [{ 'X-Server-Version': '3.9.1', 'X-Min-Cluster-Version': '3.8.0' }, 'incompatible version'],
    [{ 'X-Server-Version': '2.3.0' }, 'incompatible version'],
    [{ 'X-Etcd-Cluster-ID': '13' }, 'cluster ID mismatch'],
  ])('%j is answered with %s', (changed, reason) => {
    expect(incompatibility(lower({ ...requestHeaders(speaker), ...changed }), speaker)).toBe(reason);
  });

  it('says its id in hex', () => {
    expect([parseId('ffffffffffffffff'), parseId('0'), parseId(''), parseId('g'), parseId('1'.repeat(17))]).toEqual([
      2n ** 64n - 1n,
      0n,
      undefined,
      undefined,
      undefined,
    ]);
  });
});

describe('the URLs of a peer', () => {
  it('take turns when they fail', () => {
    const urls = new PeerUrls(['a', 'b']);
    expect(urls.pick()).toBe('a');
    urls.failed('a');
    urls.failed('a');
    expect(urls.pick()).toBe('b');
    urls.failed('b');
    expect(urls.pick()).toBe('a');
    urls.update(['c']);
    expect(urls.pick()).toBe('c');
    expect(new PeerUrls([]).pick()).toBe('');
  });
});

describe('what members say in JSON', () => {
  it('keeps ids of 64 bits', () => {
    const members = [
      { ID: 2n ** 64n - 1n, name: 'a', peerURLs: ['http://a:1'], clientURLs: ['http://a:2'], isLearner: false },
      { ID: 9_007_199_254_740_993n, name: '', peerURLs: ['http://b:1'], clientURLs: [], isLearner: true },
    ];
    const text = formatMembers(members);
    expect(text).toBe(
      '[{"id":18446744073709551615,"peerURLs":["http://a:1"],"name":"a","clientURLs":["http://a:2"]},{"id":9007199254740993,"peerURLs":["http://b:1"],"isLearner":true}]\n',
    );
    expect(parseMembers(text)).toEqual(members);
  });

  it('tells of versions that are not decided', () => {
    expect(formatVersions({ server: '3.7.0', cluster: '', storage: '' })).toBe(
      '{"etcdserver":"3.7.0","etcdcluster":"not_decided","storage":"unknown"}',
    );
    expect(parseVersions('{"etcdserver":"3.4.23","etcdcluster":"3.4.0"}')).toEqual({
      server: '3.4.23',
      cluster: '3.4.0',
      storage: '',
    });
  });

  it('carries hashes', () => {
    const header = { cluster_id: 0n, member_id: 0n, revision: 7n, raft_term: 0n };
    const hash = { header, hash: 4_000_000_000, compact_revision: 3n, hash_revision: 7n };
    expect(formatHash(hash)).toBe('{"header":{"revision":7},"hash":4000000000,"compact_revision":3,"hash_revision":7}');
    expect(parseHash(formatHash(hash))).toEqual(hash);
    expect(parseHashRequest('{"revision":12}')).toBe(12n);
    expect(parseHashRequest('{}')).toBe(0n);
  });

  it.each(['', 'x', '[1]', '{"a":1}', '[{"name":"a"}]'])('is refused where it is none: %j', (text) => {
    expect(() => parseMembers(text)).toThrow(PeerError);
  });
});
