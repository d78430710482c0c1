import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll } from 'vitest';
import { restore } from '../../../../src/snapshot/index.ts';
import { History } from '../../../unit/snapshot/history.ts';

/** A directory of the suite's own, with files in it by their names. */
export class Scratch {
  directory = '';

  path(name: string): string {
    return join(this.directory, name);
  }

  put(name: string, bytes: Uint8Array | string): string {
    const path = this.path(name);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, bytes, { mode: 0o600 });
    return path;
  }

  bytes(name: string): Buffer {
    return readFileSync(this.path(name));
  }

  /** Every file and directory in it, relative. */
  names(): string[] {
    return readdirSync(this.directory, { recursive: true }).map(String).sort();
  }

  remove(name: string): void {
    rmSync(this.path(name), { recursive: true, force: true });
  }
}

/** A Scratch that is there while the suite runs. */
export function useScratch(): Scratch {
  const scratch = new Scratch();
  beforeAll(() => {
    scratch.directory = mkdtempSync(join(tmpdir(), 'offline-'));
  });
  afterAll(() => rmSync(scratch.directory, { recursive: true, force: true }));
  return scratch;
}

/** As a member sends it: with its digest behind. */
export function withDigest(database: Uint8Array): Buffer {
  return Buffer.concat([database, createHash('sha256').update(database).digest()]);
}

const uint64 = (value: bigint): Buffer => {
  const bytes = Buffer.alloc(8);
  bytes.writeBigUInt64BE(value);
  return bytes;
};

/** The buckets of a member of one, beside `key`; the keys of `meta` that a compaction writes come from the history. */
const MEMBER = {
  alarm: {},
  auth: { authRevision: uint64(1n) },
  authRoles: {},
  authUsers: {},
  cluster: { clusterVersion: Buffer.from('3.6.0') },
  lease: { [uint64(0x1234n).toString('latin1')]: Buffer.from([0x08, 0xb4, 0x24, 0x10, 0x0a]) },
  members: {
    '8e9e05c52164694d': Buffer.from('{"id":10276657743932975437,"peerURLs":["http://localhost:2380"],"name":"m"}'),
  },
  members_removed: {},
  meta: { consistent_index: uint64(40n), term: uint64(2n), storageVersion: Buffer.from('3.6.0') },
} as const;

/** A member's database with that history. */
export const databaseOf = (history: History): Uint8Array => history.write('/db', MEMBER).bytes('/db');

/** Some keys, overwritten, deleted, leased: `a/1`, `a/2` and `b` are there in the end. */
export function someHistory(): History {
  const history = new History();
  history.commit([['a/1', 'one']]); // 2
  history.commit([['a/2', 'two', 0x1234n]]); // 3
  history.commit([['gone', 'x']]); // 4
  history.commit([
    ['a/1', 'uno'],
    ['b', ''],
  ]); // 5
  history.commit([['gone', undefined]]); // 6
  return history;
}

/** Makes the data directory of a member of one. */
export async function dataDirectory(scratch: Scratch, name: string, database: Uint8Array): Promise<string> {
  const source = scratch.put(`${name}.db`, withDigest(database));
  const dataDir = scratch.path(name);
  await restore({
    source,
    dataDir,
    name: 'm',
    initialCluster: 'm=http://127.0.0.1:1',
    initialClusterToken: 'etcd-cluster',
    initialAdvertisePeerUrls: ['http://127.0.0.1:1'],
  });
  scratch.remove(`${name}.db`);
  return dataDir;
}
