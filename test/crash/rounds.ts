/**
 * Rounds of `kill -9` under load. Each kills one member, two, or all at once, as
 * the seed says, at any moment (also while they start), starts them again and
 * waits until they agree; in the end everything promised is held against what
 * is there.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { Deadline } from '../../src/base/index.ts';
import type { RangeResponse } from '../../src/wire/index.ts';
import { kv } from '../../src/wire/services/kv.ts';
import { maintenance } from '../../src/wire/services/maintenance.ts';
import { OwnCluster, type Place } from '../support/own-cluster.ts';
import { Random } from '../support/random.ts';
import { Watchers } from './watchers.ts';
import { Writers } from './writers.ts';

export interface RoundsSpec {
  readonly size: number;
  readonly rounds: number;
  readonly seed: number;
  /** Called after each round. */
  readonly tell?: (round: number, figures: Figures) => void;
}

export interface Figures {
  kills: number;
  /** Rounds in which all members were killed at once. */
  blackouts: number;
  /** Kills of members that had just been started. */
  killsAtStart: number;
  acknowledged: number;
  /** Writes that failed or timed out. */
  unknown: number;
  revision: bigint;
  compactions: number;
  resumptions: number;
  /** From the start of the killed ones until each member acknowledged a write. */
  readonly recoveryMs: number[];
}

export interface Outcome {
  readonly figures: Figures;
  /** Empty when everything holds. */
  readonly faults: readonly string[];
}

const WRITERS = 6;
const LOAD_MS = 250;
const LOAD_VARIES_MS = 400;
const AWAY_VARIES_MS = 300;
const START_VARIES_MS = 900;
const ONE_IN_KILLED_AT_START = 4;
const ONE_IN_COMPACTS = 5;
const KEPT_REVISIONS = 100n;
const SETTLE_MS = 120_000;
/** Small, so that snapshots, new segments and catching up by snapshot happen meanwhile. */
const FLAGS = ['--snapshot-count=100', '--snapshot-catchup-entries=20', '--log-level=info'];

export async function crashRounds(spec: RoundsSpec): Promise<Outcome> {
  const cluster = await OwnCluster.started({ size: spec.size, flags: FLAGS });
  try {
    return await new Crashes(cluster, spec).run();
  } finally {
    await cluster.end();
  }
}

