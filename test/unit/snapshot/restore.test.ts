import { beforeEach, describe, expect, it } from 'vitest';
import type { LogEvent } from '../../../src/base/index.ts';
import { Checker, Database } from '../../../src/bbolt/index.ts';
import { decodeMemberIds, type Entry, readLog, readSnapFile, readSnapshotMarks } from '../../../src/wal/index.ts';
import { DATA, DATABASE, RestoreBench, SNAPSHOT } from './restore-bench.ts';
import { contentOf, databaseBytes, revisionKey, sampleContent, uint64, withDigest } from './sample-snapshot.ts';

let bench: RestoreBench;
beforeEach(() => {
  bench = new RestoreBench();
});

const memberText = (id: string, port: number, name: string) =>
  `{"id":${BigInt(`0x${id}`)},"peerURLs":["http://127.0.0.1:${port}"],"name":"${name}"}`;

const info = (message: string, fields: LogEvent['fields']): LogEvent => ({ level: 'info', message, fields });

const latin1 = (bytes: Uint8Array) => Buffer.from(bytes).toString('latin1');

describe('a restored data directory', () => {
  it('has the files of a member and nothing else', async () => {
    await bench.restore();
    expect(bench.made()).toEqual([
      '/out/data',
      '/out/data/member',
      '/out/data/member/snap',
      '/out/data/member/snap/0000000000000001-0000000000000003.snap',
      '/out/data/member/snap/db',
      '/out/data/member/wal',
      '/out/data/member/wal/0000000000000000-0000000000000000.wal',
    ]);
  });

  it('holds the data as it was, and new members', async () => {
    await bench.restore();
    const expected = sampleContent();
    expected.members = {
      '43ccf13c9d84d8d2': memberText('43ccf13c9d84d8d2', 2, 'b'),
      '4ec819aa19b9f4b5': memberText('4ec819aa19b9f4b5', 3, 'c'),
      '58a88bf978398f80': memberText('58a88bf978398f80', 1, 'a'),
    };
    expected.members_removed = {};
    Object.assign(expected.meta ?? {}, { consistent_index: latin1(uint64(3)), term: latin1(uint64(1)) });
    expect(contentOf(bench.files, DATABASE)).toEqual(expected);
  });

  it('is a database that passes the check', async () => {
    await bench.restore({ bumpRevision: 5n, markCompacted: true });
    const checker = new Checker(new Database(bench.files.open(DATABASE, 'read')));
    const steps = checker.run();
    while (!steps.next().done);
    expect(checker.problems.messages).toEqual([]);
  });

  it('has a log in which the members are added, and a snapshot of that', async () => {
    await bench.restore();
    const walDir = `${DATA}/member/wal`;
    const marks = readSnapshotMarks(bench.files, walDir);
    expect(marks.map(({ index, term }) => [index, term])).toEqual([
      [0n, 0n],
      [3n, 1n],
    ]);
    const voters = [0x43ccf13c9d84d8d2n, 0x4ec819aa19b9f4b5n, 0x58a88bf978398f80n];
    expect(marks[1]?.confState?.voters).toEqual(voters);
    const entries: Entry[] = [];
    const log = readLog(bench.files, walDir, marks[0]!, (entry) => entries.push(entry));
    expect(entries.map(({ type, term, index }) => [type, term, index])).toEqual([
      [1, 1n, 1n],
      [1, 1n, 2n],
      [1, 1n, 3n],
    ]);
    expect(latin1(entries[0]!.data)).toContain('"peerURLs":["http://127.0.0.1:2"],"name":"b"}');
    expect(log.hardState).toEqual({ term: 1n, vote: voters[0], commit: 3n });
    expect(decodeMemberIds(log.metadata!, walDir)).toEqual({ memberId: voters[0], clusterId: 0x8db7cbf7c4cad526n });
    const snapshot = readSnapFile(bench.files, `${DATA}/member/snap/0000000000000001-0000000000000003.snap`);
    expect([snapshot.index, snapshot.term, snapshot.confState.voters]).toEqual([3n, 1n, voters]);
    expect(JSON.parse(latin1(snapshot.data))).toMatchObject({ CurrentIndex: 3 });
  });

  it('is durable', async () => {
    for (const path of ['/', '/out', '/in']) bench.files.syncDirectory(path);
    await bench.restore();
    const found = bench.files.crash();
    expect(Object.keys(contentOf(found, DATABASE).members ?? {})).toHaveLength(3);
    expect(readSnapshotMarks(found, `${DATA}/member/wal`)).toHaveLength(2);
  });

  it('is told about as etcd tells', async () => {
    await bench.restore({ bumpRevision: 100n, markCompacted: true, initialMemoryMapSizeBytes: 10_737_418_240n });
    const fields = {
      path: SNAPSHOT,
      'wal-dir': '/out/data/member/wal',
      'data-dir': '/out/data',
      'snap-dir': '/out/data/member/snap',
      'initial-memory-map-size': 10_737_418_240n,
    };
    const added = (id: string, url: string) =>
      info('added member', {
        'cluster-id': '8db7cbf7c4cad526',
        'local-member-id': '0',
        'added-peer-id': id,
        'added-peer-peer-urls': [url],
        'added-peer-is-learner': false,
      });
    expect(bench.events).toEqual([
      info('restoring snapshot', fields),
      info('Trimming membership information from the backend...', {}),
      info('bumping latest revision', { 'latest-revision': 9n, 'bump-amount': 100n, 'new-latest-revision': 109n }),
      info('marking revision compacted', { revision: 109n }),
      added('43ccf13c9d84d8d2', 'http://127.0.0.1:2'),
      added('4ec819aa19b9f4b5', 'http://127.0.0.1:3'),
      added('58a88bf978398f80', 'http://127.0.0.1:1'),
      info('restored snapshot', fields),
    ]);
  });

  it('comes from a pipe as from a file', async () => {
    async function* pipe() {
      const bytes = bench.files.bytes(SNAPSHOT);
      for (let at = 0; at < bytes.length; at += 1000) yield bytes.slice(at, at + 1000);
    }
    await bench.restore({ dataDir: '/out/file' });
    await bench.restore({ dataDir: '/out/pipe', source: pipe() });
    expect(
      Buffer.compare(bench.files.bytes('/out/pipe/member/snap/db'), bench.files.bytes('/out/file/member/snap/db')),
    ).toBe(0);
    expect(bench.events.at(-1)?.fields.path).toBe('standard input');
  });

  it('may be larger than a few chunks, and progress is told', async () => {
    const database = databaseBytes(undefined, 5_000_000);
    bench.files.put(SNAPSHOT, withDigest(database));
    const told: number[] = [];
    await bench.restore({
      onProgress: ({ doneBytes, totalBytes }) => {
        told.push(doneBytes);
        expect(totalBytes).toBe(database.length + 32);
      },
    });
    expect(told.at(-1)).toBe(database.length + 32);
    expect(told.length).toBeGreaterThan(3);
    expect(contentOf(bench.files, DATABASE).lease?.padding).toHaveLength(5_000_000);
  });

  it('takes the place of an empty directory', async () => {
    bench.files.makeDirectories(DATA);
    await bench.restore();
    expect(bench.files.list(DATA)).toEqual(['member']);
  });

  it('is named after the member unless told otherwise', async () => {
    await bench.restore({ dataDir: '', name: 'b' });
    expect(bench.events[0]?.fields['data-dir']).toBe('b.etcd');
  });
});

