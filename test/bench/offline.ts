import { createHash } from 'node:crypto';
import { closeSync, fsyncSync, mkdtempSync, openSync, readSync, rmSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { nodeFiles } from '../../src/base/index.ts';
import { BulkWriter } from '../../src/bbolt/index.ts';
import type { EtcdRelease } from '../support/binaries.ts';
import { encodeKeyValue, revisionBytes } from '../unit/snapshot/history.ts';
import { type Contender, inTurn } from './measure.ts';
import type { Report } from './report.ts';

const MEBIBYTE = 2 ** 20;
const SIZES = [300 * MEBIBYTE, 2048 * MEBIBYTE];
const RUNS = 5;

/** etcdutl's work on snapshots beside Go's: the time of whole processes, and how much memory they take. */
export async function offlineBench(report: Report, { etcdutl, version }: EtcdRelease): Promise<void> {
  if (etcdutl === undefined) return report.note(`etcd ${version} comes without etcdutl: the offline half has no peer.`);
  if (process.env['NODE_EXTRA_CA_CERTS'] !== undefined) {
    report.note(
      'NODE_EXTRA_CA_CERTS is set: every start of Node reads those certificates first, and that counts as ours.',
    );
  }
  const directory = mkdtempSync(join(tmpdir(), 'bench-'));
  const go = `Go ${version}`;
  const pair = (words: readonly string[], prepare?: () => void): readonly Contender[] => [
    { name: go, argv: [etcdutl, ...words], ...(prepare && { prepare }), quiet: true },
    { name: 'ours', argv: [process.execPath, 'bin/etcdutl.js', ...words], ...(prepare && { prepare }), quiet: true },
  ];
  try {
    for (const bytes of SIZES) {
      const path = join(directory, 'snap.db');
      const records = writeSnapshot(path, bytes);
      const what = `a snapshot of ${bytes / MEBIBYTE} MiB, ${records} records`;
      report.section(`snapshot status of ${what} (goals: 1.5 x, 200 MB)`);
      report.compare(await inTurn(pair(['snapshot', 'status', path]), RUNS), go);
      report.section(`snapshot restore of ${what} (goals: 1.0 x, 200 MB)`);
      const dataDir = join(directory, 'restored');
      const clear = (): void => rmSync(dataDir, { recursive: true, force: true });
      report.compare(await inTurn(pair(['snapshot', 'restore', path, `--data-dir=${dataDir}`], clear), RUNS), go);
      clear();
      rmSync(path);
    }
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

/** Values between 100 bytes and 2 KiB, each key written four times: returns the number of records. */
function writeSnapshot(path: string, bytes: number): number {
  const file = nodeFiles.open(path, 'create');
  const writer = new BulkWriter(file, { freelist: 'absent' });
  const uint64 = (value: bigint): Buffer => {
    const encoded = Buffer.alloc(8);
    encoded.writeBigUInt64BE(value);
    return encoded;
  };
  for (const name of ['alarm', 'auth', 'authRoles', 'authUsers', 'cluster']) {
    writer.beginBucket(name);
    writer.endBucket();
  }
  const expected = Math.floor(bytes / 1400);
  const lifetimes = Math.ceil(expected / 4);
  writer.beginBucket('key');
  let records = 0;
  while (writer.size < bytes) {
    const main = BigInt(records + 2);
    const index = records % lifetimes;
    const version = BigInt(Math.floor(records / lifetimes) + 1);
    const value = 'v'.repeat(100 + ((records * 7919) % 1948));
    const key = `/registry/things/namespace-${index % 100}/thing-${index}`;
    writer.put(
      revisionBytes({ main, sub: 0n }),
      encodeKeyValue({ key, created: BigInt(index + 2), main, version, value }),
    );
    records++;
  }
  writer.endBucket();
  for (const name of ['lease', 'members', 'members_removed']) {
    writer.beginBucket(name);
    writer.endBucket();
  }
  writer.beginBucket('meta');
  writer.put('consistent_index', uint64(BigInt(records)));
  writer.put('term', uint64(2n));
  writer.endBucket();
  writer.finish();
  file.close();
  appendDigest(path);
  return records;
}

/** Ends with the file on the disk: nothing is left to be written while it is read. */
function appendDigest(path: string): void {
  const hash = createHash('sha256');
  const chunk = Buffer.alloc(MEBIBYTE);
  const descriptor = openSync(path, 'a+');
  for (let at = 0, got = -1; got !== 0; at += got) {
    got = readSync(descriptor, chunk, 0, chunk.length, at);
    hash.update(chunk.subarray(0, got));
  }
  writeSync(descriptor, hash.digest());
  fsyncSync(descriptor);
  closeSync(descriptor);
}
