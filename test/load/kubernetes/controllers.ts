import { GrpcError } from '../../../src/grpc/index.ts';
import type { Random } from '../../support/random.ts';
import type { ApiServer } from './apiserver.ts';

export const RESOURCES = ['pods', 'leases', 'configmaps'] as const;
const NAMES = 12;
const EVENT_TTL_SECONDS = 4n;
/** Events share a lease for so long, as in Kubernetes. */
const EVENTS_PER_LEASE = 20;

export interface Deeds {
  creates: number;
  updates: number;
  deletes: number;
  conflicts: number;
  events: number;
  /** Requests that failed: nobody knows what became of them, and the controller reads anew. */
  unknown: number;
}

/** Guarded writes that were accepted, by key and the revision that they replaced: each can be replaced once. */
export class Replacements {
  readonly faults: string[] = [];
  readonly #seen = new Map<string, bigint>();

  accepted(key: string, replaced: bigint, revision: bigint): void {
    const name = `${key}@${replaced}`;
    const other = this.#seen.get(name);
    // Nothing may come to stand more than once, since it can be deleted in between.
    if (other !== undefined && replaced !== 0n) {
      this.faults.push(`${name} was replaced at ${other} and at ${revision}`);
    }
    if (revision <= replaced) this.faults.push(`${name} was replaced at ${revision}`);
    this.#seen.set(name, revision);
  }
}

/** One controller: reads, changes what it has read, tries again when it was too late, and tells of it in events. */
export class Controller {
  readonly deeds: Deeds = { creates: 0, updates: 0, deletes: 0, conflicts: 0, events: 0, unknown: 0 };
  readonly #api: ApiServer;
  readonly #random: Random;
  readonly #replacements: Replacements;
  readonly #name: string;
  #leaseId = 0n;

  constructor(name: string, api: ApiServer, random: Random, replacements: Replacements) {
    this.#name = name;
    this.#api = api;
    this.#random = random;
    this.#replacements = replacements;
  }

  async run(isOver: () => boolean): Promise<void> {
    for (let turn = 0; !isOver(); turn += 1) {
      try {
        await this.#reconcile(turn);
        if (turn % 5 === 0) await this.#tellEvent();
      } catch (error) {
        if (!(error instanceof GrpcError)) throw error;
        this.deeds.unknown += 1;
      }
    }
  }

  async #reconcile(turn: number): Promise<void> {
    const resource = this.#random.pick(RESOURCES);
    const key = `/registry/${resource}/ns${this.#random.below(3)}/o${this.#random.below(NAMES)}`;
    const there = await this.#api.get(key);
    const value = `${this.#name}/${turn}`;
    if (there === undefined) {
      await this.#attempt('creates', key, 0n, () => this.#api.create(key, value));
    } else if (this.#random.below(6) === 0) {
      await this.#attempt('deletes', key, there.mod_revision, () => this.#api.delete(key, there.mod_revision));
    } else {
      await this.#attempt('updates', key, there.mod_revision, () => this.#api.update(key, value, there.mod_revision));
    }
  }

  async #attempt(
    what: 'creates' | 'updates' | 'deletes',
    key: string,
    replaced: bigint,
    write: () => ReturnType<ApiServer['create']>,
  ): Promise<void> {
    const result = await write();
    if ('revision' in result) {
      this.deeds[what] += 1;
      this.#replacements.accepted(key, replaced, result.revision);
      return;
    }
    this.deeds.conflicts += 1;
    if (result.conflict?.mod_revision === replaced) {
      this.#replacements.faults.push(`${key} was refused although it stands at ${replaced}`);
    }
  }

  async #tellEvent(): Promise<void> {
    if (this.deeds.events % EVENTS_PER_LEASE === 0) this.#leaseId = await this.#api.grant(EVENT_TTL_SECONDS);
    const key = `/registry/events/ns0/${this.#name}.${this.deeds.events}`;
    try {
      await this.#api.create(key, 'happened', this.#leaseId);
      this.deeds.events += 1;
    } catch {
      // The lease had run out: the next event gets another.
      this.#leaseId = await this.#api.grant(EVENT_TTL_SECONDS);
    }
  }
}
