import { describe, expect, it } from 'vitest';
import { memberStoreJson } from '../../../src/snapshot/member-store.ts';
import { formatId } from '../../../src/base/member-ids.ts';
import { foundMembership, memberJson } from '../../../src/snapshot/membership.ts';
import { parsePeerUrlMap } from '../../../src/base/peer-urls.ts';

const found = (cluster: string, token = 'etcd-cluster') => foundMembership(parsePeerUrlMap(cluster), token);
const ids = (cluster: string, token?: string) => {
  const { clusterId, members } = found(cluster, token);
  return [formatId(clusterId), ...members.map(({ name, id }) => `${name} ${formatId(id)}`)];
};

const bare = (lines: string[]) => lines.map((line) => line.split(' ').at(-1));

describe('the ids of a new cluster', () => {
  // As etcd's own tools give them.
  it('are those of a member with default flags', () => {
    expect(ids('default=http://localhost:2380')).toEqual(['cdf818194e3a8c32', 'default 8e9e05c52164694d']);
  });

  it('are those of three members, in order of their ids', () => {
    expect(ids('a=http://127.0.0.1:1,b=http://127.0.0.1:2,c=http://127.0.0.1:3')).toEqual([
      '8db7cbf7c4cad526',
      'b 43ccf13c9d84d8d2',
      'c 4ec819aa19b9f4b5',
      'a 58a88bf978398f80',
    ]);
  });

  it('depend on the token, and neither on names nor on order', () => {
    const cluster = 'a=http://x:1,a=http://x:2,b=http://y:1';
    const reordered = 'q=http://y:1,p=http://x:2,p=http://x:1';
    expect(bare(ids(reordered))).toEqual(bare(ids(cluster)));
    expect(ids(cluster, 'other')).not.toEqual(ids(cluster));
  });

  it('are refused for more members than a cluster can have', () => {
    const many = Array.from({ length: 1000 }, (_, i) => `m${i}=http://h:${i}`).join(',');
    expect(() => found(many)).toThrow('a cluster of 1000 members');
  });
});

describe('a member', () => {
  it('is written as Go writes it', () => {
    const [member] = found('default=http://localhost:2380').members;
    expect(memberJson(member!)).toBe(
      '{"id":10276657743932975437,"peerURLs":["http://localhost:2380"],"name":"default"}',
    );
  });

  it('may have a name that JSON escapes, or none', () => {
    const member = { id: 1n, name: '<&>', peerUrls: ['http://h:1?a&b'] };
    expect(memberJson(member)).toBe('{"id":1,"peerURLs":["http://h:1?a\\u0026b"],"name":"\\u003c\\u0026\\u003e"}');
    expect(memberJson({ ...member, name: '' })).not.toContain('name');
  });
});

describe('the old store', () => {
  interface StoreNode {
    Path: string;
    CreatedIndex: number;
    Value: string;
    Children: Record<string, StoreNode> | null;
  }

  const { members } = found('a=http://127.0.0.1:1,b=http://127.0.0.1:2');
  const text = memberStoreJson(members);
  const store: {
    Root: StoreNode;
    WatcherHub: { EventHistory: { Queue: { Events: unknown[]; Size: number; Back: number } } };
    CurrentIndex: number;
    CurrentVersion: number;
  } = JSON.parse(text);

  it('holds the members and the empty place of old keys', () => {
    const [meta, keys] = [store.Root.Children?.['0'], store.Root.Children?.['1']];
    expect(keys?.Children).toEqual({});
    const nodes = meta?.Children?.members?.Children ?? {};
    expect(Object.keys(nodes)).toEqual(members.map(({ id }) => formatId(id)));
    for (const [i, { id, peerUrls }] of members.entries()) {
      const leaf = nodes[formatId(id)]?.Children?.raftAttributes;
      expect(leaf).toMatchObject({
        Path: `/0/members/${formatId(id)}/raftAttributes`,
        CreatedIndex: i + 1,
        Value: JSON.stringify({ peerURLs: peerUrls }),
        Children: null,
      });
    }
  });

  it('has a history of a thousand slots, one for each member taken', () => {
    const { Events, Size, Back } = store.WatcherHub.EventHistory.Queue;
    expect([Events.length, Size, Back]).toEqual([1000, 2, 2]);
    expect(Events.filter((event) => event !== null)).toHaveLength(2);
    expect([store.CurrentIndex, store.CurrentVersion]).toEqual([2, 2]);
  });

  it('begins as that of etcd begins', () => {
    expect(text).toMatch(
      /^\{"Root":\{"Path":"\/","CreatedIndex":0,"ModifiedIndex":0,"ExpireTime":"0001-01-01T00:00:00Z","Value":"","Children":\{"0":/,
    );
  });
});
