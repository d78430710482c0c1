import { describe, expect, it } from 'vitest';
import { listSegments, logExists, parseSegment, segmentName, selectSegments } from '../../../src/wal/names.ts';
import { MemoryFiles } from '../../support/memory-files.ts';

const name = (sequence: number, index: number) => segmentName(BigInt(sequence), BigInt(index));

function directoryOf(...names: string[]): MemoryFiles {
  const files = new MemoryFiles();
  files.makeDirectories('/wal');
  for (const each of names) files.put(`/wal/${each}`, new Uint8Array(0));
  return files;
}

const sequences = (segments: readonly { sequence: bigint }[]) => segments.map(({ sequence }) => Number(sequence));

describe('a segment name', () => {
  it('is sequence and first index in hex', () => {
    expect(segmentName(0n, 0n)).toBe('0000000000000000-0000000000000000.wal');
    expect(segmentName(17n, 2n ** 64n - 1n)).toBe('0000000000000011-ffffffffffffffff.wal');
  });

  it('is read back', () => {
    expect(parseSegment('/wal', '0000000000000011-ffffffffffffffff.wal')).toEqual({
      path: '/wal/0000000000000011-ffffffffffffffff.wal',
      sequence: 17n,
      firstIndex: 2n ** 64n - 1n,
    });
  });

  it.each(['0.tmp', '0000000000000001-0000000000000001.wal.broken', 'x.wal', '1-1.wal', `${name(1, 1)}x`])(
    '%s is none',
    (other) => {
      expect(parseSegment('/wal', other)).toBeUndefined();
    },
  );
});

describe('segments', () => {
  it('are listed in order, other files left out', () => {
    const files = directoryOf(name(2, 30), name(1, 9), '0.tmp', `${name(2, 30)}.broken`);
    expect(sequences(listSegments(files, '/wal'))).toEqual([1, 2]);
  });

  it.each([
    [0, [0, 1, 2]],
    [8, [0, 1, 2]],
    [9, [1, 2]],
    [29, [1, 2]],
    [30, [2]],
    [99, [2]],
  ])('for the entries after %d are %j', (index, expected) => {
    const files = directoryOf(name(0, 0), name(1, 9), name(2, 30));
    expect(sequences(selectSegments(files, '/wal', BigInt(index)))).toEqual(expected);
  });

  it('that begin too late are not found', () => {
    expect(() => selectSegments(directoryOf(name(4, 9)), '/wal', 8n)).toThrow(
      "wal: file not found which matches the snapshot index '8' in '/wal'",
    );
  });

  it('with one missing between are refused, by the name of the next', () => {
    const files = directoryOf(name(1, 1), name(2, 5), name(4, 30));
    const message = `wal: the segment before '/wal/${name(4, 30)}' is missing`;
    expect(() => listSegments(files, '/wal')).toThrow(message);
    expect(() => selectSegments(files, '/wal', 6n)).toThrow(message);
    expect(sequences(selectSegments(files, '/wal', 30n))).toEqual([4]);
  });

  it('of an empty directory are not found', () => {
    expect(() => listSegments(directoryOf('0.tmp'), '/wal')).toThrow("wal: file not found: no segment in '/wal'");
  });
});

describe('a log', () => {
  it('exists where there is a segment', () => {
    expect(logExists(directoryOf(name(0, 0)), '/wal')).toBe(true);
    expect(logExists(directoryOf('0.tmp'), '/wal')).toBe(false);
    expect(logExists(new MemoryFiles(), '/wal')).toBe(false);
    expect(logExists(directoryOf('file'), '/wal/file')).toBe(false);
  });

  it('is not taken for missing when its directory can not be read', () => {
    const files = directoryOf(name(0, 0));
    files.fault = (operation) => (operation === 'list' ? 'EACCES' : undefined);
    expect(() => logExists(files, '/wal')).toThrow('list /wal: permission denied');
  });
});
