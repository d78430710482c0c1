import { assert, bigInt, nat, property, record, uint8Array, array } from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  readNewestSnapFile,
  readSnapFile,
  type Snapshot,
  snapFileName,
  WalError,
  writeSnapFile,
} from '../../../src/wal/index.ts';
import { MemoryFiles } from '../../support/memory-files.ts';

const DIRECTORY = '/data/member/snap';

const snapshot = (index: bigint, term = 2n): Snapshot => ({
  index,
  term,
  confState: { voters: [1n, 2n ** 64n - 1n], learners: [3n], voters_outgoing: [], learners_next: [] },
  data: Buffer.from(`store at ${index}`),
});

function directory(): MemoryFiles {
  const files = new MemoryFiles();
  files.makeDirectories(DIRECTORY);
  return files;
}

function failure(run: () => unknown): string {
  try {
    run();
  } catch (error) {
    if (error instanceof WalError) return error.message;
    throw error;
  }
  return 'none';
}

describe('a .snap file', () => {
  const uint64 = bigInt({ min: 0n, max: 2n ** 64n - 1n });
  const anySnapshot = record({
    index: uint64,
    term: uint64,
    confState: record({
      voters: array(uint64),
      learners: array(uint64),
      voters_outgoing: array(uint64),
      learners_next: array(uint64),
    }),
    data: uint8Array({ maxLength: 300 }),
  });

  it('gives back what was written', () => {
    assert(
      property(anySnapshot, (written) => {
        const files = directory();
        const path = writeSnapFile(files, DIRECTORY, written);
        expect(path).toBe(`${DIRECTORY}/${snapFileName(written.term, written.index)}`);
        const { confState, data, ...rest } = readSnapFile(files, path);
        expect(rest).toEqual({ index: written.index, term: written.term });
        expect(confState).toMatchObject(written.confState);
        expect(Buffer.compare(data, written.data)).toBe(0);
      }),
    );
  });

  it('is named by term and index', () => {
    expect(snapFileName(1n, 3n)).toBe('0000000000000001-0000000000000003.snap');
  });

  it('is durable with its name when the call returns', () => {
    const files = directory();
    for (const path of ['/', '/data', '/data/member', DIRECTORY]) files.syncDirectory(path);
    const path = writeSnapFile(files, DIRECTORY, snapshot(7n));
    expect(readSnapFile(files.crash(), path).index).toBe(7n);
  });

  it('is not left behind in part', () => {
    const files = directory();
    files.fault = (operation) => (operation === 'write' ? 'ENOSPC' : undefined);
    expect(() => writeSnapFile(files, DIRECTORY, snapshot(7n))).toThrow('no space left on device');
    expect(files.list(DIRECTORY)).toEqual([]);
  });

  it('with any byte changed or cut off is refused, or says the same', () => {
    const files = directory();
    const path = writeSnapFile(files, DIRECTORY, snapshot(7n));
    const whole = files.bytes(path);
    assert(
      property(nat(whole.length - 1), nat(255), (at, value) => {
        const changed = whole.slice();
        changed[at] = value;
        files.put(path, changed);
        // A few bits mean nothing, such as the highest of a number's last byte.
        let read: Snapshot | undefined;
        const problem = failure(() => (read = readSnapFile(files, path)));
        if (read) expect(Buffer.from(read.data).toString()).toBe('store at 7');
        else expect(problem).toMatch(/^snap: (crc mismatch|empty snapshot|not a snapshot): in file/);
      }),
    );
    for (let size = 0; size < whole.length; size++) {
      files.put(path, whole.subarray(0, size));
      expect(failure(() => readSnapFile(files, path))).toMatch(/^snap: (empty snapshot|not a snapshot): in file/);
    }
  });

  it('of no bytes is empty', () => {
    const files = directory();
    files.put(`${DIRECTORY}/x.snap`, new Uint8Array(0));
    expect(failure(() => readSnapFile(files, `${DIRECTORY}/x.snap`))).toBe(
      `snap: empty snapshot: in file '${DIRECTORY}/x.snap'`,
    );
  });
});

describe('the newest snapshot', () => {
  const marks = [5n, 9n].map((index) => ({ index, term: 2n }));

  it('is the newest that the log knows', () => {
    const files = directory();
    for (const index of [5n, 9n, 12n]) writeSnapFile(files, DIRECTORY, snapshot(index));
    files.put(`${DIRECTORY}/db`, new Uint8Array(1));
    expect(readNewestSnapFile(files, DIRECTORY, marks)?.index).toBe(9n);
  });

  it('is an older one where the newest is damaged', () => {
    const files = directory();
    for (const index of [5n, 9n]) writeSnapFile(files, DIRECTORY, snapshot(index));
    const newest = `${DIRECTORY}/${snapFileName(2n, 9n)}`;
    const bytes = files.bytes(newest);
    bytes[20] = (bytes[20] ?? 0) ^ 1;
    files.put(newest, bytes);
    const broken: string[] = [];
    expect(readNewestSnapFile(files, DIRECTORY, marks, (path) => broken.push(path))?.index).toBe(5n);
    expect(broken).toEqual([newest]);
  });

  it('may be none', () => {
    const files = directory();
    expect(readNewestSnapFile(files, DIRECTORY, marks)).toBeUndefined();
    writeSnapFile(files, DIRECTORY, snapshot(5n, 3n));
    expect(readNewestSnapFile(files, DIRECTORY, marks)).toBeUndefined();
  });

  it('is not guessed at when a file can not be read', () => {
    const files = directory();
    writeSnapFile(files, DIRECTORY, snapshot(9n));
    files.fault = (operation) => (operation === 'read' ? 'EIO' : undefined);
    expect(() => readNewestSnapFile(files, DIRECTORY, marks)).toThrow('input/output error');
  });
});
