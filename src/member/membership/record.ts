import { formatJson, type JsonValue, parseJson, TextError, utf8Decode, utf8Encode } from '../../base/index.ts';
import type { Member as MemberInfo } from '../../wire/index.ts';

/** A member as the cluster knows it. Without a name it was added, and has not started yet. */
export interface MemberRecord {
  readonly id: bigint;
  readonly name: string;
  readonly peerUrls: readonly string[];
  readonly clientUrls: readonly string[];
  readonly isLearner: boolean;
}

/** What the log tells of a member in a change of the membership. */
export interface ChangeContext extends MemberRecord {
  /** The change makes a voter of a learner, which is otherwise said as an addition is. */
  readonly isPromote: boolean;
}

export const isStarted = ({ name }: MemberRecord): boolean => name !== '';

/** As the database and the log hold it; what is empty is left out, as etcd does. */
export function encodeRecord({ id, peerUrls, isLearner, name, clientUrls }: MemberRecord): Uint8Array {
  const json = {
    id,
    peerURLs: peerUrls.length > 0 ? peerUrls : null,
    isLearner: isLearner || undefined,
    name: name || undefined,
    clientURLs: clientUrls.length > 0 ? clientUrls : undefined,
  };
  return utf8Encode(formatJson(json));
}

/** The context of the change that makes a voter of a learner. */
export const encodePromotion = (id: bigint): Uint8Array =>
  utf8Encode(formatJson({ id, peerURLs: null, isPromote: true }));

/** Reads a record or a context. @throws TextError if it is neither */
export function decodeRecord(bytes: Uint8Array): ChangeContext {
  const json = parseJson(utf8Decode(bytes));
  if (json === null || typeof json !== 'object' || Array.isArray(json)) throw new TextError('a member is no object');
  const { id, peerURLs, isLearner, name, clientURLs, isPromote } = json;
  return {
    id: typeof id === 'bigint' ? BigInt.asUintN(64, id) : 0n,
    peerUrls: texts(peerURLs),
    isLearner: isLearner === true,
    name: typeof name === 'string' ? name : '',
    clientUrls: texts(clientURLs),
    isPromote: isPromote === true,
  };
}

const texts = (value: JsonValue | undefined): string[] =>
  Array.isArray(value) ? value.filter((item) => typeof item === 'string') : [];

/** As it is told to clients and to other members. */
export const toInfo = ({ id, name, peerUrls, clientUrls, isLearner }: MemberRecord): MemberInfo => ({
  ID: id,
  name,
  peerURLs: [...peerUrls],
  clientURLs: [...clientUrls],
  isLearner,
});

export const fromInfo = ({ ID, name, peerURLs, clientURLs, isLearner }: MemberInfo): MemberRecord => ({
  id: ID,
  name,
  peerUrls: peerURLs,
  clientUrls: clientURLs,
  isLearner,
});
