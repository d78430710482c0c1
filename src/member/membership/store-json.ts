import { formatJson, type JsonInput, utf8Encode } from '../../base/index.ts';
import { formatVersion } from '../versions.ts';
import { formatId } from '../../base/member-ids.ts';
import type { MemberRecord } from './record.ts';
import type { Roster } from './roster.ts';

const NEVER = '0001-01-01T00:00:00Z';

type Node = { readonly [name: string]: JsonInput };

/**
 * What a raft snapshot holds beside the database: the members and the version as etcd's old store kept them. Releases
 * before 3.7 read the members from here.
 */
export function membershipJson(roster: Roster): Uint8Array {
  const children: Record<string, Node> = { members: directory('/0/members', roster.members.map(memberNode)) };
  const removed = roster.removedIds.map((id): Entry => [formatId(id), leaf(`/0/removed_members/${formatId(id)}`, '')]);
  if (removed.length > 0) children['removed_members'] = directory('/0/removed_members', removed);
  if (roster.version) children['version'] = leaf('/0/version', formatVersion(roster.version));
  const root = directory('/', [
    ['0', directory('/0', Object.entries(children))],
    ['1', directory('/1', [])],
  ]);
  return utf8Encode(formatJson({ Root: root, CurrentIndex: 0, CurrentVersion: 2 }));
}

type Entry = readonly [name: string, node: Node];

function memberNode({ id, name, peerUrls, clientUrls, isLearner }: MemberRecord): Entry {
  const path = `/0/members/${formatId(id)}`;
  const raftAttributes = formatJson({ peerURLs: peerUrls, isLearner: isLearner || undefined });
  const attributes = formatJson({
    name: name || undefined,
    clientURLs: clientUrls.length > 0 ? clientUrls : undefined,
  });
  const leaves: Entry[] = [
    ['attributes', leaf(`${path}/attributes`, attributes)],
    ['raftAttributes', leaf(`${path}/raftAttributes`, raftAttributes)],
  ];
  return [formatId(id), directory(path, leaves)];
}

const leaf = (path: string, value: string): Node => node(path, value, null);

const directory = (path: string, children: readonly Entry[]): Node => node(path, '', Object.fromEntries(children));

const node = (path: string, value: string, children: Node | null): Node => ({
  Path: path,
  CreatedIndex: 0,
  ModifiedIndex: 0,
  ExpireTime: NEVER,
  Value: value,
  Children: children,
});
