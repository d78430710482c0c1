import { quoteStart } from './quote-start.ts';
import type { Bucket, Page } from '../bbolt/index.ts';
import { SnapshotError } from './errors.ts';
import { DecodeError, KeyValueReader } from './key-value.ts';
import { RevisionKey } from './revision-key.ts';

/** One record of the key bucket after another, read where it lies: a change to a key, at a revision. */
export class KeyRecord {
  readonly revision = new RevisionKey();
  readonly keyValue = new KeyValueReader();
  #page: Page | undefined;
  #index = 0;

  /**
   * Takes the record at `index` of a leaf, without its value.
   * @throws SnapshotError `invalid`, in the words of etcdutl, if the key is no revision
   */
  take(page: Page, index: number): void {
    this.#page = page;
    this.#index = index;
    const problem = this.revision.read(page.bytes, page.keyStart(index), page.keyEnd(index));
    if (problem) throw unreadableKey(page.key(index), problem);
  }

  /** Reads the record's value into `keyValue`. @throws SnapshotError `invalid` */
  decode(): void {
    const page = this.#page;
    if (!page) return;
    try {
      this.keyValue.read(page.bytes, page.keyEnd(this.#index), page.valueEnd(this.#index));
    } catch (error) {
      if (!(error instanceof DecodeError)) throw error;
      const { main, sub } = this.revision;
      throw new SnapshotError('invalid', `cannot unmarshal value of revision ${main}_${sub}: ${error.message}`);
    }
  }
}

/** Main revision of the last record; 0 if there is none. @throws SnapshotError `invalid`, BboltError */
export function lastRevision(bucket: Bucket | undefined): bigint {
  const cursor = bucket?.cursor();
  if (!cursor?.last()) return 0n;
  const revision = new RevisionKey();
  const problem = revision.read(cursor.key, 0, cursor.key.length);
  if (problem) throw unreadableKey(cursor.key, problem);
  return revision.main;
}

function unreadableKey(key: Uint8Array, problem: string): SnapshotError {
  return new SnapshotError('invalid', `cannot parse revision key: ${quoteStart(key)} err: ${problem}`);
}
