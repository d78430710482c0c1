import { equalBytes, rawText, rawTextBytes } from '../../base/index.ts';
import type { KeyValue, ResponseHeader } from '../../wire/index.ts';
import type { CallBounds } from '../api.ts';
import { candidacyExpired, notLeader } from './errors.ts';
import { directoryOf, holdPlace, isCreatedAt, keyOf, waitForTurn } from './queue.ts';
import type { Session } from './session.ts';

/**
 * An election, with etcd's key layout: Go's `etcdctl elect` and concurrency.Election on the same name take part
 * in the same one. The oldest key in the election's directory is the leader's, its value what the leader proclaims.
 */
export class Election {
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

  /** Header of the last response that concerned the own key. */
  get header(): ResponseHeader | undefined {
    return this.#header;
  }

  /**
   * Stands for election with a proposal and waits to be the leader. When it fails, or `signal` fires first, the
   * candidacy is withdrawn.
   * @throws ClientError, ConcurrencyError (`context canceled`, `election: session is expired`)
   */
  async campaign(proposal: string, signal?: AbortSignal): Promise<void> {
    const lost = (): void => {
      this.#revision = 0n;
    };
    const place = { session: this.#session, key: this.#key, lost, expired: candidacyExpired };
    await holdPlace(place, signal, async (waiting) => {
      await this.#stand(rawTextBytes(proposal), waiting);
      await waitForTurn(this.#session.client, this.#directory, this.#revision, waiting);
    });
  }

  /** Changes what the leader proclaims. @throws ClientError, ConcurrencyError when the own key is gone */
  async proclaim(proposal: string, bounds?: CallBounds): Promise<void> {
    if (this.#revision === 0n) throw notLeader();
    await this.#put(rawTextBytes(proposal), bounds);
  }

  /** Gives up leadership or candidacy; nothing happens when there is none. @throws ClientError */
  async resign(bounds?: CallBounds): Promise<void> {
    if (this.#revision === 0n) return;
    const response = await this.#session.client.kv.txn(
      {
        compare: [isCreatedAt(this.#key, this.#revision)],
        success: [{ request_delete_range: { key: this.#key } }],
      },
      bounds,
    );
    this.#header = response.header;
    this.#revision = 0n;
  }

  async #stand(proposal: Uint8Array, signal: AbortSignal): Promise<void> {
    const { client, lease } = this.#session;
    const response = await client.kv.txn(
      {
        compare: [isCreatedAt(this.#key, 0n)],
        success: [{ request_put: { key: this.#key, value: proposal, lease } }],
        failure: [{ request_range: { key: this.#key } }],
      },
      { signal },
    );
    this.#header = response.header;
    const own: KeyValue | undefined = response.responses[0]?.response_range?.kvs[0];
    this.#revision = own?.create_revision ?? response.header?.revision ?? 0n;
    // This session stands already, perhaps for something else.
    if (own !== undefined && !equalBytes(own.value, proposal)) await this.#put(proposal, { signal });
  }

  async #put(value: Uint8Array, bounds?: CallBounds): Promise<void> {
    const { client, lease } = this.#session;
    const response = await client.kv.txn(
      {
        compare: [isCreatedAt(this.#key, this.#revision)],
        success: [{ request_put: { key: this.#key, value, lease } }],
      },
      bounds,
    );
    if (!response.succeeded) {
      this.#revision = 0n;
      throw notLeader();
    }
    this.#header = response.header;
  }
}
