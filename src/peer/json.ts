import { formatJson, type JsonInput, type JsonValue, parseJson, TextError } from '../base/index.ts';
import type { MemberVersions } from '../member/index.ts';
import type { HashKVResponse, Member } from '../wire/index.ts';
import { PeerError } from './errors.ts';

/** Bodies of the plain requests between members, in the JSON that Go makes of them: ids are bare numbers of 64 bits. */

export const formatMembers = (members: readonly Member[]): string => `${formatJson(members.map(toJson))}\n`;

function toJson({ ID, name, peerURLs, clientURLs, isLearner }: Member): JsonInput {
  return {
    id: ID,
    peerURLs: [...peerURLs],
    ...(isLearner && { isLearner }),
    ...(name !== '' && { name }),
    ...(clientURLs.length > 0 && { clientURLs: [...clientURLs] }),
  };
}

/** @throws PeerError `malformed` */
export function parseMembers(text: string): Member[] {
  const value = parse(text);
  if (!Array.isArray(value)) throw new PeerError('malformed', 'the list of members is none');
  return value.map((entry) => {
    const { id, name, peerURLs, clientURLs, isLearner } = fieldsOf(entry);
    if (typeof id !== 'bigint') throw new PeerError('malformed', 'a member has no id');
    return {
      ID: id,
      name: typeof name === 'string' ? name : '',
      peerURLs: texts(peerURLs),
      clientURLs: texts(clientURLs),
      isLearner: isLearner === true,
    };
  });
}

export const formatVersions = ({ server, cluster, storage }: MemberVersions): string =>
  formatJson({ etcdserver: server, etcdcluster: cluster || 'not_decided', storage: storage || 'unknown' });

const known = (value: JsonValue | undefined): string =>
  typeof value === 'string' && value !== 'not_decided' && value !== 'unknown' ? value : '';

/** What a member says of its versions; empty where it has not decided, or is too old to say. */
export function parseVersions(text: string): MemberVersions {
  const { etcdserver, etcdcluster, storage } = fieldsOf(parse(text));
  if (typeof etcdserver !== 'string') throw new PeerError('malformed', 'the other member tells no version');
  return { server: etcdserver, cluster: known(etcdcluster), storage: known(storage) };
}

export const formatHashRequest = (revision: bigint): string => formatJson({ revision });

/** The revision asked for; 0 if none is named. */
export function parseHashRequest(text: string): bigint {
  const { revision } = fieldsOf(parse(text));
  return typeof revision === 'bigint' ? revision : 0n;
}

/** Fields that are zero are left out. */
export function formatHash({ header, hash, compact_revision, hash_revision }: HashKVResponse): string {
  return formatJson({
    header: { ...(header !== undefined && header.revision !== 0n && { revision: header.revision }) },
    ...(hash !== 0 && { hash }),
    ...(compact_revision !== 0n && { compact_revision }),
    ...(hash_revision !== 0n && { hash_revision }),
  });
}

const count = (value: JsonValue | undefined): bigint => (typeof value === 'bigint' ? value : 0n);

export function parseHash(text: string): HashKVResponse {
  const { header, hash, compact_revision, hash_revision } = fieldsOf(parse(text));
  const { revision } = header === undefined ? {} : fieldsOf(header);
  return {
    header: { cluster_id: 0n, member_id: 0n, revision: count(revision), raft_term: 0n },
    hash: Number(count(hash)),
    compact_revision: count(compact_revision),
    hash_revision: count(hash_revision),
  };
}

function parse(text: string): JsonValue {
  try {
    return parseJson(text);
  } catch (error) {
    if (!(error instanceof TextError)) throw error;
    throw new PeerError('malformed', error.message);
  }
}

function fieldsOf(value: JsonValue): Readonly<Record<string, JsonValue | undefined>> {
  if (value === null || typeof value !== 'object' || Array.isArray(value)) {
    throw new PeerError('malformed', 'an answer of another member has another shape than expected');
  }
  return value;
}

const texts = (value: JsonValue | undefined): string[] =>
  Array.isArray(value) ? value.filter((each) => typeof each === 'string') : [];
