import { rawText } from '../../base/index.ts';
import type { Compare, Init, ResponseHeader } from '../../wire/index.ts';
import type { CallBounds } from '../api.ts';
import { lockReleased, sessionExpired } from './errors.ts';
import { directoryOf, holdPlace, isCreatedAt, keyOf, oldest, waitForTurn } from './queue.ts';
import type { Session } from './session.ts';

/**
 * A lock that holds across processes, with etcd's key layout: it excludes Go's `etcdctl lock` and
 * concurrency.Mutex on the same name. The oldest key in the lock's directory holds it.
 */
export class Mutex {
  readonly #session: Session;
  readonly #directory: Uint8Array;
  readonly #key: Uint8Array;
  /** Revision at which the own key was created; 0 while there is none. */
  #revision = 0n;
  #header: ResponseHeader | undefined;

  constructor(session: Session, name: string) {
    this.#session = session;
    this.#directory = directoryOf(name);
    this.#key = keyOf(name, session);
  }

  /** The own key: `NAME/LEASE` with the lease in hex. */
  get key(): string {
    return rawText(this.#key);
  }

  /** Header of the response that showed the lock to be held; undefined before. */
  get header(): ResponseHeader | undefined {
    return this.#header;
  }

  /** A condition for transactions: the lock is still held. */
  isOwner(): Init<Compare> {
    return isCreatedAt(this.#key, this.#revision);
  }

  /**
   * Waits for the lock. When it fails, or `signal` fires first, the own key is gone again.
   * @throws ClientError, ConcurrencyError (`context canceled`, `mutex: session is expired`)
   */
  async lock(signal?: AbortSignal): Promise<void> {
    const lost = (): void => {
      this.#revision = 0n;
    };
    const place = { session: this.#session, key: this.#key, lost, expired: sessionExpired };
    this.#header = await holdPlace(
      place,
      signal,
      async (waiting) => (await this.#enqueue(waiting)) ?? (await this.#awaitTurn(waiting)),
    );
  }

  /** Deletes the own key. @throws ClientError, ConcurrencyError when the lock is not held */
  async unlock(bounds?: CallBounds): Promise<void> {
    if (this.#revision === 0n) throw lockReleased();
    await this.#session.client.kv.deleteRange({ key: this.#key }, bounds);
    this.#revision = 0n;
  }

  /** Puts the own key, unless this session has done so before. Returns the header if that gave the lock at once. */
  async #enqueue(signal: AbortSignal): Promise<ResponseHeader | undefined> {
    const { client, lease } = this.#session;
    const getOwner = { request_range: oldest(this.#directory) };
    const response = await client.kv.txn(
      {
        compare: [isCreatedAt(this.#key, 0n)],
        success: [{ request_put: { key: this.#key, lease } }, getOwner],
        failure: [{ request_range: { key: this.#key } }, getOwner],
      },
      { signal },
    );
    const [own, owner] = response.responses.map((each) => each.response_range?.kvs[0]);
    this.#revision = own?.create_revision ?? response.header?.revision ?? 0n;
    const isHeld = owner === undefined || owner.create_revision === this.#revision;
    return isHeld ? response.header : undefined;
  }

  async #awaitTurn(signal: AbortSignal): Promise<ResponseHeader | undefined> {
    const { client } = this.#session;
    await waitForTurn(client, this.#directory, this.#revision, signal);
    // The lease may have run out while others held the lock; then the key went with it.
    const { header, kvs } = await client.kv.range({ key: this.#key }, { signal });
    if (kvs.length === 0) throw sessionExpired();
    return header;
  }
}
