import {
  closeSync,
  createReadStream,
  createWriteStream,
  fstatSync,
  mkdirSync,
  openSync,
  renameSync,
  writeSync,
} from 'node:fs';
import { readdir, rename, rm } from 'node:fs/promises';
import { basename, dirname, extname, join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { createGzip } from 'node:zlib';
import type { Rotation } from './rotation.ts';

/** A log file that is put aside under the time of day when it has grown enough, and followed by a new one. */
export class RotatingFile {
  readonly #path: string;
  readonly #rotation: Rotation;
  readonly #wallMs: () => number;
  #descriptor: number;
  #sizeBytes: number;
  #tidied: Promise<void> = Promise.resolve();

  /** @throws what opening the file throws */
  constructor(path: string, rotation: Rotation, wallMs: () => number) {
    this.#path = path;
    this.#rotation = rotation;
    this.#wallMs = wallMs;
    mkdirSync(dirname(path), { recursive: true });
    this.#descriptor = openSync(path, 'a', 0o600);
    this.#sizeBytes = fstatSync(this.#descriptor).size;
  }

  /** Resolves when what was put aside is compressed, and what is too old is removed. */
  get tidied(): Promise<void> {
    return this.#tidied;
  }

  write(line: string): void {
    const sizeBytes = Buffer.byteLength(line);
    if (this.#sizeBytes > 0 && this.#sizeBytes + sizeBytes > this.#rotation.maxBytes) this.#rotate();
    writeSync(this.#descriptor, line);
    this.#sizeBytes += sizeBytes;
  }

  close(): void {
    closeSync(this.#descriptor);
  }

  #rotate(): void {
    closeSync(this.#descriptor);
    renameSync(this.#path, backupName(this.#path, this.#wallMs(), this.#rotation.isLocalTime));
    this.#descriptor = openSync(this.#path, 'a', 0o600);
    this.#sizeBytes = 0;
    // A file that is not tidied now is tidied at the next turn; the log goes on all the same.
    this.#tidied = this.#tidied.then(() => this.#tidy()).catch(() => undefined);
  }

  async #tidy(): Promise<void> {
    const { maxBackups, maxAgeMs, isCompressed } = this.#rotation;
    const backups = await backupsOf(this.#path);
    const oldestMs = maxAgeMs === 0 ? Number.NEGATIVE_INFINITY : this.#wallMs() - maxAgeMs;
    const least = maxBackups === 0 ? 0 : Math.max(0, backups.length - maxBackups);
    for (const [i, { path, atMs }] of backups.entries()) {
      if (i < least || atMs < oldestMs) await rm(path, { force: true });
      else if (isCompressed && !path.endsWith('.gz')) await compress(path);
    }
  }
}

/** `etcd.log` put aside is `etcd-2024-01-02T03-04-05.006.log`. */
export function backupName(path: string, wallMs: number, isLocalTime: boolean): string {
  const extension = extname(path);
  const shownMs = isLocalTime ? wallMs - new Date(wallMs).getTimezoneOffset() * 60_000 : wallMs;
  const time = new Date(shownMs).toISOString().replace('Z', '').replaceAll(':', '-');
  return join(dirname(path), `${basename(path, extension)}-${time}${extension}`);
}

interface Backup {
  readonly path: string;
  readonly atMs: number;
}

/** The oldest first. */
async function backupsOf(path: string): Promise<Backup[]> {
  const extension = extname(path);
  const prefix = `${basename(path, extension)}-`;
  const found: Backup[] = [];
  for (const name of await readdir(dirname(path))) {
    const whole = name.endsWith('.gz') ? name.slice(0, -3) : name;
    if (!whole.startsWith(prefix) || !whole.endsWith(extension)) continue;
    const time = whole.slice(prefix.length, whole.length - extension.length);
    const [, date, h, m, s] = /^(\d{4}-\d\d-\d\d)T(\d\d)-(\d\d)-(\d\d\.\d{3})$/.exec(time) ?? [];
    if (date !== undefined)
      found.push({ path: join(dirname(path), name), atMs: Date.parse(`${date}T${h}:${m}:${s}Z`) });
  }
  return found.toSorted((a, b) => a.atMs - b.atMs);
}

async function compress(path: string): Promise<void> {
  const temporary = `${path}.gz.tmp`;
  try {
    await pipeline(createReadStream(path), createGzip(), createWriteStream(temporary, { mode: 0o600 }));
    await rename(temporary, `${path}.gz`);
    await rm(path);
  } catch (error) {
    await rm(temporary, { force: true });
    throw error;
  }
}
