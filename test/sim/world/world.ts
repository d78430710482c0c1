/** A cluster whose life a seed decides: its time, its network and everybody's choices. */
import type { Clock } from '../../../src/base/index.ts';
import { launch } from '../../../src/embed/launch.ts';
import type { EmbeddedCluster } from '../../../src/embed/cluster.ts';
import type { ClusterNode } from '../../../src/embed/node.ts';
import { type Random, seededRandom } from '../../../src/embed/random.ts';
import type { MemberApi } from '../../../src/member/index.ts';

export interface Setting {
  readonly seed: number;
  readonly members: number;
  /** Small, so that members that were away are sent snapshots. */
  readonly snapshotCount?: number;
  /** Small, so that slow watchers are held back. */
  readonly watchQueue?: number;
}

/** Thrown into what waits for a member that is gone. */
export class Unanswered extends Error {}

export class World {
  readonly cluster: EmbeddedCluster;
  readonly clock: Clock;
  readonly random: Random;
  #moment = 0;

  private constructor(cluster: EmbeddedCluster, random: Random) {
    this.cluster = cluster;
    this.clock = cluster.clock.members;
    this.random = random;
  }

  static async create({ seed, members, snapshotCount = 10, watchQueue = 128 }: Setting): Promise<World> {
    const options = { size: members, listen: false, clock: 'virtual', seed, snapshotCount } as const;
    const limits = { snapshotCatchUpEntries: 5, watchQueueResponses: watchQueue };
    const openEtcd3 = (): never => {
      throw new Error('a simulation asks its members themselves');
    };
    const cluster = await launch({ ...options, ...limits }, { openEtcd3 });
    return new World(cluster, seededRandom(seed).fork('world'));
  }

  get nodes(): readonly ClusterNode[] {
    return this.cluster.members;
  }

  /** Later than all before: what happens is ordered even within a millisecond. */
  moment(): number {
    this.#moment += 1;
    return this.#moment;
  }

  sleep(ms: number): Promise<void> {
    return new Promise((resolve) => void this.clock.after(ms, resolve));
  }

  pick<Item>(items: readonly Item[]): Item {
    return items[this.random.int(items.length)]!;
  }

  /**
   * Has a member do something, as a client that waits for so long would. A member that stands still does it when it
   * goes on, though nobody waits for it any more. @throws Unanswered
   */
  async within<Result>(
    node: ClusterNode,
    timeoutMs: number,
    work: (member: MemberApi) => Promise<Result>,
  ): Promise<Result> {
    const late = this.sleep(timeoutMs).then((): never => {
      throw new Unanswered('no answer in time');
    });
    const done = this.#awake(node, timeoutMs).then(work);
    done.catch(() => undefined);
    return Promise.race([done, late]);
  }

  async #awake(node: ClusterNode, timeoutMs: number): Promise<MemberApi> {
    const untilMs = this.clock.nowMs() + 4 * timeoutMs;
    while (node.isPaused && this.clock.nowMs() < untilMs) await this.sleep(20);
    if (!node.running) throw new Unanswered('the member does not run');
    return node.running;
  }
}
