import { beforeEach, describe, expect, it } from 'vitest';
import { dataDirPaths, existingDataDir, isOccupied } from '../../../src/snapshot/data-dir.ts';
import { MemoryFiles } from '../../support/memory-files.ts';

let files: MemoryFiles;
beforeEach(() => {
  files = new MemoryFiles();
});

describe('the paths of a data directory', () => {
  it.each([
    ['d', undefined, 'd/member/wal'],
    ['d', '', 'd/member/wal'],
    ['d', '/w', '/w'],
    ['/a/d/', undefined, '/a/d/member/wal'],
  ])('%s with a log in %s', (dataDir, walDir, expected) => {
    const paths = dataDirPaths(dataDir, walDir);
    expect(paths.walDir).toBe(expected);
    expect(paths.database).toBe(`${paths.memberDir}/snap/db`);
  });

  it('are those of one that is there', () => {
    expect(() => existingDataDir(files, '/d')).toThrow('stat /d/member/snap/db: no such file or directory');
    files.put('/d/member/snap/db', new Uint8Array(1));
    expect(existingDataDir(files, '/d')).toEqual(dataDirPaths('/d'));
  });
});

describe('a directory', () => {
  it.each([
    ['that is missing', () => undefined, false],
    ['that is empty', () => files.makeDirectories('/d'), false],
    ['with an entry', () => files.makeDirectories('/d/x'), true],
    ['that is a file', () => files.put('/d', new Uint8Array(0)), true],
  ])('%s', (_, prepare, expected) => {
    prepare();
    expect(isOccupied(files, '/d')).toBe(expected);
  });

  it('that can not be read counts as occupied', () => {
    files.makeDirectories('/d');
    files.fault = (operation) => (operation === 'list' ? 'EACCES' : undefined);
    expect(isOccupied(files, '/d')).toBe(true);
  });
});
