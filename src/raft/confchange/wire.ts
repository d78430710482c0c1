import { RaftError } from '../errors.ts';

/** The little of protobuf that a membership change needs: varints and length-delimited bytes. */
const VARINT = 0;
const FIXED64 = 1;
const BYTES = 2;
const FIXED32 = 5;

export class FieldWriter {
  readonly #bytes: number[] = [];

  varint(field: number, value: bigint): void {
    this.#bytes.push((field << 3) | VARINT);
    this.#raw(value);
  }

  bytes(field: number, value: Uint8Array): void {
    this.#bytes.push((field << 3) | BYTES);
    this.#raw(BigInt(value.length));
    for (const byte of value) {
      this.#bytes.push(byte);
    }
  }

  finish(): Uint8Array {
    return Uint8Array.from(this.#bytes);
  }

  #raw(value: bigint): void {
    let rest = value;
    while (rest >= 0x80n) {
      this.#bytes.push(Number(rest & 0x7fn) | 0x80);
      rest >>= 7n;
    }
    this.#bytes.push(Number(rest));
  }
}

export interface Field {
  readonly field: number;
  /** The value of a varint or fixed-width field, the bytes of a length-delimited one. */
  readonly value: bigint | Uint8Array;
}

/** @throws {RaftError} `malformedConfChange` when the bytes are cut short or of an unknown kind. */
export function* readFields(bytes: Uint8Array): Generator<Field> {
  const cursor = { at: 0 };
  while (cursor.at < bytes.length) {
    const key = readVarint(bytes, cursor);
    yield { field: Number(key >> 3n), value: readValue(bytes, cursor, Number(key & 7n)) };
  }
}

function readValue(bytes: Uint8Array, cursor: { at: number }, wireType: number): bigint | Uint8Array {
  switch (wireType) {
    case VARINT:
      return readVarint(bytes, cursor);
    case BYTES:
      return take(bytes, cursor, readVarint(bytes, cursor));
    case FIXED64:
    case FIXED32: {
      const raw = take(bytes, cursor, wireType === FIXED64 ? 8n : 4n);
      return raw.reduceRight((value, byte) => (value << 8n) | BigInt(byte), 0n);
    }
    default:
      throw malformed(`wire type ${wireType}`);
  }
}

function take(bytes: Uint8Array, cursor: { at: number }, length: bigint): Uint8Array {
  if (length > BigInt(bytes.length - cursor.at)) {
    throw malformed('a field that ends after its last byte');
  }
  const start = cursor.at;
  cursor.at += Number(length);
  return bytes.slice(start, cursor.at);
}

function readVarint(bytes: Uint8Array, cursor: { at: number }): bigint {
  let value = 0n;
  for (let shift = 0n; shift < 70n; shift += 7n) {
    const byte = bytes[cursor.at];
    if (byte === undefined) {
      throw malformed('a number that is cut short');
    }
    cursor.at++;
    value |= BigInt(byte & 0x7f) << shift;
    if (byte < 0x80) {
      return BigInt.asUintN(64, value);
    }
  }
  throw malformed('a number longer than 64 bits');
}

export function malformed(what: string): RaftError {
  return new RaftError('malformedConfChange', `cannot decode the membership change: it has ${what}`);
}
