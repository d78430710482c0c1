import { setTimeout as sleep } from 'node:timers/promises';
import { Deadline } from '../../src/base/index.ts';
import { kv } from '../../src/wire/services/kv.ts';
import type { OwnCluster } from '../support/own-cluster.ts';
import { Random } from '../support/random.ts';
import type { Revision, Write } from './story.ts';

const KEYS_PER_WRITER = 40;
const ONE_IN_DELETES = 8;
const TIMEOUT_MS = 8_000;
const PAUSE_AFTER_FAILURE_MS = 20;

/** Clients that put and delete, each over connections of its own to all members, and keep what they were promised. */
export class Writers {
  /** Writes by the revision that a member said it gave them. */
  readonly promised = new Map<Revision, Write>();
  /** Nobody knows what became of these. */
  failures = 0;
  readonly #faults: string[];
  readonly #end = new AbortController();
  readonly #work: Promise<unknown>;

  /** @param faults where answers go that cannot be */
  constructor(cluster: OwnCluster, count: number, seed: number, faults: string[]) {
    this.#faults = faults;
    this.#work = Promise.all(Array.from({ length: count }, (_, at) => this.#write(cluster, at, new Random(seed + at))));
  }

  /** How many promises there are; for those who wait until there are more. */
  get acknowledged(): number {
    return this.promised.size;
  }

  async stop(): Promise<void> {
    this.#end.abort();
    await this.#work;
  }

  async #write(cluster: OwnCluster, writer: number, random: Random): Promise<void> {
    const channels = cluster.places.map((place) => cluster.channel(place));
    for (let turn = 0; !this.#end.signal.aborted; turn += 1) {
      const key = `w${writer}/${random.below(KEYS_PER_WRITER)}`;
      const write: Write = { key, value: random.below(ONE_IN_DELETES) === 0 ? undefined : `${turn}` };
      const channel = random.pick(channels);
      const options = { deadline: Deadline.after(TIMEOUT_MS) };
      try {
        if (write.value === undefined) {
          const { header, deleted } = await channel.unary(kv.deleteRange, { key: Buffer.from(key) }, options);
          if (deleted > 0n) this.#keep(header?.revision, write);
        } else {
          const put = { key: Buffer.from(key), value: Buffer.from(write.value) };
          const { header } = await channel.unary(kv.put, put, options);
          this.#keep(header?.revision, write);
        }
      } catch {
        this.failures += 1;
        await sleep(PAUSE_AFTER_FAILURE_MS);
      }
    }
    for (const channel of channels) channel.close();
  }

  #keep(revision: Revision = 0n, write: Write): void {
    if (this.promised.has(revision)) this.#faults.push(`two writes were acknowledged at revision ${revision}`);
    this.promised.set(revision, write);
  }
}
