import { http2Error, Http2ErrorCode } from './errors.ts';
import { decodeHuffman } from './huffman.ts';
import { STATIC_TABLE, STATIC_TABLE_ENTRIES } from './static-table.ts';

/** Headers or trailers by name. A name that came more than once has its values joined by ", ". */
export interface ReceivedHeaders {
  readonly [name: string]: string | number | undefined;
  readonly ':status'?: number;
}

/** The size of the table that everyone begins with; we announce no other. */
const TABLE_BYTES = 4096;
/** What an entry counts beside its bytes. */
const ENTRY_OVERHEAD_BYTES = 32;

type Entry = readonly [name: string, value: string];

const sizeOf = ([name, value]: Entry): number => name.length + value.length + ENTRY_OVERHEAD_BYTES;

/** Reads header blocks; what one block leaves in the table is used by the next. */
export class HpackDecoder {
  /** Newest first. */
  readonly #table: Entry[] = [];
  #tableBytes = 0;
  #maxTableBytes = TABLE_BYTES;
  #block: Uint8Array = new Uint8Array();
  #offset = 0;

  /** @throws Error (compression) when the block is malformed: no later one can be read then */
  decode(block: Uint8Array): ReceivedHeaders {
    this.#block = block;
    this.#offset = 0;
    const headers: Record<string, string | number> = Object.create(null);
    while (this.#offset < block.length) {
      const entry = this.#field();
      if (entry !== undefined) addTo(headers, entry);
    }
    return headers;
  }

  #field(): Entry | undefined {
    const first = this.#block[this.#offset] ?? 0;
    if ((first & 0x80) !== 0) return this.#entry(this.#integer(7));
    if ((first & 0xe0) === 0x20) {
      this.#resize(this.#integer(5));
      return undefined;
    }
    const isKept = (first & 0xc0) === 0x40;
    const index = this.#integer(isKept ? 6 : 4);
    const name = index === 0 ? this.#string() : this.#entry(index)[0];
    const entry = [name, this.#string()] as const;
    if (isKept) this.#keep(entry);
    return entry;
  }

  #entry(index: number): Entry {
    const entry = STATIC_TABLE[index - 1] ?? this.#table[index - 1 - STATIC_TABLE_ENTRIES];
    if (entry === undefined) throw malformed(`names entry ${index}, which is not in the table`);
    return entry;
  }

  /** RFC 7541, 5.1: as many bits of the first byte, and seven of each that follows. */
  #integer(bits: number): number {
    const most = 2 ** bits - 1;
    let value = this.#byte() & most;
    if (value < most) return value;
    for (let factor = 1; factor < 2 ** 28; factor *= 128) {
      const byte = this.#byte();
      value += (byte & 0x7f) * factor;
      if ((byte & 0x80) === 0) return value;
    }
    throw malformed('has a number that is too large');
  }

  #string(): string {
    const isHuffman = ((this.#block[this.#offset] ?? 0) & 0x80) !== 0;
    const length = this.#integer(7);
    const begin = this.#offset;
    this.#offset += length;
    if (this.#offset > this.#block.length) throw malformed('ends within a string');
    const bytes = this.#block.subarray(begin, this.#offset);
    return isHuffman ? decodeHuffman(bytes) : Buffer.from(bytes).toString('latin1');
  }

  #byte(): number {
    const byte = this.#block[this.#offset];
    if (byte === undefined) throw malformed('ends within a number');
    this.#offset += 1;
    return byte;
  }

  #keep(entry: Entry): void {
    this.#table.unshift(entry);
    this.#tableBytes += sizeOf(entry);
    this.#evict();
  }

  #resize(bytes: number): void {
    if (bytes > TABLE_BYTES) throw malformed('wants a larger table than it may have');
    this.#maxTableBytes = bytes;
    this.#evict();
  }

  #evict(): void {
    while (this.#tableBytes > this.#maxTableBytes) {
      const oldest = this.#table.pop();
      if (oldest === undefined) return;
      this.#tableBytes -= sizeOf(oldest);
    }
  }
}

function addTo(headers: Record<string, string | number>, [name, value]: Entry): void {
  const before = headers[name];
  if (name === ':status') headers[name] = Number(value);
  else headers[name] = before === undefined ? value : `${before}, ${value}`;
}

const malformed = (what: string): Error => http2Error(Http2ErrorCode.CompressionError, `a header block ${what}`);