describe('the log', () => {
  it.each([
    ['elsewhere', '/logs/deep/wal', '/logs/deep/wal'],
    ['in the data directory', '/out/data/log', '/out/data/log'],
    ['where it is by default', '/out/data/member/wal', '/out/data/member/wal'],
    ['deeper within the member', '/out/data/member/log/wal', '/out/data/member/log/wal'],
    ['beside the member', '/out/data/member-wal', '/out/data/member-wal'],
  ])('may lie %s', async (_, walDir, expected) => {
    await bench.restore({ walDir });
    expect(bench.files.list(expected)).toEqual(['0000000000000000-0000000000000000.wal']);
    expect(bench.made().filter((path) => /restoring|tmp/.test(path))).toEqual([]);
  });

  it('must not lie where something is', async () => {
    await expect(bench.restore({ walDir: '/logs' })).rejects.toMatchObject({
      fault: 'exists',
      message: 'wal-dir "/logs" exists',
    });
    expect(bench.made()).toEqual([]);
  });
});

describe('a bumped revision', () => {
  it('is the newest, empty, and marked as compacted', async () => {
    await bench.restore({ bumpRevision: 1_000_000_000n, markCompacted: true });
    const { key, meta } = contentOf(bench.files, DATABASE);
    const bumped = revisionKey(1_000_000_009);
    expect(Object.keys(key ?? {}).at(-1)).toBe(bumped);
    expect(key?.[bumped]).toBe('');
    expect(meta?.scheduledCompactRev).toBe(bumped);
  });

  it('counts from 0 where there is no key', async () => {
    bench.files.put(SNAPSHOT, withDigest(databaseBytes({ key: {}, meta: {} })));
    await bench.restore({ bumpRevision: 7n, markCompacted: true });
    expect(contentOf(bench.files, DATABASE).key).toEqual({ [revisionKey(7)]: '' });
  });

  it.each([
    ['without marking it', 1n, false, '--mark-compacted required if --revision-bump > 0'],
    ['by nothing, marked', 0n, true, '--mark-compacted required if --revision-bump > 0'],
    ['too far', 2n ** 63n, true, '--bump-revision 9223372036854775808 is too much: the latest revision is 9'],
  ])('is refused %s', async (_, bumpRevision, markCompacted, message) => {
    const failure = bench.restore({ bumpRevision, markCompacted });
    await expect(failure).rejects.toMatchObject({ fault: 'argument', message });
    expect(bench.made()).toEqual([]);
  });
});
