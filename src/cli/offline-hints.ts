import { SPOOL_PREFIX } from '../snapshot/spool-prefix.ts';

/**
 * What may mend a failure of the offline commands, by the fault that the storage rooms give it. Errors are known by
 * their names, so that those rooms need not be loaded to report a failure of something else.
 */
export function offlineHints(error: unknown): string[] {
  for (let at = error; at instanceof Error; at = at.cause) {
    const hint = HINTS[at.name]?.[keyOf(at)];
    if (hint !== undefined) return [`hint: ${hint}`];
  }
  return [];
}

function keyOf(error: Error): string {
  const key = textOf(error, 'fault') ?? textOf(error, 'code') ?? '';
  return key === 'ENOSPC' && textOf(error, 'path')?.includes(SPOOL_PREFIX) ? 'ENOSPC of a spool' : key;
}

function textOf(error: Error, field: string): string | undefined {
  const value: unknown = Reflect.get(error, field);
  return typeof value === 'string' ? value : undefined;
}

const anotherCopy = 'the file was cut short or damaged after it was written: use another copy of it';

const HINTS: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  SnapshotError: {
    'digest-missing':
      'the file was cut short, or is a database copied from a data directory: for the latter give --skip-hash-check',
    'digest-wrong': `${anotherCopy}, or take it as it is with --skip-hash-check`,
    exists: 'a restore makes new directories: move the old one away, or name another with --data-dir or --wal-dir',
  },
  BboltError: {
    invalid: 'give a file that `etcdctl snapshot save` wrote, or member/snap/db of a data directory',
    'version-mismatch': 'this is a database of bbolt, but of a format that no etcd writes',
    checksum: anotherCopy,
    truncated: anotherCopy,
    corrupt: anotherCopy,
  },
  WalError: {
    torn: 'the member was stopped while it wrote: start etcd on the directory once, which repairs its log',
  },
  FileError: {
    EWOULDBLOCK: 'stop that process, or wait longer with --timeout; of a member that runs, take a snapshot',
    ENOSPC: 'make room, or choose another place',
    'ENOSPC of a spool': 'a snapshot from stdin is put into a file meanwhile: let TMPDIR name a place with room',
  },
};
