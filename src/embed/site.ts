import { join } from 'node:path';
import process from 'node:process';
import type { ServerTls } from '../serve/index.ts';
import { EmbeddedClock } from './cluster-clock.ts';
import type { Home } from './home.ts';
import type { Beginning } from './member-process.ts';
import { MemberNetwork } from './network/index.ts';
import { ClusterNode } from './node.ts';
import { type Random, seededRandom } from './random.ts';
import { RecentLog } from './recent-log.ts';
import type { Settings } from './settings.ts';

/** Who a new member is before it runs. */
interface Self {
  readonly name: string;
  readonly peerUrl: string;
}

interface Common {
  readonly tls: ServerTls | undefined;
  /** There is but one member, and the directory is its own. */
  readonly isAlone: boolean;
}

/** What the members of a cluster have in common: time, network, place, and the way they are made. */
export class Site {
  readonly clock: EmbeddedClock;
  readonly network: MemberNetwork;
  readonly log: RecentLog;
  readonly #settings: Settings;
  readonly #home: Home;
  readonly #common: Common;
  readonly #random: Random;
  #made = 0;

  constructor(settings: Settings, home: Home, common: Common) {
    this.#settings = settings;
    this.#home = home;
    this.#common = common;
    this.#random = seededRandom(settings.seed);
    // The two need each other: messages that are late wait for the clock, and the clock for messages under way.
    const activity = { isQuiet: true };
    this.clock = new EmbeddedClock(settings.clock, activity);
    const network = new MemberNetwork(this.clock.members, this.#random.fork('network'));
    const isWriting = settings.storage === 'disk' ? filesAreBusy : () => false;
    Object.defineProperty(activity, 'isQuiet', { get: () => network.mail.isQuiet && !isWriting() });
    this.network = network;
    this.log = new RecentLog(settings.log);
  }

  /** Whether the data is there for a later start. */
  get keepsData(): boolean {
    return this.#settings.dataDir !== undefined;
  }

  /**
   * Makes a member, which does not run yet; with the next free name if it is given none.
   * @param taken names that are not free
   */
  newNode(
    name: string | undefined,
    beginning: (self: Self) => Beginning,
    taken: ReadonlySet<string> = new Set(),
  ): ClusterNode {
    const { names, listen } = this.#settings;
    const nextName = (): string => {
      this.#made += 1;
      return names[this.#made - 1] ?? `m${this.#made}`;
    };
    let free = nextName();
    while (taken.has(free)) free = nextName();
    const self = selfOf(name ?? free);
    const port = listen === undefined || listen.port === 0 ? 0 : listen.port + this.#made - 1;
    const random = this.#random.fork(self.name);
    return new ClusterNode(
      {
        ...self,
        listen: listen && { host: listen.host, port },
        directory: this.#common.isAlone ? this.#home.directory : join(this.#home.directory, self.name),
        files: this.#home.files,
        clock: this.clock.members,
        network: this.network,
        tls: this.#common.tls,
        randomInt: (bound) => random.int(bound),
        log: this.log.sinkFor(self.name),
        settings: this.#settings,
      },
      () => beginning(self),
    );
  }

  /** Once no member runs any more. */
  close(): void {
    this.network.close();
    this.#home.remove();
  }
}

/** Node tells of no file in particular; other work of the process on files only makes a virtual clock wait for it. */
const filesAreBusy = (): boolean => process.getActiveResourcesInfo().some((name) => name.startsWith('FSReq'));

/** Peer URLs decide the ids of members, so they are made of their names; nothing listens there. */
const selfOf = (name: string): Self => ({ name, peerUrl: `http://${name}.invalid:2380` });
