import { http2Error, Http2ErrorCode } from './errors.ts';
import { decodeHuffman } from './huffman.ts';
import { ENTRY_OVERHEAD_BYTES, STATIC_TABLE, STATIC_TABLE_ENTRIES, TABLE_BYTES } from './static-table.ts';

/** Headers or trailers by name. A name that came more than once has its values joined by ", ". */
export interface ReceivedHeaders {
  readonly [name: string]: string | number | undefined;
  readonly ':status'?: number;
}

/** What all headers of a block may come to, with their overhead: a few bytes can name a long entry again and again. */
const MAX_HEADERS_BYTES = 1024 * 1024;

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

  /** @throws Error when the block is malformed or hostile: no later one can be read then */
  decode(block: Uint8Array): ReceivedHeaders {
    this.#block = block;
    this.#offset = 0;
    const headers: Record<string, string | number> = Object.create(null);
    let bytes = 0;
    while (this.#offset < block.length) {
      const entry = this.#field(bytes === 0);
      if (entry === undefined) continue;
      bytes += sizeOf(entry);
      if (bytes > MAX_HEADERS_BYTES) throw http2Error(Http2ErrorCode.EnhanceYourCalm, 'headers are too large');
      addTo(headers, entry);
    }
    return headers;
  }

  /** @param isFirst no header has come in this block */
  #field(isFirst: boolean): Entry | undefined {
    const first = this.#block[this.#offset] ?? 0;
    if ((first & 0x80) !== 0) return this.#entry(this.#integer(7));
    if ((first & 0xe0) === 0x20) {
      if (!isFirst) throw malformed('changes the size of the table too late');
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
  if (before !== undefined && name.startsWith(':')) {
    throw http2Error(Http2ErrorCode.ProtocolError, 'a pseudo-header comes twice');
  }
  if (name === ':status') headers[name] = Number(value);
  else headers[name] = before === undefined ? value : `${before}, ${value}`;
}

const malformed = (what: string): Error => http2Error(Http2ErrorCode.CompressionError, `a header block ${what}`);
