import type { CallBounds, Client } from '../api.ts';

/** As etcd's own sessions: what a TTL that makes no sense is replaced by. */
const DEFAULT_TTL_SECONDS = 60;

/** What locks and elections need of a client. */
export type ConcurrencyClient = Pick<Client, 'kv' | 'lease' | 'watch'>;

/** A lease kept alive for as long as the process holds on to it. Keys put under it vanish when it is lost. */
export class Session {
  readonly client: ConcurrencyClient;
  readonly lease: bigint;
  readonly ttlSeconds: number;
  readonly #stop = new AbortController();
  readonly #lost = new AbortController();
  readonly #renewal: Promise<void>;

  constructor(client: ConcurrencyClient, lease: bigint, ttlSeconds: number) {
    this.client = client;
    this.lease = lease;
    this.ttlSeconds = ttlSeconds;
    this.#renewal = this.#renew();
  }

  /** Fires when the lease has run out, has been revoked or can no longer be renewed; not after `orphan` or `close`. */
  get lost(): AbortSignal {
    return this.#lost.signal;
  }

  /** Stops renewing: the lease and its keys live on until the TTL has passed. */
  async orphan(): Promise<void> {
    this.#stop.abort();
    await this.#renewal;
  }

  /** Stops renewing and revokes the lease, which deletes its keys. @throws ClientError; the lease ends by itself then */
  async close(bounds?: CallBounds): Promise<void> {
    await this.orphan();
    await this.client.lease.leaseRevoke({ ID: this.lease }, bounds);
  }

  async #renew(): Promise<void> {
    try {
      for await (const answer of this.client.lease.keepAlive(this.lease, { signal: this.#stop.signal })) void answer;
    } catch {
      // Whatever stops the renewal, the lease is as good as lost.
    }
    if (!this.#stop.signal.aborted) this.#lost.abort();
  }
}

/**
 * Grants a lease and begins to renew it.
 * @param ttlSeconds how long the lease outlives its holder; 60 when zero or less
 * @throws ClientError
 */
export async function openSession(
  client: ConcurrencyClient,
  ttlSeconds: number,
  bounds?: CallBounds,
): Promise<Session> {
  const ttl = ttlSeconds > 0 ? ttlSeconds : DEFAULT_TTL_SECONDS;
  const { ID } = await client.lease.leaseGrant({ TTL: BigInt(Math.trunc(ttl)) }, bounds);
  return new Session(client, ID, ttl);
}
