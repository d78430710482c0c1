import { describe, expect, it } from 'vitest';
import { FileError } from '../../../src/base/index.ts';
import { BboltError, type BboltFault } from '../../../src/bbolt/index.ts';
import { offlineHints } from '../../../src/cli/offline-hints.ts';
import { SnapshotError, type SnapshotFault } from '../../../src/snapshot/index.ts';
import { WalError } from '../../../src/wal/index.ts';

const snapshot = (fault: SnapshotFault) => new SnapshotError(fault, 'x');
const bbolt = (fault: BboltFault) => new BboltError(fault, 'x');
const file = (code: string, path = '/x') => new FileError('write', path, code, 'reason');

describe('a failure of the offline commands', () => {
  it.each([
    [snapshot('digest-missing'), /--skip-hash-check/],
    [snapshot('digest-wrong'), /another copy of it, or .*--skip-hash-check/],
    [snapshot('exists'), /--data-dir or --wal-dir/],
    [bbolt('invalid'), /snapshot save/],
    [bbolt('truncated'), /another copy/],
    [bbolt('corrupt'), /another copy/],
    [bbolt('checksum'), /another copy/],
    [bbolt('version-mismatch'), /no etcd writes/],
    [new WalError('torn', 'x'), /start etcd/],
    [file('EWOULDBLOCK'), /--timeout/],
    [file('ENOSPC'), /^hint: make room, or choose another place$/],
    [file('ENOSPC', '/tmp/etcd-snapshot-12ab/db'), /TMPDIR/],
    [new SnapshotError('invalid', 'x', { cause: bbolt('truncated') }), /another copy/],
  ])('%s says what may mend it', (error, hint) => {
    expect(offlineHints(error)).toEqual([expect.stringMatching(hint)]);
  });

  it.each([
    snapshot('argument'),
    snapshot('invalid'),
    bbolt('argument'),
    file('ENOENT'),
    new WalError('corrupt', 'x'),
    new Error('x'),
    'no error at all',
    undefined,
  ])('%s has nothing to add', (error) => {
    expect(offlineHints(error)).toEqual([]);
  });
});
