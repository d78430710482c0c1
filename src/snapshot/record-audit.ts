import type { Page, Problems } from '../bbolt/index.ts';
import { DecodeError, KeyValueReader } from './key-value.ts';
import type { LeaseIds } from './lease-ids.ts';
import { RevisionKey } from './revision-key.ts';

/** Keys with a lease that is gone are followed until a later record takes it off; so many at most. */
const MOST_FOLLOWED = 200_000;

/** Checks the records of bucket `key`, in order. */
export class RecordAudit {
  readonly #problems: Problems;
  readonly #leases: LeaseIds | undefined;
  readonly #revision = new RevisionKey();
  readonly #keyValue = new KeyValueReader();
  #last: { readonly main: bigint; readonly sub: bigint } | undefined;
  /** Keys whose newest record has a lease that is not there: where, and which. */
  readonly #orphans = new Map<string, string>();
  #notFollowed = 0;
  records = 0;

  /** @param leases undefined if they are not known */
  constructor(problems: Problems, leases: LeaseIds | undefined) {
    this.#problems = problems;
    this.#leases = leases;
  }

  add(page: Page): void {
    for (let i = 0; i < page.count; i++) {
      this.records++;
      const problem = this.#revision.read(page.bytes, page.keyStart(i), page.keyEnd(i));
      if (problem) {
        this.#problems.add(`bucket key, key ${page.key(i).toString('hex')}: ${problem}`);
        continue;
      }
      this.#checkOrder();
      this.#checkValue(page, i);
    }
  }

  /** To be called behind the last record. */
  finish(): void {
    for (const text of this.#orphans.values()) this.#problems.add(text);
    if (this.#notFollowed > 0) this.#problems.add(`${this.#notFollowed} more records have leases that are not there`);
  }

  /** A tombstone's key is a byte longer, so that bbolt would not mind a revision twice. */
  #checkOrder(): void {
    const { main, sub } = this.#revision;
    if (this.#last && this.#last.main === main && this.#last.sub === sub) this.#report('is there twice');
    this.#last = { main, sub };
  }

  #checkValue(page: Page, index: number): void {
    const { isTombstone } = this.#revision;
    try {
      this.#keyValue.read(page.bytes, page.keyEnd(index), page.valueEnd(index));
    } catch (error) {
      if (!(error instanceof DecodeError)) throw error;
      return this.#report(`can not be decoded: ${error.message}`);
    }
    // A record without a value marks a revision that was bumped when a snapshot was restored.
    const isMark = page.valueEnd(index) === page.keyEnd(index) && !isTombstone;
    if (isMark) return;
    const { keyStart, keyEnd } = this.#keyValue;
    if (keyStart === keyEnd) this.#report('has no key');
    if (!isTombstone) this.#checkRevisions();
    this.#followLease(page.bytes.toString('latin1', keyStart, keyEnd), isTombstone);
  }

  #checkRevisions(): void {
    const { createRevision, modRevision, version } = this.#keyValue;
    const { main } = this.#revision;
    if (modRevision !== main) this.#report(`says that it is of revision ${modRevision}`);
    if (createRevision < 1n || createRevision > main) this.#report(`says that its key was made at ${createRevision}`);
    if (version < 1n) this.#report(`says that it is version ${version}`);
    else if ((version === 1n) !== (createRevision === main)) {
      this.#report(`says that it is version ${version} of a key made at ${createRevision}`);
    }
  }

  #followLease(key: string, isTombstone: boolean): void {
    if (!this.#leases) return;
    const { lease, hasLease } = this.#keyValue;
    if (isTombstone || !hasLease || this.#leases.has(lease)) {
      this.#orphans.delete(key);
      return;
    }
    const { main, sub } = this.#revision;
    const id = BigInt.asUintN(64, lease).toString(16).padStart(16, '0');
    if (this.#orphans.size >= MOST_FOLLOWED && !this.#orphans.has(key)) this.#notFollowed++;
    else this.#orphans.set(key, `revision ${main}_${sub}: has lease ${id}, which is not there`);
  }

  #report(problem: string): void {
    const { main, sub } = this.#revision;
    this.#problems.add(`revision ${main}_${sub}: ${problem}`);
  }
}
