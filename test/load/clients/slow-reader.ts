import type { Call } from '../../../src/grpc/index.ts';
import { Channel } from '../../../src/grpc/index.ts';
import type { Init, WatchRequest, WatchResponse } from '../../../src/wire/index.ts';
import { watch } from '../../../src/wire/services/watch.ts';

/** A watcher that reads nothing until it is told to. */
export class SlowReader {
  readonly #channel: Channel;
  readonly #call: Call<Init<WatchRequest>, WatchResponse>;
  readonly #responses: AsyncIterator<WatchResponse>;

  private constructor(channel: Channel) {
    this.#channel = channel;
    this.#call = channel.open(watch.watch);
    this.#responses = this.#call[Symbol.asyncIterator]();
  }

  static async of(channel: Channel, key: string): Promise<SlowReader> {
    const reader = new SlowReader(channel);
    await reader.#call.write({ create_request: { key: Buffer.from(key) } });
    await reader.#responses.next();
    return reader;
  }

  /** The revisions of so many events, in the order in which they come. */
  async read(count: number): Promise<bigint[]> {
    const revisions: bigint[] = [];
    while (revisions.length < count) {
      const { done, value: response } = await this.#responses.next();
      if (done === true) break;
      for (const { kv } of response.events) revisions.push(kv?.mod_revision ?? 0n);
    }
    return revisions;
  }

  leave(): void {
    this.#call.cancel();
    this.#channel.close();
  }
}
