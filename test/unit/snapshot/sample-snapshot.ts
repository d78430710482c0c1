import { createHash } from 'node:crypto';
import { utf8Encode } from '../../../src/base/index.ts';
import { BulkWriter, Database } from '../../../src/bbolt/index.ts';
import { MemoryFiles } from '../../support/memory-files.ts';

type Content = Readonly<Record<string, Readonly<Record<string, Uint8Array | string>>>>;

export function revisionKey(main: number, suffix = ''): string {
  const key = Buffer.alloc(17);
  key.writeBigInt64BE(BigInt(main));
  key.write('_', 8);
  return key.toString('latin1') + suffix;
}

export const uint64 = (value: number): Buffer => {
  const bytes = Buffer.alloc(8);
  bytes.writeBigUInt64BE(BigInt(value));
  return bytes;
};

/** What a member of a cluster of two holds, one of which was removed. */
export const SAMPLE: Content = {
  alarm: {},
  auth: { authEnabled: '\u0000', authRevision: uint64(1) },
  cluster: { clusterVersion: '3.5.0' },
  key: Object.fromEntries([2, 3, 4, 9].map((main) => [revisionKey(main), `value ${main}`])),
  lease: { 'lease id': 'a lease' },
  members: { '1': '{"id":1,"peerURLs":["http://old:1"],"name":"old"}' },
  members_removed: { '2': 'removed' },
  meta: {
    confState: '{"voters":[1],"auto_leave":false}',
    consistent_index: uint64(4711),
    term: uint64(8),
  },
};

/** A database with so many bytes of padding in one more key, that it is larger than a chunk if need be. */
export function databaseBytes(content: Content = SAMPLE, paddingBytes = 0): Uint8Array {
  const files = new MemoryFiles();
  const file = files.open('/db', 'create');
  const writer = new BulkWriter(file, { freelist: 'absent' });
  for (const bucket of Object.keys(content).sort()) {
    writer.beginBucket(bucket);
    const entries = Object.entries(content[bucket] ?? {}).map(
      ([key, value]) => [Buffer.from(key, 'latin1'), value] as const,
    );
    if (bucket === 'lease' && paddingBytes > 0) entries.push([Buffer.from('padding'), Buffer.alloc(paddingBytes, 7)]);
    entries.sort(([a], [b]) => Buffer.compare(a, b));
    for (const [key, value] of entries)
      writer.put(key, typeof value === 'string' ? Buffer.from(value, 'latin1') : value);
    writer.endBucket();
  }
  writer.finish();
  file.close();
  return files.bytes('/db');
}

/** As a member sends it: with its digest behind. */
export function withDigest(database: Uint8Array): Uint8Array {
  return Buffer.concat([database, createHash('sha256').update(database).digest()]);
}

/** All buckets with their keys and values, as text. */
export function contentOf(files: MemoryFiles, path: string): Record<string, Record<string, string>> {
  const database = new Database(files.open(path, 'read'));
  const content: Record<string, Record<string, string>> = {};
  for (const { name, bucket } of database.root.buckets()) {
    const keys: Record<string, string> = {};
    const cursor = bucket.cursor();
    for (let found = cursor.first(); found; found = cursor.next()) {
      keys[cursor.key.toString('latin1')] = cursor.value.toString('latin1');
    }
    content[name.toString()] = keys;
  }
  database.close();
  return content;
}

/** The sample as `contentOf` gives it. */
export function sampleContent(): Record<string, Record<string, string>> {
  return Object.fromEntries(
    Object.entries(SAMPLE).map(([bucket, keys]) => [
      bucket,
      Object.fromEntries(
        Object.entries(keys).map(([key, value]) => [
          key,
          Buffer.from(typeof value === 'string' ? utf8Encode(value) : value).toString('latin1'),
        ]),
      ),
    ]),
  );
}
