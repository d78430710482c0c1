import { type Backend, type BackendSizes, type LogPosition, START } from './backend.ts';
import { type BucketName, type BucketReader, NO_RECORDS } from './buckets.ts';
import { SizeTally } from './size-tally.ts';

/** Keeps nothing, and reckons what it would take: for a member that is not started again. */
export class MemoryBackend implements Backend {
  readonly #tally: SizeTally;
  readonly #buckets: BucketReader;
  #position: LogPosition = START;

  /**
   * @param recordBytes see {@link SizeTally}
   * @param buckets what the rooms begin with
   */
  constructor(recordBytes: () => number, buckets: BucketReader = NO_RECORDS) {
    this.#tally = new SizeTally(recordBytes);
    this.#buckets = buckets;
  }

  get position(): LogPosition {
    return this.#position;
  }

  put(_bucket: BucketName, _key: Uint8Array, _value: Uint8Array): void {}

  delete(_bucket: BucketName, _key: Uint8Array): void {}

  applied(position: LogPosition): void {
    this.#position = position;
  }

  commit(): undefined {}

  sizes(): BackendSizes {
    return this.#tally.sizes();
  }

  defragment(): undefined {
    this.#tally.defragment();
  }

  reader(): BucketReader {
    return this.#buckets;
  }

  close(): undefined {}
}
