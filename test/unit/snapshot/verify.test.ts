import { createHash } from 'node:crypto';
import { assert, asyncProperty, nat } from 'fast-check';
import { describe, expect, it } from 'vitest';
import { protoFields } from '../../../src/snapshot/proto-fields.ts';
import { verifySnapshot } from '../../../src/snapshot/verify.ts';
import type { MemoryFiles } from '../../support/memory-files.ts';
import { DamagedFile } from '../bbolt/damage.ts';
import { anyHistory } from './histories.ts';
import { encodeKeyValue, History, lengthField, numberField, revisionBytes, type StoredRecord } from './history.ts';

const PATH = '/db';
type Buckets = Record<string, Record<string, Uint8Array>>;

const leaseId = (id: bigint): string => revisionBytes({ main: id, sub: 0n }).subarray(0, 8).toString('latin1');
const lease = (id: bigint): Record<string, Uint8Array> => ({
  [leaseId(id)]: Buffer.concat([numberField(1, id), numberField(2, 60n)]),
});
const text = (value: string): Buffer => Buffer.from(value);

/** One sound entry of every kind. */
const sound: Buckets = {
  alarm: { [Buffer.concat([numberField(1, 5n), numberField(2, 1n)]).toString('latin1')]: new Uint8Array(0) },
  auth: { authEnabled: Uint8Array.of(1), authRevision: new Uint8Array(8) },
  authRoles: { root: Buffer.concat([lengthField(1, text('root')), lengthField(2, lengthField(2, text('key')))]) },
  authUsers: { alice: Buffer.concat([lengthField(1, text('alice')), lengthField(2, text('$2a$10$'))]) },
  cluster: { clusterVersion: text('3.7.0'), downgrade: text('{"enabled":false}') },
  lease: lease(77n),
  members: { '8e9e05c52164694d': text('{"id":10276657743932975437,"peerURLs":["http://localhost:2380"]}') },
  members_removed: { aa: text('removed') },
  meta: {
    consistent_index: new Uint8Array(8),
    term: new Uint8Array(8),
    confState: text('{"voters":[10276657743932975437]}'),
    storageVersion: text('3.7.0'),
  },
  other: { anything: text('at all') },
};

function sample(): History {
  const history = new History();
  for (let i = 0; i < 50; i++) history.commit([[`key${i % 7}`, `value ${i}`]]);
  history.commit([['leased', 'value', 77n]]);
  history.commit([['key1', undefined]]);
  return history;
}

function withDigest(files: MemoryFiles): MemoryFiles {
  const bytes = files.bytes(PATH);
  files.put(PATH, Buffer.concat([bytes, createHash('sha256').update(bytes).digest()]));
  return files;
}

const record = (change: Partial<StoredRecord> & { readonly value: Buffer }): StoredRecord => ({
  key: 'k',
  main: 90n,
  sub: 0n,
  tombstone: false,
  ...change,
});

