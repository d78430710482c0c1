import { DecodeError } from './key-value.ts';

/** A field of a message in protobuf's wire format. */
export interface ProtoField {
  readonly number: number;
  /** A bigint for a varint, bytes for everything else. */
  readonly value: bigint | Uint8Array;
}

const FIXED_SIZES: Readonly<Record<number, number>> = { 1: 8, 5: 4 };

/**
 * The fields of a message, whatever its type, for checking the few that lie in a database.
 * @throws DecodeError
 */
export function protoFields(bytes: Uint8Array): ProtoField[] {
  const fields: ProtoField[] = [];
  let at = 0;
  const readVarint = (): bigint => {
    let value = 0n;
    for (let shift = 0n; shift < 70n; shift += 7n) {
      const byte = bytes[at++];
      if (byte === undefined) throw new DecodeError('unexpected end of the message');
      value |= BigInt(byte & 0x7f) << shift;
      if (byte < 0x80) return BigInt.asUintN(64, value);
    }
    throw new DecodeError('a number longer than 64 bits');
  };
  while (at < bytes.length) {
    const tag = readVarint();
    const number = Number(tag >> 3n);
    const type = Number(tag & 7n);
    if (type === 0) {
      fields.push({ number, value: readVarint() });
      continue;
    }
    const size = type === 2 ? Number(readVarint()) : FIXED_SIZES[type];
    if (size === undefined) throw new DecodeError(`field ${number} has wire type ${type}`);
    if (size > bytes.length - at) throw new DecodeError('unexpected end of the message');
    fields.push({ number, value: bytes.subarray(at, at + size) });
    at += size;
  }
  return fields;
}

/** The bytes of the last field with that number; empty if there is none. */
export function bytesField(fields: readonly ProtoField[], number: number): Uint8Array {
  const value = fields.findLast((field) => field.number === number)?.value;
  return value instanceof Uint8Array ? value : new Uint8Array(0);
}

/** The number of the last field with that number; 0 if there is none. */
export function numberField(fields: readonly ProtoField[], number: number): bigint {
  const value = fields.findLast((field) => field.number === number)?.value;
  return typeof value === 'bigint' ? value : 0n;
}
