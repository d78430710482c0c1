import type { KeyValue } from '../../wire/index.ts';
import { lengthSize, varintSize, writeLength, writeVarint } from './varint.ts';

/** What a put stores, beside its key and value. */
export interface PutFields {
  readonly createRevision: bigint;
  readonly modRevision: bigint;
  readonly version: bigint;
  readonly lease: bigint;
}

const KEY = 0x0a;
const CREATE_REVISION = 0x10;
const MOD_REVISION = 0x18;
const VERSION = 0x20;
const VALUE = 0x2a;
const LEASE = 0x30;

/** Bytes of mvccpb.KeyValue; a tombstone is one of a key alone. */
export function keyValueSize(key: Uint8Array, value: Uint8Array, fields?: PutFields): number {
  const keySize = bytesSize(key.length);
  if (fields === undefined) return keySize;
  return (
    keySize +
    numberSize(fields.createRevision) +
    numberSize(fields.modRevision) +
    numberSize(fields.version) +
    bytesSize(value.length) +
    numberSize(fields.lease)
  );
}

/** Writes mvccpb.KeyValue just as Go does, since members compare hashes of it; returns where it ends. */
export function writeKeyValue(
  bytes: Uint8Array,
  start: number,
  key: Uint8Array,
  value: Uint8Array,
  fields?: PutFields,
): number {
  let at = writeBytes(bytes, start, KEY, key);
  if (fields === undefined) return at;
  at = writeNumber(bytes, at, CREATE_REVISION, fields.createRevision);
  at = writeNumber(bytes, at, MOD_REVISION, fields.modRevision);
  at = writeNumber(bytes, at, VERSION, fields.version);
  at = writeBytes(bytes, at, VALUE, value);
  return writeNumber(bytes, at, LEASE, fields.lease);
}

function bytesSize(length: number): number {
  return length === 0 ? 0 : 1 + lengthSize(length) + length;
}

function numberSize(value: bigint): number {
  return value === 0n ? 0 : 1 + varintSize(value);
}

function writeBytes(bytes: Uint8Array, start: number, tag: number, content: Uint8Array): number {
  if (content.length === 0) return start;
  bytes[start] = tag;
  const at = writeLength(bytes, start + 1, content.length);
  bytes.set(content, at);
  return at + content.length;
}

function writeNumber(bytes: Uint8Array, start: number, tag: number, value: bigint): number {
  if (value === 0n) return start;
  bytes[start] = tag;
  return writeVarint(bytes, start + 1, value);
}

const EMPTY = new Uint8Array(0);

/** Reads mvccpb.KeyValue where it lies, without its parts unless asked for them. */
export class KeyValueReader {
  #bytes: Uint8Array = EMPTY;
  #at = 0;
  keyStart = 0;
  keyEnd = 0;
  #valueStart = 0;
  #valueEnd = 0;
  createRevision = 0n;
  modRevision = 0n;
  version = 0n;
  lease = 0n;

  /** Like Go's decoder it takes fields in any order, the last of each, and passes over others. @throws RangeError */
  read(bytes: Uint8Array, start: number, end: number): void {
    this.#bytes = bytes;
    this.#at = start;
    this.keyStart = this.keyEnd = this.#valueStart = this.#valueEnd = start;
    this.createRevision = this.modRevision = this.version = this.lease = 0n;
    while (this.#at < end) this.#readField(this.#readLength(), end);
    if (this.#at > end) throw new RangeError('a message that ends within a field');
  }

  get key(): Uint8Array {
    return view(this.#bytes, this.keyStart, this.keyEnd);
  }

  get value(): Uint8Array {
    return view(this.#bytes, this.#valueStart, this.#valueEnd);
  }

  /** As the wire has it; key and value are views. */
  keyValue(withValue = true): KeyValue {
    return {
      key: this.key,
      create_revision: this.createRevision,
      mod_revision: this.modRevision,
      version: this.version,
      value: withValue ? this.value : EMPTY,
      lease: this.lease,
    };
  }

  #readField(tag: number, end: number): void {
    switch (tag) {
      case KEY:
        this.keyEnd = this.#skipBytes(end);
        this.keyStart = this.#start;
        return;
      case CREATE_REVISION:
        this.createRevision = this.#readNumber();
        return;
      case MOD_REVISION:
        this.modRevision = this.#readNumber();
        return;
      case VERSION:
        this.version = this.#readNumber();
        return;
      case VALUE:
        this.#valueEnd = this.#skipBytes(end);
        this.#valueStart = this.#start;
        return;
      case LEASE:
        this.lease = this.#readNumber();
        return;
      default:
        this.#skipField(tag, end);
    }
  }

  /** Where the field of bytes that was read last begins. */
  #start = 0;

  #skipBytes(end: number): number {
    const length = this.#readLength();
    this.#start = this.#at;
    this.#at += length;
    if (this.#at > end) throw new RangeError('a field that is longer than its message');
    return this.#at;
  }

  #skipField(tag: number, end: number): void {
    if (tag < 8) throw new RangeError('an illegal field number');
    if ((tag & 7) === 0) this.#readNumber();
    else if ((tag & 7) === 1) this.#at += 8;
    else if ((tag & 7) === 2) this.#skipBytes(end);
    else if ((tag & 7) === 5) this.#at += 4;
    else throw new RangeError(`a field of wire type ${tag & 7}`);
  }

  /** Tags and lengths: below 2^32. */
  #readLength(): number {
    const first = this.#bytes[this.#at] ?? 0;
    if (first < 0x80 && this.#at < this.#bytes.length) {
      this.#at++;
      return first;
    }
    const value = this.#readNumber();
    if (value < 0n || value > 0xffff_ffffn) throw new RangeError('a length or tag that is too large');
    return Number(value);
  }

  #readNumber(): bigint {
    const bytes = this.#bytes;
    let value = 0;
    let scale = 1;
    // Seven bytes fill a Number without loss; revisions and versions are mostly shorter.
    for (let i = 0; i < 7; i++) {
      const byte = bytes[this.#at++];
      if (byte === undefined) throw new RangeError('a number that does not end');
      value += (byte & 0x7f) * scale;
      if (byte < 0x80) return BigInt(value);
      scale *= 128;
    }
    return this.#readRest(BigInt(value));
  }

  #readRest(low: bigint): bigint {
    let value = low;
    for (let shift = 49n; shift < 70n; shift += 7n) {
      const byte = this.#bytes[this.#at++];
      if (byte === undefined) throw new RangeError('a number that does not end');
      value |= BigInt(byte & 0x7f) << shift;
      if (byte < 0x80) return BigInt.asIntN(64, value);
    }
    throw new RangeError('a number longer than 64 bits');
  }
}

/** A Buffer's own subarray costs more, and is a Buffer. */
function view(bytes: Uint8Array, start: number, end: number): Uint8Array {
  return start === end ? EMPTY : new Uint8Array(bytes.buffer, bytes.byteOffset + start, end - start);
}