describe('verifying a snapshot', () => {
  it('finds nothing wrong with a sound one', async () => {
    const files = withDigest(sample().write(PATH, sound));
    const pages = (files.bytes(PATH).length - 32) / 1024;
    expect(await verifySnapshot(PATH, { files })).toEqual({
      isSound: true,
      digest: 'matches',
      pages,
      records: 52,
      leases: 1,
      problemCount: 0,
      problems: [],
    });
  });

  it('finds nothing wrong with any history', async () => {
    await assert(
      asyncProperty(anyHistory, async (history) => {
        const { problems, digest } = await verifySnapshot(PATH, { files: history.write(PATH) });
        expect({ problems, digest }).toEqual({ problems: [], digest: 'absent' });
      }),
      { numRuns: 60 },
    );
  });

  it('finds nothing wrong with the mark of a bumped revision', async () => {
    const history = sample();
    history.force({ key: '', main: 1000n, sub: 0n, tombstone: false, value: Buffer.alloc(0) });
    expect((await verifySnapshot(PATH, { files: history.write(PATH, { lease: lease(77n) }) })).problems).toEqual([]);
  });

  it('finds any bit that flipped, by the digest', async () => {
    const whole = withDigest(sample().write(PATH, sound)).bytes(PATH);
    await assert(
      asyncProperty(nat({ max: whole.length * 8 - 1 }), async (bit) => {
        const files = sample().write(PATH, sound);
        const bytes = whole.slice();
        bytes[bit >> 3] = (bytes[bit >> 3] ?? 0) ^ (1 << (bit & 7));
        files.put(PATH, bytes);
        const found = await verifySnapshot(PATH, { files });
        expect({ digest: found.digest, isSound: found.isSound }).toEqual({ digest: 'differs', isSound: false });
      }),
      { numRuns: 60 },
    );
  });

  it.each<[string, StoredRecord[], string[]]>([
    [
      'a record that is no message',
      [record({ value: Buffer.from([0x0a, 9]) })],
      ['revision 90_0: can not be decoded: unexpected end of the message'],
    ],
    [
      'a record of another revision',
      [record({ value: encodeKeyValue({ key: 'k', created: 90n, main: 89n, version: 1n }) })],
      ['revision 90_0: says that it is of revision 89'],
    ],
    [
      'a key made later',
      [record({ value: encodeKeyValue({ key: 'k', created: 91n, main: 90n, version: 2n }) })],
      ['revision 90_0: says that its key was made at 91'],
    ],
    [
      'a key made never',
      [record({ value: encodeKeyValue({ key: 'k', main: 90n, version: 2n }) })],
      ['revision 90_0: says that its key was made at 0'],
    ],
    [
      'no version',
      [record({ value: encodeKeyValue({ key: 'k', created: 90n, main: 90n }) })],
      ['revision 90_0: says that it is version 0'],
    ],
    [
      'a wrong version',
      [record({ value: encodeKeyValue({ key: 'k', created: 90n, main: 90n, version: 3n }) })],
      ['revision 90_0: says that it is version 3 of a key made at 90'],
    ],
    [
      'no key',
      [record({ value: encodeKeyValue({ created: 90n, main: 90n, version: 1n }) })],
      ['revision 90_0: has no key'],
    ],
    [
      'a revision twice',
      [
        record({ value: encodeKeyValue({ key: 'k', created: 90n, main: 90n, version: 1n }) }),
        record({ tombstone: true, value: encodeKeyValue({ key: 'k' }) }),
      ],
      ['revision 90_0: is there twice'],
    ],
    [
      'a lease that is not there',
      [record({ value: encodeKeyValue({ key: 'k', created: 90n, main: 90n, version: 1n, lease: 0xabcn }) })],
      ['revision 90_0: has lease 0000000000000abc, which is not there'],
    ],
  ])('finds %s', async (_, records, problems) => {
    const history = sample();
    for (const each of records) history.force(each);
    const files = history.write(PATH, { lease: lease(77n) });
    expect(await verifySnapshot(PATH, { files })).toMatchObject({
      isSound: false,
      problems,
      problemCount: problems.length,
    });
  });

  it('does not mind a lease that is gone, where a later record took it off', async () => {
    const history = new History();
    history.commit([
      ['deleted', 'v', 5n],
      ['put anew', 'v', 6n],
      ['moved', 'v', 7n],
    ]);
    history.commit([
      ['deleted', undefined],
      ['put anew', 'v'],
      ['moved', 'v', 8n],
    ]);
    expect((await verifySnapshot(PATH, { files: history.write(PATH, { lease: lease(8n) }) })).problems).toEqual([]);
  });

  it.each<[string, Buckets, string]>([
    [
      'a lease',
      { lease: { [leaseId(1n)]: numberField(1, 2n) } },
      'bucket lease, key "\\x00\\x00\\x00\\x00\\x00\\x00\\x00\\x01": is of another lease, 2',
    ],
    ['a lease id', { lease: { abc: numberField(1, 2n) } }, 'bucket lease, key "abc": a lease id of 3 bytes'],
    [
      'an alarm',
      { alarm: { '\u000a': new Uint8Array(0) } },
      'bucket alarm, key "\\n": can not be decoded: unexpected end of the message',
    ],
    [
      'a flag',
      { auth: { authEnabled: new Uint8Array(2) } },
      'bucket auth, key "authEnabled": has 2 bytes in place of 1',
    ],
    [
      'a user',
      { authUsers: { bob: lengthField(1, text('al')) } },
      'bucket authUsers, key "bob": is of another name, "al"',
    ],
    [
      'a role',
      { authRoles: { root: Buffer.concat([lengthField(1, text('root')), lengthField(2, text('x'))]) } },
      'bucket authRoles, key "root": can not be decoded: unexpected end of the message',
    ],
    ['a member', { members: { ab: text('{"id":172}') } }, 'bucket members, key "ab": is of another member, ac'],
    [
      'a member that is none',
      { members: { ab: text('{') } },
      'bucket members, key "ab": can not be read: invalid JSON at offset 1: a string is missing',
    ],
    [
      'a version',
      { cluster: { clusterVersion: text('3') } },
      'bucket cluster, key "clusterVersion": can not be read: 3 is not in dotted-tri format',
    ],
    [
      'an index',
      { meta: { consistent_index: new Uint8Array(4) } },
      'bucket meta, key "consistent_index": has 4 bytes in place of 8',
    ],
    [
      'a compaction',
      { meta: { finishedCompactRev: new Uint8Array(4) } },
      'bucket meta, key "finishedCompactRev": invalid revision length: 4',
    ],
  ])('finds what is wrong with %s', async (_, buckets, problem) => {
    const found = await verifySnapshot(PATH, { files: new History().write(PATH, buckets) });
    if (problem.includes('invalid JSON'))
      expect(found.problems[0]).toMatch(/^bucket members, key "ab": can not be read: invalid JSON/);
    else expect(found.problems).toEqual([problem]);
  });

  it('goes on beside a broken page', async () => {
    const file = new DamagedFile(sample().write(PATH, sound));
    file.page(3).fill(0xff, 16, 32);
    const { isSound, problems, records } = await verifySnapshot(PATH, { files: file.files() });
    expect(isSound).toBe(false);
    expect(problems).toHaveLength(1);
    expect(problems[0]).toMatch(/^page 3: element 0 overruns its bounds/);
    expect(records).toBeGreaterThan(20);
    expect(records).toBeLessThan(52);
  });

  it('throws for what is no database, and closes it', async () => {
    const files = sample().write(PATH);
    files.put(PATH, Buffer.alloc(5000));
    await expect(verifySnapshot(PATH, { files })).rejects.toThrow('invalid database');
    expect(files.calls.at(-1)).toBe('close /db');
  });
});

describe('protoFields', () => {
  it.each<[string, number[]]>([
    ['unexpected end of the message', [0x08]],
    ['unexpected end of the message', [0x12, 2, 1]],
    ['unexpected end of the message', [0x09, 1]],
    ['a number longer than 64 bits', [0x08, ...Array<number>(10).fill(0x80), 1]],
    ['field 1 has wire type 3', [0x0b]],
  ])('refuses with "%s"', (message, bytes) => {
    expect(() => protoFields(Buffer.from(bytes))).toThrow(message);
  });
});
