import { setTimeout as sleep } from 'node:timers/promises';
import { watch } from '../../../src/wire/services/watch.ts';
import type { Channel } from '../../../src/grpc/index.ts';
import type { Event, WatchResponse } from '../../../src/wire/index.ts';
import type { Random } from '../../support/random.ts';
import { type ApiServer, isCompacted, isUnavailable } from './apiserver.ts';
import type { ListClaim } from './history.ts';

const LEAST_WATCH_MS = 300;
const WATCH_VARIES_MS = 2_000;

/** Keeps a copy of a part of the keys: lists, watches from there on with bookmarks, and lists anew where it must. */
export class Reflector {
  readonly faults: string[] = [];
  readonly lists: ListClaim[] = [];
  bookmarks = 0;
  resumptions = 0;
  relists = 0;
  readonly #prefix: string;
  readonly #api: ApiServer;
  readonly #channel: Channel;
  readonly #random: Random;
  readonly #copy = new Map<string, bigint>();
  /** All up to here is in the copy. */
  #revision = 0n;

  constructor(prefix: string, api: ApiServer, channel: Channel, random: Random) {
    this.#prefix = prefix;
    this.#api = api;
    this.#channel = channel;
    this.#random = random;
  }

  get revision(): bigint {
    return this.#revision;
  }

  get items(): string[] {
    return [...this.#copy].toSorted(([a], [b]) => (a < b ? -1 : 1)).map(([key, mod]) => `${key}@${mod}`);
  }

  async run(isOver: () => boolean): Promise<void> {
    let isFresh = false;
    while (!isOver()) {
      if (!isFresh) await this.#list();
      isFresh = await this.#watch(isOver);
    }
  }

  async #list(): Promise<void> {
    for (;;) {
      try {
        const claim = await this.#api.list(this.#prefix);
        this.lists.push(claim);
        this.relists += 1;
        this.#copy.clear();
        for (const item of claim.items) {
          const at = item.lastIndexOf('@');
          this.#copy.set(item.slice(0, at), BigInt(item.slice(at + 1)));
        }
        this.#revision = claim.revision;
        return;
      } catch (error) {
        if (!isCompacted(error) && !isUnavailable(error)) throw error;
      }
    }
  }

  /** For a while, as connections break. @returns whether it can go on from where it was */
  async #watch(isOver: () => boolean): Promise<boolean> {
    const call = this.#channel.open(watch.watch);
    const length = sleep(LEAST_WATCH_MS + this.#random.below(WATCH_VARIES_MS)).then(async () => {
      // The last one stays until it has seen all.
      if (!isOver()) call.cancel();
    });
    this.resumptions += 1;
    await call.write({
      create_request: {
        key: Buffer.from(this.#prefix),
        range_end: Buffer.from(this.#prefix.replace(/\/$/, '0')),
        start_revision: this.#revision + 1n,
        progress_notify: true,
        prev_kv: true,
      },
    });
    let isFresh = true;
    try {
      for await (const response of call) {
        if (response.canceled) {
          if (response.compact_revision <= this.#revision) {
            this.faults.push(`cancelled at ${this.#revision}: ${response.cancel_reason} ${response.compact_revision}`);
          }
          isFresh = false;
          break;
        }
        this.#take(response);
      }
    } catch {
      // It was cut off from this side.
    }
    await length;
    return isFresh;
  }

  #take(response: WatchResponse): void {
    for (const event of response.events) this.#apply(event);
    if (response.events.length > 0 || response.created) return;
    const revision = response.header?.revision ?? 0n;
    this.bookmarks += 1;
    if (revision < this.#revision) this.faults.push(`a bookmark of ${revision} after ${this.#revision}`);
    this.#revision = revision > this.#revision ? revision : this.#revision;
  }

  #apply({ type, kv, prev_kv }: Event): void {
    const key = Buffer.from(kv?.key ?? []).toString();
    const revision = kv?.mod_revision ?? 0n;
    // The end of a lease deletes several keys in one revision, and they arrive together.
    if (revision < this.#revision) this.faults.push(`${this.#prefix}: revision ${revision} after ${this.#revision}`);
    const before = this.#copy.get(key);
    // What a key was before is told unless it was compacted.
    if (prev_kv !== undefined && prev_kv.mod_revision !== before) {
      this.faults.push(`${key} at ${revision} was ${prev_kv.mod_revision} before, not ${before}`);
    }
    if (type === 0 && (kv?.create_revision === revision) !== (before === undefined)) {
      this.faults.push(`${key} at ${revision} is ${before === undefined ? 'not ' : ''}new`);
    }
    if (type === 0) this.#copy.set(key, revision);
    else if (!this.#copy.delete(key)) this.faults.push(`${key} was deleted at ${revision}, and was not there`);
    this.#revision = revision;
  }
}
