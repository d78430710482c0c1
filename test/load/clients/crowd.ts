import { Deadline } from '../../../src/base/index.ts';
import type { Call } from '../../../src/grpc/index.ts';
import { Channel } from '../../../src/grpc/index.ts';
import type { Init, WatchRequest, WatchResponse } from '../../../src/wire/index.ts';
import { kv } from '../../../src/wire/services/kv.ts';
import { watch } from '../../../src/wire/services/watch.ts';
import type { OwnCluster } from '../../support/own-cluster.ts';

const CONNECTING_AT_ONCE = 50;
const PUTS_IN_TXN = 100;

/** So many connections, each with a stream of so many watchers, every one on a key of its own. */
export class Crowd {
  readonly #members: readonly Onlooker[];

  private constructor(members: readonly Onlooker[]) {
    this.#members = members;
  }

  /** Resolves when all watchers are told that they exist. */
  static async gather(cluster: OwnCluster, connections: number, watchersEach: number): Promise<Crowd> {
    const members: Onlooker[] = [];
    while (members.length < connections) {
      const count = Math.min(CONNECTING_AT_ONCE, connections - members.length);
      const more = Array.from({ length: count }, (_, at) => {
        const place = cluster.places[(members.length + at) % cluster.places.length]!;
        return new Onlooker(cluster.channel(place), (members.length + at) * watchersEach, watchersEach);
      });
      members.push(...more);
      await Promise.all(more.map((each) => each.begin()));
    }
    return new Crowd(members);
  }

  get watchers(): number {
    return this.#members.reduce((sum, { heard }) => sum + heard.size, 0);
  }

  /** Changes every key that is watched. @returns how long until each watcher had heard of its own */
  async changeAll(channel: Channel, value: string): Promise<number> {
    const sinceMs = performance.now();
    const keys = this.#members.flatMap(({ heard }) => [...heard.keys()]);
    for (let at = 0; at < keys.length; at += PUTS_IN_TXN) {
      const success = keys
        .slice(at, at + PUTS_IN_TXN)
        .map((key) => ({ request_put: { key: Buffer.from(key), value: Buffer.from(value) } }));
      await channel.unary(kv.txn, { success }, { deadline: Deadline.after(30_000) });
    }
    await Promise.all(this.#members.map((each) => each.untilAllHeard(value)));
    return performance.now() - sinceMs;
  }

  /** Watchers that have not heard exactly these values, in this order. */
  whoseHearingIsNot(values: readonly string[]): string[] {
    const expected = values.join();
    return this.#members.flatMap(({ heard }) =>
      [...heard].filter(([, all]) => all.join() !== expected).map(([key, all]) => `${key} heard ${all.join()}`),
    );
  }

  leave(): void {
    for (const each of this.#members) each.leave();
  }
}

class Onlooker {
  /** The values heard, by key. */
  readonly heard = new Map<string, string[]>();
  readonly #channel: Channel;
  readonly #call: Call<Init<WatchRequest>, WatchResponse>;
  #responses: AsyncIterator<WatchResponse>;
  #wake: () => void = () => undefined;

  constructor(channel: Channel, first: number, count: number) {
    this.#channel = channel;
    this.#call = channel.open(watch.watch);
    this.#responses = this.#call[Symbol.asyncIterator]();
    for (let at = first; at < first + count; at += 1) this.heard.set(`watched/${at}`, []);
  }

  async begin(): Promise<void> {
    for (const key of this.heard.keys()) await this.#call.write({ create_request: { key: Buffer.from(key) } });
    for (let created = 0; created < this.heard.size; ) {
      const { value } = await this.#responses.next();
      if (value?.created !== true) throw new Error('a watcher was not made');
      created += 1;
    }
    void this.#listen().catch(() => undefined);
  }

  async untilAllHeard(value: string): Promise<void> {
    while (![...this.heard.values()].every((all) => all.includes(value))) {
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
  }

  leave(): void {
    this.#call.cancel();
    this.#channel.close();
  }

  async #listen(): Promise<void> {
    for (;;) {
      const { done, value: response } = await this.#responses.next();
      if (done === true) return;
      for (const { kv: pair } of response.events) {
        this.heard.get(Buffer.from(pair?.key ?? []).toString())?.push(Buffer.from(pair?.value ?? []).toString());
      }
      this.#wake();
    }
  }
}
