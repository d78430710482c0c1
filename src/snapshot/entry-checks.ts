import { equalBytes, parseJson } from '../base/index.ts';
import { DecodeError } from './key-value.ts';
import { bytesField, numberField, protoFields } from './proto-fields.ts';
import { RevisionKey } from './revision-key.ts';
import { parseVersion } from './version.ts';
import { quoteStart } from './quote-start.ts';

/** Says what is wrong with an entry of a bucket; undefined if nothing is. */
export type EntryCheck = (key: Uint8Array, value: Uint8Array) => string | undefined;

/** What the entries of etcd's buckets must be, beside those of bucket `key`. Unknown buckets are left alone. */
export const ENTRY_CHECKS: Readonly<Record<string, EntryCheck>> = {
  lease: (key, value) => {
    if (key.length !== 8) return `a lease id of ${key.length} bytes`;
    const id = numberField(protoFields(value), 1);
    return id === Buffer.from(key).readBigUInt64BE() ? undefined : `is of another lease, ${id.toString(16)}`;
  },
  alarm: (key) => void protoFields(key),
  auth: (key, value) => {
    const size = text(key) === 'authEnabled' ? 1 : 8;
    return value.length === size ? undefined : `has ${value.length} bytes in place of ${size}`;
  },
  authUsers: named,
  authRoles: (key, value) => {
    for (const field of protoFields(value)) {
      if (field.number === 2 && field.value instanceof Uint8Array) protoFields(field.value);
    }
    return named(key, value);
  },
  members: (key, value) => {
    const member = parseJson(text(value));
    const isObject = typeof member === 'object' && member !== null && !Array.isArray(member);
    const id = isObject && typeof member.id === 'bigint' ? member.id : -1n;
    return id.toString(16) === text(key) ? undefined : `is of another member, ${id.toString(16)}`;
  },
  cluster: (key, value) => {
    if (text(key) === 'clusterVersion') parseVersion(text(value));
    else if (text(key) === 'downgrade') parseJson(text(value));
    return undefined;
  },
  meta: (key, value) => META_CHECKS[text(key)]?.(value),
};

const META_CHECKS: Readonly<Record<string, (value: Uint8Array) => string | undefined>> = {
  consistent_index: eightBytes,
  term: eightBytes,
  confState: (value) => void parseJson(text(value)),
  finishedCompactRev: revision,
  scheduledCompactRev: revision,
  storageVersion: (value) => (value.length > 0 ? void parseVersion(text(value)) : undefined),
};

/** Runs a check; what it throws is what is wrong. */
export function checkEntry(check: EntryCheck, key: Uint8Array, value: Uint8Array): string | undefined {
  try {
    return check(key, value);
  } catch (error) {
    if (error instanceof DecodeError) return `can not be decoded: ${error.message}`;
    return `can not be read: ${error instanceof Error ? error.message : String(error)}`;
  }
}

/** A user's or role's first field is the name under which it is kept. */
function named(key: Uint8Array, value: Uint8Array): string | undefined {
  const name = bytesField(protoFields(value), 1);
  return equalBytes(name, key) ? undefined : `is of another name, ${quoteStart(name)}`;
}

function eightBytes(value: Uint8Array): string | undefined {
  return value.length === 8 ? undefined : `has ${value.length} bytes in place of 8`;
}

function revision(value: Uint8Array): string | undefined {
  return new RevisionKey().read(value, 0, value.length);
}

function text(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString();
}
