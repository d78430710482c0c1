import { ENTRY_OVERHEAD_BYTES, STATIC_TABLE_ENTRIES, TABLE_BYTES } from './static-table.ts';

/** Pseudo-headers first; names in lower case, values of printable ASCII. */
export type SentHeaders = Readonly<Record<string, string>>;

/** Entries of the static table that calls and their answers can use, by name and value or by name alone. */
const staticNumbers: ReadonlyMap<string, number> = new Map([
  [':authority', 1],
  [':method: POST', 3],
  [':path', 4],
  [':scheme: http', 6],
  [':scheme: https', 7],
  [':status: 200', 8],
  [':status', 8],
  ['content-type', 31],
  ['user-agent', 58],
]);
/** Nobody on the way may keep these. */
const secrets = new Set(['token', 'authorization']);
/** They change from call to call. */
const changing = new Set(['grpc-timeout', 'grpc-message', 'content-length', 'date']);

/**
 * Writes header blocks. What is the same in every call, or in every answer, goes into the peer's table, until that is
 * full: nothing is ever pushed out of it, so that an entry keeps its number from the end.
 */
export class HpackEncoder {
  /** By `name: value`, how many entries had been kept before. */
  readonly #kept = new Map<string, number>();
  #freeBytes = TABLE_BYTES;
  /** The peer wants a smaller table than the usual: it gets none, and has to be told once. */
  #isGivenUp = false;
  #mustTell = false;

  /** What the peer's settings say of its table. */
  limitTable(bytes: number | undefined): void {
    if (bytes === undefined || bytes >= TABLE_BYTES || this.#isGivenUp) return;
    this.#isGivenUp = true;
    this.#mustTell = true;
    this.#kept.clear();
    this.#freeBytes = 0;
  }

  encode(headers: SentHeaders): Buffer {
    const parts: Buffer[] = [];
    if (this.#mustTell) parts.push(integer(0x20, 5, 0));
    this.#mustTell = false;
    for (const [name, value] of Object.entries(headers)) parts.push(...this.#field(name, value));
    return Buffer.concat(parts);
  }

  #field(name: string, value: string): Buffer[] {
    const line = `${name}: ${value}`;
    const number = staticNumbers.get(line) ?? this.#numberOf(line);
    if (number !== undefined) return [integer(0x80, 7, number)];
    const nameNumber = staticNumbers.get(name) ?? 0;
    const bytes = name.length + value.length + ENTRY_OVERHEAD_BYTES;
    const isKept = !changing.has(name) && !secrets.has(name) && bytes <= this.#freeBytes;
    if (isKept) {
      this.#freeBytes -= bytes;
      this.#kept.set(line, this.#kept.size);
    }
    const start = isKept ? integer(0x40, 6, nameNumber) : integer(secrets.has(name) ? 0x10 : 0, 4, nameNumber);
    return nameNumber === 0 ? [start, ...string(name), ...string(value)] : [start, ...string(value)];
  }

  #numberOf(line: string): number | undefined {
    const before = this.#kept.get(line);
    return before === undefined ? undefined : STATIC_TABLE_ENTRIES + this.#kept.size - before;
  }
}

function integer(start: number, bits: number, value: number): Buffer {
  const most = 2 ** bits - 1;
  if (value < most) return Buffer.from([start | value]);
  const bytes = [start | most];
  let rest = value - most;
  for (; rest >= 128; rest = Math.floor(rest / 128)) bytes.push((rest % 128) | 0x80);
  return Buffer.from([...bytes, rest]);
}

const string = (text: string): Buffer[] => [integer(0, 7, text.length), Buffer.from(text, 'latin1')];
