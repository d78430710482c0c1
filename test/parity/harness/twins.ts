/**
 * Two clusters of one layout, one per tool. They are fed the same commands, so
 * that revisions, terms and ids stay equal and outputs can be compared as they
 * are. Before each case both are brought back to the same empty state.
 */
import type { EtcdRelease } from '../../support/binaries.ts';
import { startCluster } from '../../support/etcd-server.ts';
import type { Case } from './case.ts';
import { otherServerFlags, untilAcquainted, withOtherServer } from './own-server.ts';
import { alignRevisions, resetCluster } from './reset.ts';
import type { Surroundings } from './rules.ts';
import { layoutOf, type Topology } from './topology.ts';
import { World, type Outcome } from './world.ts';

export type Side = 'theirs' | 'ours';
/** The executable on each side. */
export type Tools = Readonly<Record<Side, string>>;

/** Two that begin early in a second hardly ever miss each other so often. */
const TRIES = 5;

export class Twins {
  readonly #release: EtcdRelease;
  readonly #topology: Topology;
  readonly #tools: Tools;
  #worlds: Record<Side, World> | undefined;
  /** The last case said that it leaves something behind. */
  #soiled = false;
  #played = 0;

  constructor(release: EtcdRelease, topology: Topology, tools: Tools) {
    this.#release = release;
    this.#topology = topology;
    this.#tools = tools;
  }

  /** Plays a case on the named sides at the same time; again while they added members in different seconds. */
  async run(parityCase: Case, sides: readonly Side[]): Promise<Partial<Record<Side, Outcome>>> {
    for (let tries = 1; ; tries += 1) {
      const outcomes = await this.#play(parityCase, sides);
      const ids = new Set(Object.values(outcomes).map(({ members }) => members.join()));
      // Who never adds the same has something to be found by comparing.
      if (ids.size === 1 || tries === TRIES) return outcomes;
    }
  }

  surroundings(side: Side): Surroundings {
    const world = this.#worlds?.[side];
    if (!world) throw new Error('the twins do not run');
    return { endpoints: world.cluster.endpoints, knownIds: world.knownIds, leases: [] };
  }

  logTails(): string {
    return Object.values(this.#worlds ?? {})
      .map((world) => world.cluster.logTails())
      .join('\n');
  }

  async close(): Promise<void> {
    const worlds = Object.values(this.#worlds ?? {});
    this.#worlds = undefined;
    await Promise.all(worlds.map((world) => world.close()));
  }

  async #play(parityCase: Case, sides: readonly Side[]): Promise<Partial<Record<Side, Outcome>>> {
    const worlds = await this.#ready();
    for (const [path, body] of parityCase.prepare ?? []) {
      await Promise.all(sides.map((side) => worlds[side].cluster.gateway.call(path, body)));
    }
    this.#soiled = parityCase.spoils ?? false;
    this.#played += 1;
    const play = async (side: Side): Promise<readonly [Side, Outcome]> => [
      side,
      await worlds[side].play(parityCase, this.#played),
    ];
    const outcomes = await Promise.all(sides.map(play));
    return Object.fromEntries(outcomes);
  }

  async #ready(): Promise<Record<Side, World>> {
    if (this.#soiled) await this.close();
    this.#soiled = false;
    if (this.#worlds) {
      try {
        await this.#reset();
        return this.#worlds;
      } catch {
        // What a case left behind cannot be cleared away: start anew.
        await this.close();
      }
    }
    const options = { release: this.#release, ...layoutOf(this.#topology) };
    const [theirs, ours] = await Promise.all([
      startCluster(options),
      startCluster({ ...options, release: withOtherServer(this.#release), flags: otherServerFlags(this.#release) }),
    ]);
    await untilAcquainted(ours.members.length);
    this.#worlds = {
      theirs: await World.create(theirs, this.#tools.theirs),
      ours: await World.create(ours, this.#tools.ours),
    };
    return this.#worlds;
  }

  async #reset(): Promise<void> {
    const clusters = Object.values(this.#worlds ?? {}).map((world) => world.cluster);
    const headers = await Promise.all(clusters.map((cluster) => resetCluster(cluster)));
    const [first, second] = headers;
    if (first?.raft_term !== second?.raft_term) throw new Error('the terms differ');
    await alignRevisions(clusters, headers);
  }
}
