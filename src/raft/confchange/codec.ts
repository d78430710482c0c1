import {
  type ConfChange,
  type ConfChangeSingle,
  type ConfChangeTransition,
  type ConfChangeType,
  type ConfChangeV1,
  type ConfChangeV2,
  type Entry,
  type EntryType,
  NO_BYTES,
  NONE,
} from '../types.ts';
import { isV1 } from './plan.ts';
import { FieldWriter, malformed, readFields } from './wire.ts';

/** In the order of their numbers in raft.proto. */
const TYPES: readonly ConfChangeType[] = [
  'ConfChangeAddNode',
  'ConfChangeRemoveNode',
  'ConfChangeUpdateNode',
  'ConfChangeAddLearnerNode',
];
const TRANSITIONS: readonly ConfChangeTransition[] = [
  'ConfChangeTransitionAuto',
  'ConfChangeTransitionJointImplicit',
  'ConfChangeTransitionJointExplicit',
];

const V1 = { id: 1, type: 2, nodeId: 3, context: 4 } as const;
const V2 = { transition: 1, changes: 2, context: 3 } as const;
const SINGLE = { type: 1, nodeId: 2 } as const;

/** The log entry that carries a change: its type, and raft.proto's ConfChange or ConfChangeV2 as data. */
export function encodeConfChange(change: ConfChange): { readonly type: EntryType; readonly data: Uint8Array } {
  return isV1(change)
    ? { type: 'EntryConfChange', data: encodeV1(change) }
    : { type: 'EntryConfChangeV2', data: encodeV2(change) };
}

/**
 * The membership change that an entry carries, undefined for a normal entry.
 * @throws {RaftError} `malformedConfChange`
 */
export function decodeConfChange({ type, data }: Pick<Entry, 'type' | 'data'>): ConfChange | undefined {
  if (type === 'EntryNormal') {
    return undefined;
  }
  return type === 'EntryConfChange' ? decodeV1(data) : decodeV2(data);
}

function encodeV1({ id, type, nodeId, context }: ConfChangeV1): Uint8Array {
  const writer = new FieldWriter();
  if (id !== 0n) {
    writer.varint(V1.id, id);
  }
  writer.varint(V1.type, BigInt(TYPES.indexOf(type)));
  writer.varint(V1.nodeId, nodeId);
  if (context.length > 0) {
    writer.bytes(V1.context, context);
  }
  return writer.finish();
}

/** The change that leaves a joint configuration is no bytes at all, so no size limit can ever refuse it. */
function encodeV2({ transition, changes, context }: ConfChangeV2): Uint8Array {
  const writer = new FieldWriter();
  if (transition !== 'ConfChangeTransitionAuto') {
    writer.varint(V2.transition, BigInt(TRANSITIONS.indexOf(transition)));
  }
  for (const { type, nodeId } of changes) {
    const single = new FieldWriter();
    single.varint(SINGLE.type, BigInt(TYPES.indexOf(type)));
    single.varint(SINGLE.nodeId, nodeId);
    writer.bytes(V2.changes, single.finish());
  }
  if (context.length > 0) {
    writer.bytes(V2.context, context);
  }
  return writer.finish();
}

function decodeV1(bytes: Uint8Array): ConfChangeV1 {
  let change: ConfChangeV1 = { id: 0n, type: 'ConfChangeAddNode', nodeId: NONE, context: NO_BYTES };
  for (const { field, value } of readFields(bytes)) {
    if (field === V1.id) {
      change = { ...change, id: integer(value) };
    } else if (field === V1.type) {
      change = { ...change, type: named(TYPES, value) };
    } else if (field === V1.nodeId) {
      change = { ...change, nodeId: integer(value) };
    } else if (field === V1.context) {
      change = { ...change, context: raw(value) };
    }
  }
  return change;
}

function decodeV2(bytes: Uint8Array): ConfChangeV2 {
  let transition: ConfChangeTransition = 'ConfChangeTransitionAuto';
  let context = NO_BYTES;
  const changes: ConfChangeSingle[] = [];
  for (const { field, value } of readFields(bytes)) {
    if (field === V2.transition) {
      transition = named(TRANSITIONS, value);
    } else if (field === V2.changes) {
      changes.push(decodeSingle(raw(value)));
    } else if (field === V2.context) {
      context = raw(value);
    }
  }
  return { transition, changes, context };
}

function decodeSingle(bytes: Uint8Array): ConfChangeSingle {
  let single: ConfChangeSingle = { type: 'ConfChangeAddNode', nodeId: NONE };
  for (const { field, value } of readFields(bytes)) {
    if (field === SINGLE.type) {
      single = { ...single, type: named(TYPES, value) };
    } else if (field === SINGLE.nodeId) {
      single = { ...single, nodeId: integer(value) };
    }
  }
  return single;
}

function integer(value: bigint | Uint8Array): bigint {
  if (typeof value !== 'bigint') {
    throw malformed('bytes where a number belongs');
  }
  return value;
}

function raw(value: bigint | Uint8Array): Uint8Array {
  if (typeof value === 'bigint') {
    throw malformed('a number where bytes belong');
  }
  return value;
}

function named<T extends string>(names: readonly T[], value: bigint | Uint8Array): T {
  const number = integer(value);
  const name = number < BigInt(names.length) ? names[Number(number)] : undefined;
  if (name === undefined) {
    throw malformed(`an unknown kind, ${number}`);
  }
  return name;
}
