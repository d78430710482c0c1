/** A message can not be read; the text says where it breaks. */
export class DecodeError extends Error {
  override readonly name = 'DecodeError';
}

const VARINT = 0;
const FIXED64 = 1;
const LENGTH = 2;
const FIXED32 = 5;

/**
 * Reads mvccpb.KeyValue (key 1, create_revision 2, mod_revision 3, version 4, value 5, lease 6) where it lies, making
 * nothing: a snapshot holds millions. Like Go's decoder it takes fields in any order, the last of each, and passes over
 * others. The 64-bit numbers are kept in halves and become bigints only when asked for.
 */
export class KeyValueReader {
  #bytes: Uint8Array = new Uint8Array(0);
  /** The number read last, in unsigned halves. */
  #high = 0;
  #low = 0;
  keyStart = 0;
  keyEnd = 0;
  valueStart = 0;
  valueEnd = 0;
  /** Fields 2, 3, 4 and 6, each in two halves, at twice their number. */
  readonly #numbers = new Uint32Array(14);

  /** @throws DecodeError */
  read(bytes: Uint8Array, start: number, end: number): void {
    this.#bytes = bytes;
    this.keyStart = this.keyEnd = this.valueStart = this.valueEnd = start;
    this.#numbers.fill(0);
    for (let at = start; at < end; ) {
      at = this.#readNumber(bytes, at, end);
      const tag = this.#low;
      if (this.#high > 0 || tag < 8) throw new DecodeError('an illegal field number');
      at = this.#readField(bytes, tag >>> 3, tag & 7, at, end);
    }
  }

  /** A view of the key, good as long as the bytes that were read. */
  get key(): Uint8Array {
    return this.#bytes.subarray(this.keyStart, this.keyEnd);
  }

  /** A view of the value, good as long as the bytes that were read. */
  get value(): Uint8Array {
    return this.#bytes.subarray(this.valueStart, this.valueEnd);
  }

  get createRevision(): bigint {
    return this.#number(2);
  }

  get modRevision(): bigint {
    return this.#number(3);
  }

  get version(): bigint {
    return this.#number(4);
  }

  get lease(): bigint {
    return this.#number(6);
  }

  get hasLease(): boolean {
    return this.#numbers[12] !== 0 || this.#numbers[13] !== 0;
  }

  /** Whether it is the first of its key's life: `version` is 1. */
  get isFirstVersion(): boolean {
    return this.#numbers[8] === 0 && this.#numbers[9] === 1;
  }

  /** Whether `version` is 1 or more, as of everything that etcd writes on behalf of a client. */
  get hasVersion(): boolean {
    const high = this.#numbers[8] ?? 0;
    return high < 0x8000_0000 && (high !== 0 || this.#numbers[9] !== 0);
  }

  /** Whether `create_revision` is the revision with these halves. */
  isCreatedAt(high: number, low: number): boolean {
    return this.#numbers[4] === high && this.#numbers[5] === low;
  }

  #number(field: number): bigint {
    const high = BigInt(this.#numbers[field * 2] ?? 0);
    return BigInt.asIntN(64, (high << 32n) | BigInt(this.#numbers[field * 2 + 1] ?? 0));
  }

  /** Returns where the field ends. */
  #readField(bytes: Uint8Array, field: number, type: number, start: number, end: number): number {
    if (type === VARINT) {
      const after = this.#readNumber(bytes, start, end);
      if (field <= 6) {
        this.#numbers[field * 2] = this.#high;
        this.#numbers[field * 2 + 1] = this.#low;
      }
      return after;
    }
    if (type === LENGTH) {
      const from = this.#readNumber(bytes, start, end);
      const after = skip(from, this.#high > 0 ? Number.POSITIVE_INFINITY : this.#low, end);
      if (field === 1) {
        this.keyStart = from;
        this.keyEnd = after;
      } else if (field === 5) {
        this.valueStart = from;
        this.valueEnd = after;
      }
      return after;
    }
    if (type === FIXED64) return skip(start, 8, end);
    if (type === FIXED32) return skip(start, 4, end);
    throw new DecodeError(`field ${field} has wire type ${type}`);
  }

  /** Reads a number of base 128, least first, into `#high` and `#low`; returns where it ends. */
  #readNumber(bytes: Uint8Array, start: number, end: number): number {
    let low = 0;
    let high = 0;
    let at = start;
    for (let shift = 0; at < end; shift += 7) {
      const byte = bytes[at++] ?? 0;
      if (shift < 28) low |= (byte & 0x7f) << shift;
      else if (shift > 28) high |= (byte & 0x7f) << (shift - 32);
      else {
        low |= byte << 28;
        high = (byte & 0x7f) >>> 4;
      }
      if (byte < 0x80) {
        if (shift === 63 && byte > 1) break;
        this.#low = low >>> 0;
        this.#high = high >>> 0;
        return at;
      }
      if (shift === 63) break;
    }
    throw new DecodeError(
      at < end || at - start === 10 ? 'a number longer than 64 bits' : 'unexpected end of the message',
    );
  }
}

function skip(start: number, length: number, end: number): number {
  if (length > end - start) throw new DecodeError('unexpected end of the message');
  return start + length;
}
