import { assert, formatJson, type JsonInput } from '../base/index.ts';
import { formatId } from '../base/member-ids.ts';
import type { Member } from './membership.ts';

/** The slots of the event history, used or not. */
const HISTORY_CAPACITY = 1000;
const NEVER = '0001-01-01T00:00:00Z';

type Node = { readonly [name: string]: JsonInput };

/**
 * The content of a .snap file: the state of etcd's old store, of which nothing
 * is left but the members. Releases before 3.7 do not start without it.
 */
export function memberStoreJson(members: readonly Member[]): string {
  assert(members.length > 0 && members.length < HISTORY_CAPACITY, `a cluster of ${members.length} members`);
  const created = members.map(({ id, peerUrls }, i) => ({
    id: formatId(id),
    path: `/0/members/${formatId(id)}`,
    attributes: formatJson({ peerURLs: peerUrls }),
    index: i + 1,
  }));
  const memberNodes = created.map(({ id, path, attributes, index }): [string, Node] => {
    const leaf = node(`${path}/raftAttributes`, index, attributes, null);
    return [id, node(path, index, '', { raftAttributes: leaf })];
  });
  const events = created.map(({ path, attributes, index }) => ({
    action: 'create',
    node: { key: `${path}/raftAttributes`, value: attributes, modifiedIndex: index, createdIndex: index },
  }));
  const unused = Array.from({ length: HISTORY_CAPACITY - events.length }, () => null);
  const queue = { Events: [...events, ...unused], Size: events.length, Front: 0, Back: events.length };
  return formatJson({
    Root: node('/', 0, '', {
      0: node('/0', 0, '', { members: node('/0/members', 1, '', Object.fromEntries(memberNodes)) }),
      1: node('/1', 0, '', {}),
    }),
    WatcherHub: {
      EventHistory: {
        Queue: { ...queue, Capacity: HISTORY_CAPACITY },
        StartIndex: 1,
        LastIndex: events.length,
      },
    },
    CurrentIndex: events.length,
    Stats: stats(events.length),
    CurrentVersion: 2,
  });
}

function node(path: string, index: number, value: string, children: Node | null): Node {
  return { Path: path, CreatedIndex: index, ModifiedIndex: index, ExpireTime: NEVER, Value: value, Children: children };
}

/** One read of the empty store that fails, then a creation for each member. */
function stats(created: number): Node {
  return {
    getsSuccess: 0,
    getsFail: 1,
    setsSuccess: 0,
    setsFail: 0,
    deleteSuccess: 0,
    deleteFail: 0,
    updateSuccess: 0,
    updateFail: 0,
    createSuccess: created,
    createFail: 0,
    compareAndSwapSuccess: 0,
    compareAndSwapFail: 0,
    compareAndDeleteSuccess: 0,
    compareAndDeleteFail: 0,
    expireCount: 0,
    watchers: 0,
  };
}
