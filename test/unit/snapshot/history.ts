/**
 * A key space in the making, as a plain model: what etcd would have in its database after puts, deletes and
 * compactions, and what its hash would be by the letter of the definition.
 */
import { Buffer } from 'node:buffer';
import { BulkWriter } from '../../../src/bbolt/index.ts';
import { crc32c } from '../../../src/base/index.ts';
import { MemoryFiles } from '../../support/memory-files.ts';

export interface StoredRecord {
  readonly key: string;
  readonly main: bigint;
  readonly sub: bigint;
  readonly tombstone: boolean;
  readonly value: Buffer;
}

interface Life {
  readonly created: bigint;
  readonly version: bigint;
}

export class History {
  revision = 1n;
  compacted: bigint | undefined;
  scheduled: bigint | undefined;
  /** Releases up to 3.5.15 dropped tombstones at the compacted revision. */
  dropsTombstones = false;
  #records: StoredRecord[] = [];
  readonly #lives = new Map<string, Life>();

  get records(): readonly StoredRecord[] {
    return this.#records;
  }

  /** Adds records that no etcd would write. */
  force(record: StoredRecord): void {
    this.#records.push(record);
    if (record.main > this.revision) this.revision = record.main;
  }

  /** One transaction: puts (with a value) and deletes of keys that are there. */
  commit(changes: readonly (readonly [key: string, value: string | undefined, lease?: bigint])[]): void {
    const main = this.revision + 1n;
    let sub = 0n;
    for (const [key, value, lease = 0n] of changes) {
      const life = this.#lives.get(key);
      if (value === undefined && !life) continue;
      if (value === undefined) {
        this.#lives.delete(key);
        this.#records.push({ key, main, sub, tombstone: true, value: encodeKeyValue({ key }) });
      } else {
        const next = { created: life?.created ?? main, version: (life?.version ?? 0n) + 1n };
        this.#lives.set(key, next);
        this.#records.push({
          key,
          main,
          sub,
          tombstone: false,
          value: encodeKeyValue({ key, ...next, main, value, lease }),
        });
      }
      sub++;
    }
    if (sub > 0n) this.revision = main;
  }

  get liveKeys(): string[] {
    return [...this.#lives.keys()].sort();
  }

  /** Compacts, but stops after so many removals if `removals` is given, as if the power had failed. */
  compact(at: bigint, removals = Number.POSITIVE_INFINITY): void {
    this.scheduled = at;
    const keep = this.#newest(at);
    let left = removals;
    this.#records = this.#records.filter((record) => {
      if (record.main > at || left <= 0) return true;
      const isKept =
        keep.get(record.key) === record && (!record.tombstone || (record.main === at && !this.dropsTombstones));
      if (!isKept) left--;
      return isKept;
    });
    if (removals === Number.POSITIVE_INFINITY) this.compacted = at;
  }

  /** HashKV by its definition: see etcd's server/storage/mvcc/hash.go. */
  hash(revision = this.revision): number {
    const compacted = this.compactRevision;
    const keep = new Set([...this.#newest(revision).values()].filter((record) => !record.tombstone));
    let hash = crc32c(Buffer.from('key'));
    for (const record of this.#records) {
      if (record.main > revision) continue;
      if (record.main <= compacted && keep.size > 0 && !keep.has(record)) continue;
      if (record.main === compacted && record.tombstone) continue;
      hash = crc32c(record.value, crc32c(revisionBytes(record), hash));
    }
    return hash;
  }

  get compactRevision(): bigint {
    const [done, asked] = [this.compacted ?? -1n, this.scheduled ?? -1n];
    return asked > done ? asked : done;
  }

  #newest(revision: bigint): Map<string, StoredRecord> {
    return new Map(this.#records.filter(({ main }) => main <= revision).map((record) => [record.key, record]));
  }

  /** The database as a file. `others` are further buckets of keys and values, in any order. */
  write(path: string, others: Readonly<Record<string, Readonly<Record<string, Uint8Array>>>> = {}): MemoryFiles {
    const meta: Record<string, Uint8Array> = { ...others.meta };
    if (this.compacted !== undefined) meta.finishedCompactRev = revisionBytes({ main: this.compacted, sub: 0n });
    if (this.scheduled !== undefined) meta.scheduledCompactRev = revisionBytes({ main: this.scheduled, sub: 0n });
    const buckets: Record<string, [Uint8Array, Uint8Array][]> = {
      key: this.#records.map((record) => [revisionBytes(record), record.value]),
    };
    for (const [name, keys] of Object.entries({ ...others, meta })) {
      const entries = Object.entries(keys).map(([key, value]): [Buffer, Uint8Array] => [
        Buffer.from(key, 'latin1'),
        value,
      ]);
      buckets[name] = entries.sort(([a], [b]) => Buffer.compare(a, b));
    }
    const files = new MemoryFiles();
    const file = files.open(path, 'create');
    const writer = new BulkWriter(file, { pageSize: 1024 });
    for (const name of Object.keys(buckets).sort()) {
      writer.beginBucket(name);
      for (const [key, value] of buckets[name] ?? []) writer.put(key, value);
      writer.endBucket();
    }
    writer.finish();
    file.close();
    return files;
  }
}

export function revisionBytes({
  main,
  sub,
  tombstone = false,
}: {
  main: bigint;
  sub: bigint;
  tombstone?: boolean;
}): Buffer {
  const bytes = Buffer.alloc(tombstone ? 18 : 17, 't');
  bytes.writeBigInt64BE(main, 0);
  bytes.write('_', 8);
  bytes.writeBigInt64BE(sub, 9);
  return bytes;
}

export interface KeyValueFields {
  readonly key?: string;
  readonly created?: bigint;
  readonly main?: bigint;
  readonly version?: bigint;
  readonly value?: string;
  readonly lease?: bigint;
}

/** mvccpb.KeyValue as Go writes it: fields in order, none that is zero. */
export function encodeKeyValue({ key, created, main, version, value, lease }: KeyValueFields): Buffer {
  return Buffer.concat([
    lengthField(1, Buffer.from(key ?? '')),
    numberField(2, created ?? 0n),
    numberField(3, main ?? 0n),
    numberField(4, version ?? 0n),
    lengthField(5, Buffer.from(value ?? '')),
    numberField(6, lease ?? 0n),
  ]);
}

export function numberField(field: number, value: bigint): Buffer {
  return value === 0n
    ? Buffer.alloc(0)
    : Buffer.concat([varint(BigInt(field << 3)), varint(BigInt.asUintN(64, value))]);
}

export function lengthField(field: number, bytes: Uint8Array): Buffer {
  if (bytes.length === 0) return Buffer.alloc(0);
  return Buffer.concat([varint(BigInt((field << 3) | 2)), varint(BigInt(bytes.length)), bytes]);
}

export function varint(value: bigint): Buffer {
  const bytes: number[] = [];
  let rest = value;
  for (; rest > 0x7fn; rest >>= 7n) bytes.push(Number(rest & 0x7fn) | 0x80);
  return Buffer.from([...bytes, Number(rest)]);
}
