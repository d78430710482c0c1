import { assert, asyncProperty } from 'fast-check';
import { describe, expect, it } from 'vitest';
import { crc32c } from '../../../src/base/index.ts';
import { hashKv } from '../../../src/snapshot/hash-kv.ts';
import { MemoryFiles } from '../../support/memory-files.ts';
import { BulkWriter } from '../../../src/bbolt/index.ts';
import { anyHistory } from './histories.ts';
import { History } from './history.ts';

const PATH = '/db';

describe('the hash of a key space', () => {
  it('is by the definition, at every revision of any history', async () => {
    await assert(
      asyncProperty(anyHistory, async (history) => {
        const files = history.write(PATH);
        const { compactRevision, revision } = history;
        expect(await hashKv(PATH, 0n, { files })).toEqual({
          hash: history.hash(),
          hashRevision: revision,
          compactRevision,
        });
        for (let at = compactRevision > 0n ? compactRevision : 1n; at <= revision; at++) {
          expect((await hashKv(PATH, at, { files })).hash).toBe(history.hash(at));
        }
      }),
      { numRuns: 60 },
    );
  });

  it('is the same whether a tombstone at the compacted revision was kept or dropped', async () => {
    const hashes = [true, false].map(async (dropsTombstones) => {
      const history = new History();
      history.dropsTombstones = dropsTombstones;
      for (const value of ['1', '2', undefined]) history.commit([['a', value]]);
      history.commit([['b', '1']]);
      history.commit([['b', undefined]]);
      history.commit([['c', '1']]);
      history.compact(6n);
      expect(history.records.some(({ tombstone }) => tombstone)).toBe(!dropsTombstones);
      return (await hashKv(PATH, 0n, { files: history.write(PATH) })).hash;
    });
    const [dropped, kept] = await Promise.all(hashes);
    expect(dropped).toBe(kept);
  });

  it('passes over nothing if a compaction would keep nothing', async () => {
    const history = new History();
    history.commit([['a', '1']]);
    history.commit([['a', '2']]);
    history.commit([['a', undefined]]);
    history.compact(3n, 0);
    expect(history.records).toHaveLength(3);
    expect((await hashKv(PATH, 0n, { files: history.write(PATH) })).hash).toBe(history.hash());
  });

  it.each([
    [4n, 'mvcc: required revision has been compacted'],
    [8n, 'mvcc: required revision is a future revision'],
  ])('refuses the revision %i of one from 5 to 7', async (revision, message) => {
    const history = new History();
    for (let i = 0; i < 6; i++) history.commit([['a', `${i}`]]);
    history.compact(5n);
    const error = await hashKv(PATH, revision, { files: history.write(PATH) }).catch((reason: unknown) => reason);
    expect(error).toMatchObject({ name: 'SnapshotError', fault: 'argument', message });
  });

  it('of nothing is that of the name', async () => {
    const files = new MemoryFiles();
    const writer = new BulkWriter(files.open(PATH, 'create'));
    writer.finish();
    const nothing = { hash: crc32c(Buffer.from('key')), hashRevision: 1n, compactRevision: -1n };
    expect(await hashKv(PATH, 0n, { files })).toEqual(nothing);
    expect(await hashKv(PATH, 0n, { files: new History().write(PATH) })).toEqual(nothing);
  });

  it('has the compacted revision for the latest if no later one is left', async () => {
    const history = new History();
    history.commit([['a', '1']]);
    history.commit([['a', undefined]]);
    history.dropsTombstones = true;
    history.compact(3n);
    expect(history.records).toEqual([]);
    expect(await hashKv(PATH, 0n, { files: history.write(PATH) })).toMatchObject({
      hashRevision: 3n,
      compactRevision: 3n,
    });
  });
});
