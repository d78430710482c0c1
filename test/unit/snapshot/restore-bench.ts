import type { LogEvent } from '../../../src/base/index.ts';
import { restore, type RestoreOptions } from '../../../src/snapshot/index.ts';
import { MemoryFiles } from '../../support/memory-files.ts';
import { databaseBytes, withDigest } from './sample-snapshot.ts';

export const SNAPSHOT = '/in/snap.db';
export const DATA = '/out/data';
export const DATABASE = `${DATA}/member/snap/db`;

/** A snapshot and a place to restore it to, in memory. */
export class RestoreBench {
  readonly files = new MemoryFiles();
  readonly events: LogEvent[] = [];

  constructor(snapshot = withDigest(databaseBytes())) {
    this.files.put(SNAPSHOT, snapshot);
    this.files.makeDirectories('/out');
    this.files.makeDirectories('/logs');
  }

  /** Restores a member of three. */
  restore(more: Partial<RestoreOptions> = {}): Promise<void> {
    return restore({
      source: SNAPSHOT,
      dataDir: DATA,
      name: 'b',
      initialCluster: 'a=http://127.0.0.1:1,b=http://127.0.0.1:2,c=http://127.0.0.1:3',
      initialClusterToken: 'etcd-cluster',
      initialAdvertisePeerUrls: ['http://127.0.0.1:2'],
      log: (event) => this.events.push(event),
      files: this.files,
      ...more,
    });
  }

  /** Every path that was made. */
  made(): string[] {
    return [...this.#tree('/out').slice(1), ...this.#tree('/logs').slice(1)];
  }

  #tree(at: string): string[] {
    if (this.files.stat(at)?.kind !== 'directory') return [at];
    return [at, ...this.files.list(at).flatMap((name) => this.#tree(`${at}/${name}`))];
  }
}
