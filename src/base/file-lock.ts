import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { FileError } from './files.ts';
import { fileError } from './node-files.ts';

/**
 * The lock that bbolt takes on a database file: flock(2), shared to read and
 * exclusive to write. Node can not call flock, but a lock belongs to the open
 * file and not to a process, so the `flock` utility (util-linux, busybox) takes
 * it on a descriptor that we hand to it, and it stays ours when that has ended.
 * Where there is no such utility, Linux still tells who holds a lock.
 *
 * Not behind the door of the room: most commands should not load what starts processes.
 */
export interface FileLock {
  /** Whether the lock is ours; if not, all that is known is that no one else held it. */
  readonly held: boolean;
  release(): void;
}

export type LockKind = 'shared' | 'exclusive';

/** `lockFile` of one kind, for those who let tests put another in its place. */
export type TakeLock = (path: string, timeoutMs: number, signal?: AbortSignal) => Promise<FileLock>;

const RETRY_MS = 50;

/** `flock` ends with this if another has the lock. */
const CONFLICT_STATUS = 1;

/**
 * Waits for the lock on an existing file.
 * @param timeoutMs Infinity waits for ever.
 * @throws FileError with code `EWOULDBLOCK` when the time is up; the signal's reason
 */
export async function lockFile(
  path: string,
  kind: LockKind,
  timeoutMs: number,
  signal?: AbortSignal,
): Promise<FileLock> {
  const giveUpAt = performance.now() + timeoutMs;
  for (;;) {
    const lock = tryLockFile(path, kind);
    if (lock) return lock;
    if (performance.now() + RETRY_MS > giveUpAt) {
      throw new FileError('lock', path, 'EWOULDBLOCK', 'another process has it open, such as a running etcd');
    }
    await sleep(RETRY_MS);
    signal?.throwIfAborted();
  }
}

/** As `lockFile`, once; undefined if another has the lock. */
export function tryLockFile(path: string, kind: LockKind): FileLock | undefined {
  const fd = openForLock(path);
  const { status, error } = spawnSync('flock', [kind === 'shared' ? '-s' : '-x', '-n', '3'], {
    stdio: ['ignore', 'ignore', 'ignore', fd],
  });
  if (!error && status === 0) return { held: true, release: () => fs.closeSync(fd) };
  const isBusy = !error && status === CONFLICT_STATUS ? true : isLockedByAnother(fd, kind);
  fs.closeSync(fd);
  return isBusy ? undefined : { held: false, release: () => undefined };
}

function openForLock(path: string): number {
  try {
    return fs.openSync(path, 'r');
  } catch (error) {
    throw fileError('open', path, error);
  }
}

/** What the kernel's list of locks says; false where there is none to read. */
function isLockedByAnother(fd: number, kind: LockKind): boolean {
  let list: string;
  try {
    list = fs.readFileSync('/proc/locks', 'latin1');
  } catch {
    return false;
  }
  const { dev, ino } = fs.fstatSync(fd, { bigint: true });
  return list.split('\n').some((line) => conflicts(line, deviceName(dev), String(ino), kind));
}

/** A line reads `1: FLOCK  ADVISORY  WRITE 4711 08:01:131090 0 EOF`, or with `->` for one that waits. */
function conflicts(line: string, device: string, inode: string, kind: LockKind): boolean {
  const [, type, , access, , file] = line.trim().split(/\s+/);
  if (type !== 'FLOCK' || (kind === 'shared' && access !== 'WRITE')) return false;
  return file === `${device}:${inode}`;
}

/** `major:minor` in hex, from a device number as Linux packs it. */
function deviceName(dev: bigint): string {
  const major = ((dev >> 8n) & 0xfffn) | ((dev >> 32n) & ~0xfffn);
  const minor = (dev & 0xffn) | ((dev >> 12n) & ~0xffn);
  return `${hex2(major)}:${hex2(minor)}`;
}

function hex2(value: bigint): string {
  return value.toString(16).padStart(2, '0');
}
