import type { Capture, LogPosition, Record } from '../backend/index.ts';
import {
  compareBytes,
  encodeUint64,
  formatJson,
  type JsonValue,
  parseJson,
  TextError,
  utf8Decode,
  utf8Encode,
} from '../base/index.ts';
import { type ConfState, EMPTY_CONF_STATE } from '../raft/index.ts';

/** The records of the bucket `meta` that are a member's own; two more are the store's. */
export const META = {
  consistentIndex: utf8Encode('consistent_index'),
  term: utf8Encode('term'),
  confState: utf8Encode('confState'),
  storageVersion: utf8Encode('storageVersion'),
} as const;

export interface MemberMeta {
  readonly position: LogPosition;
  readonly confState: ConfState | undefined;
  /** Such as `3.7.0`; empty in databases before 3.6. */
  readonly storageVersion: string;
}

export function readMeta(records: Iterable<Record>): MemberMeta {
  const byKey = new Map<string, Uint8Array>();
  for (const [key, value] of records) byKey.set(utf8Decode(key), value);
  const confState = byKey.get('confState');
  return {
    position: { index: uint64(byKey.get('consistent_index')), term: uint64(byKey.get('term')) },
    confState: confState && decodeConfState(confState),
    storageVersion: utf8Decode(byKey.get('storageVersion') ?? new Uint8Array(0)),
  };
}

/** As they lie in the database. What is not known is not there. */
export function metaRecords({ position, confState, storageVersion }: MemberMeta): Record[] {
  const records: Record[] = [];
  if (position.index > 0n) {
    records.push([META.consistentIndex, encodeUint64(position.index)], [META.term, encodeUint64(position.term)]);
  }
  if (confState) records.push([META.confState, encodeConfState(confState)]);
  if (storageVersion !== '') records.push([META.storageVersion, utf8Encode(storageVersion)]);
  return records;
}

export const metaCapture = (records: readonly Record[]): Capture =>
  new Map([['meta', [...records].sort(([a], [b]) => compareBytes(a, b))]]);

const uint64 = (bytes: Uint8Array | undefined): bigint =>
  bytes === undefined || bytes.length < 8 ? 0n : Buffer.from(bytes).readBigUInt64BE(0);

/** As etcd writes it when it has made a change: lists that are empty are left out. */
export function encodeConfState(state: ConfState): Uint8Array {
  const json = {
    voters: list(state.voters),
    learners: list(state.learners),
    voters_outgoing: list(state.votersOutgoing),
    learners_next: list(state.learnersNext),
    auto_leave: state.autoLeave,
  };
  return utf8Encode(formatJson(json));
}

/** @throws TextError */
export function decodeConfState(bytes: Uint8Array): ConfState {
  const json = parseJson(utf8Decode(bytes));
  if (json === null || typeof json !== 'object' || Array.isArray(json)) throw new TextError('confState is no object');
  return {
    ...EMPTY_CONF_STATE,
    voters: ids(json['voters']),
    learners: ids(json['learners']),
    votersOutgoing: ids(json['voters_outgoing']),
    learnersNext: ids(json['learners_next']),
    autoLeave: json['auto_leave'] === true,
  };
}

const list = (ids: readonly bigint[]): readonly bigint[] | undefined => (ids.length > 0 ? ids : undefined);

const ids = (value: JsonValue | undefined): bigint[] =>
  Array.isArray(value) ? value.filter((id) => typeof id === 'bigint').map((id) => BigInt.asUintN(64, id)) : [];
