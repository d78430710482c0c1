import { setTimeout as sleep } from 'node:timers/promises';
import { watch } from '../../src/wire/services/watch.ts';
import type { OwnCluster, Place } from '../support/own-cluster.ts';
import type { Random } from '../support/random.ts';
import { type Revision, Story } from './story.ts';

const FIRST_REVISION = 1n;
const PAUSE_MS = 20;
const EVERYTHING = { key: Buffer.of(0), range_end: Buffer.of(0) };

/** One client that watches every key, and after each loss of its member goes on behind the last revision it saw. */
class Watcher {
  readonly story: Story;
  readonly #cluster: OwnCluster;
  readonly #choose: () => Place;
  #end: (() => void) | undefined;
  #isOver = false;
  readonly #work: Promise<void>;

  constructor(cluster: OwnCluster, name: string, choose: () => Place) {
    this.story = new Story(name, FIRST_REVISION);
    this.#cluster = cluster;
    this.#choose = choose;
    this.#work = this.#run();
  }

  async stop(): Promise<void> {
    this.#isOver = true;
    this.#end?.();
    await this.#work;
  }

  async #run(): Promise<void> {
    while (!this.#isOver) {
      await this.#follow(this.#choose()).catch(() => undefined);
      await sleep(PAUSE_MS);
    }
  }

  async #follow(place: Place): Promise<void> {
    const channel = this.#cluster.channel(place);
    try {
      const call = channel.open(watch.watch);
      this.#end = () => call.cancel();
      await call.write({ create_request: { ...EVERYTHING, start_revision: this.story.revision + 1n } });
      for await (const response of call) {
        if (response.created) this.story.resumptions += 1;
        if (response.canceled) {
          this.story.faults.push(
            `${this.story.name} was cancelled at ${this.story.revision}, compacted at ${response.compact_revision}: ${response.cancel_reason}`,
          );
        }
        this.story.tell(response.events);
      }
    } finally {
      channel.close();
    }
  }
}

/** One watcher on each member, which waits for it to return, and one that goes to whichever is there. */
export class Watchers {
  readonly #watchers: readonly Watcher[];

  constructor(cluster: OwnCluster, random: Random) {
    this.#watchers = [
      ...cluster.places.map((place) => new Watcher(cluster, `watcher of ${place.name}`, () => place)),
      new Watcher(cluster, 'roaming watcher', () => random.pick(cluster.places)),
    ];
  }

  get stories(): readonly Story[] {
    return this.#watchers.map(({ story }) => story);
  }

  /** The revision that all have seen. */
  get seenByAll(): Revision {
    return this.stories.map(({ revision }) => revision).reduce((least, each) => (each < least ? each : least));
  }

  async stop(): Promise<void> {
    await Promise.all(this.#watchers.map((watcher) => watcher.stop()));
  }
}