class Crashes {
  readonly #cluster: OwnCluster;
  readonly #spec: RoundsSpec;
  readonly #random: Random;
  readonly #faults: string[] = [];
  readonly #writers: Writers;
  readonly #watchers: Watchers;
  readonly #figures: Figures = {
    kills: 0,
    blackouts: 0,
    killsAtStart: 0,
    acknowledged: 0,
    unknown: 0,
    revision: 0n,
    compactions: 0,
    resumptions: 0,
    recoveryMs: [],
  };

  constructor(cluster: OwnCluster, spec: RoundsSpec) {
    this.#cluster = cluster;
    this.#spec = spec;
    this.#random = new Random(spec.seed);
    this.#writers = new Writers(cluster, WRITERS, spec.seed, this.#faults);
    this.#watchers = new Watchers(cluster, new Random(spec.seed + 1));
  }

  async run(): Promise<Outcome> {
    const { rounds, tell } = this.#spec;
    try {
      for (let round = 1; round <= rounds; round += 1) {
        await this.#crash();
        await this.#agree();
        this.#count();
        tell?.(round, this.#figures);
      }
      await this.#writers.stop();
      const revision = await this.#agree();
      this.#count();
      await this.#judge(revision);
    } finally {
      await this.#writers.stop();
      await this.#watchers.stop();
    }
    return { figures: this.#figures, faults: this.#faults };
  }

  async #crash(): Promise<void> {
    await sleep(LOAD_MS + this.#random.below(LOAD_VARIES_MS));
    const victims = this.#victims();
    if (victims.length === this.#cluster.places.length) this.#figures.blackouts += 1;
    await this.#kill(victims);
    await sleep(this.#random.below(AWAY_VARIES_MS));
    for (const place of victims) this.#cluster.start(place);
    if (this.#random.below(ONE_IN_KILLED_AT_START) === 0) {
      await sleep(this.#random.below(START_VARIES_MS));
      const again = this.#random.pick(victims);
      await this.#kill([again]);
      this.#figures.killsAtStart += 1;
      this.#cluster.start(again);
    }
    const startedMs = performance.now();
    await this.#cluster.ready();
    await Promise.all(this.#cluster.places.map((place) => this.#untilItWrites(place)));
    this.#figures.recoveryMs.push(performance.now() - startedMs);
    if (this.#random.below(ONE_IN_COMPACTS) === 0) await this.#compact();
  }

  /** One member, two, or all of them. */
  #victims(): Place[] {
    const { places } = this.#cluster;
    const count = 1 + this.#random.below(places.length);
    const from = this.#random.below(places.length);
    return Array.from({ length: count }, (_, at) => places[(from + at) % places.length]!);
  }

  async #kill(places: readonly Place[]): Promise<void> {
    this.#figures.kills += places.length;
    await Promise.all(places.map((place) => this.#cluster.kill(place)));
  }

  async #untilItWrites(place: Place): Promise<void> {
    const { channel, until } = this.#asking(place);
    // A delete of what is not there makes no revision, but is agreed upon all the same.
    await until(() => channel.unary(kv.deleteRange, { key: Buffer.from('nothing') }, within()));
    channel.close();
  }

  async #compact(): Promise<void> {
    const revision = this.#watchers.seenByAll - KEPT_REVISIONS;
    if (revision < 1n) return;
    const { channel, until } = this.#asking(this.#random.pick(this.#cluster.places));
    await until(() => channel.unary(kv.compact, { revision, physical: true }, within())).catch(() => undefined);
    this.#figures.compactions += 1;
    channel.close();
  }

  /** Waits until all members have the same hash at one revision, and all watchers have seen it. @returns it */
  async #agree(): Promise<bigint> {
    const askings = this.#cluster.places.map((place) => this.#asking(place));
    const giveUpMs = performance.now() + SETTLE_MS;
    try {
      for (;;) {
        const first = await askings[0]!.until((channel) => channel.unary(kv.range, { key: Buffer.of(0) }, within()));
        const revision = first.header?.revision ?? 0n;
        const hashes = await Promise.all(
          askings.map(({ until }) => until((channel) => channel.unary(maintenance.hashKV, { revision }, within()))),
        );
        // They are compared where they hash the same stretch of history.
        const isSame = new Set(hashes.map(({ compact_revision }) => compact_revision)).size === 1;
        if (isSame && new Set(hashes.map(({ hash }) => hash)).size > 1) {
          this.#faults.push(`the hashes at revision ${revision} differ: ${hashes.map(({ hash }) => hash).join(', ')}`);
        }
        if (isSame && this.#watchers.seenByAll >= revision) return revision;
        if (performance.now() > giveUpMs) {
          this.#faults.push(`the watchers have come to ${this.#watchers.seenByAll} only, the members to ${revision}`);
          return revision;
        }
        await sleep(20);
      }
    } finally {
      for (const { channel } of askings) channel.close();
    }
  }

  #asking(place: Place) {
    const channel = this.#cluster.channel(place);
    return {
      channel,
      /** Asks again until it is answered. */
      until: async <T>(ask: (to: typeof channel) => Promise<T>): Promise<T> => {
        const giveUpMs = performance.now() + SETTLE_MS;
        for (;;) {
          try {
            return await ask(channel);
          } catch (error) {
            if (performance.now() > giveUpMs) throw error;
            await sleep(20);
          }
        }
      },
    };
  }

  #count(): void {
    this.#figures.acknowledged = this.#writers.acknowledged;
    this.#figures.unknown = this.#writers.failures;
    this.#figures.revision = this.#watchers.seenByAll;
    this.#figures.resumptions = this.#watchers.stories.reduce((sum, { resumptions }) => sum + resumptions, 0);
  }

  async #judge(revision: bigint): Promise<void> {
    const { stories } = this.#watchers;
    const [first] = stories;
    for (const story of stories) {
      this.#faults.push(...story.faults, ...story.missing(this.#writers.promised), ...story.differences(first!));
    }
    for (const place of this.#cluster.places) {
      const { channel, until } = this.#asking(place);
      const all = await until(() =>
        channel.unary(kv.range, { key: Buffer.of(0), range_end: Buffer.of(0), revision }, within()),
      );
      this.#faults.push(...unlike(place, all, first!.outcome()));
      channel.close();
    }
  }
}

function unlike(
  { name }: Place,
  { kvs }: RangeResponse,
  expected: ReadonlyMap<string, { readonly value: string; readonly modRevision: bigint }>,
): string[] {
  const faults = kvs.length === expected.size ? [] : [`${name} has ${kvs.length} keys instead of ${expected.size}`];
  for (const { key, value, mod_revision } of kvs) {
    const there = expected.get(Buffer.from(key).toString());
    if (there?.value === Buffer.from(value).toString() && there.modRevision === mod_revision) continue;
    faults.push(`${name} has ${Buffer.from(key).toString()} = ${Buffer.from(value).toString()} of ${mod_revision}`);
  }
  return faults;
}

const within = (): { deadline: Deadline } => ({ deadline: Deadline.after(10_000) });
