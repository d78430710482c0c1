import { describe, expect, it } from 'vitest';
import { clusterId, memberId } from '../../../../src/base/member-ids.ts';
import { RequestIds } from '../../../../src/member/request-ids.ts';

describe('ids', () => {
  it.each([
    // As etcd names these members: checked against a member of etcd 3.7.1 started so.
    [['http://127.0.0.1:25380'], 'etcd-cluster', undefined, 0x82039f3eee02bfb3n],
  ])('of a member at %j with token %s', (urls, token, seconds, id) => {
    expect(memberId(urls, token, seconds)).toBe(id);
  });

  it('of a cluster follow from those of its members, in any order', () => {
    expect(clusterId([0x82039f3eee02bfb3n])).toBe(2375181864447732657n);
    expect(clusterId([3n, 1n, 2n])).toBe(clusterId([1n, 2n, 3n]));
  });

  it('do not depend on the order of URLs, and depend on the time of an addition', () => {
    expect(memberId(['http://b:1', 'http://a:1'], '')).toBe(memberId(['http://a:1', 'http://b:1'], ''));
    expect(memberId(['http://a:1'], '', 1)).not.toBe(memberId(['http://a:1'], '', 2));
  });

  it('of requests have the member in front, then the time, then a counter that carries over', () => {
    const ids = new RequestIds(0xabcd_1234n, 0x1_0000_0000);
    expect(ids.next().toString(16)).toBe('1234010000000001');
    for (let i = 0; i < 254; i++) ids.next();
    expect(ids.next().toString(16)).toBe('1234010000000100');
  });
});
