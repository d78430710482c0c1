import type { Clock } from '../../base/index.ts';
import { formatId } from '../../base/member-ids.ts';
import type { PeerIdentity, PeerLink, PeerNetwork, PeerReceiver, RemoteCluster } from '../../member/index.ts';
import type { Random } from '../random.ts';
import { Faults } from './faults.ts';
import { InProcessLink, type Surroundings } from './link.ts';
import { Mail } from './mail.ts';

/** The network of a cluster within one process: what members send goes from memory to memory, if no fault stops it. */
export class MemberNetwork implements PeerNetwork, Surroundings {
  /** After changing them call `changed`. */
  readonly faults: Faults;
  readonly clock: Clock;
  readonly mail: Mail;
  readonly #links = new Map<bigint, InProcessLink>();

  constructor(clock: Clock, random: Random) {
    this.clock = clock;
    this.faults = new Faults(random);
    this.mail = new Mail(clock);
  }

  join(self: PeerIdentity, receiver: PeerReceiver): PeerLink {
    if (this.#links.has(self.id)) throw new Error(`member ${formatId(self.id)} is on the network already`);
    const link = new InProcessLink(this, self, receiver);
    this.#links.set(self.id, link);
    this.changed();
    return link;
  }

  async clusterAt(peerUrls: readonly string[]): Promise<RemoteCluster> {
    for (const link of this.#links.values()) {
      const isAsked = link.self.peerUrls.some((url) => peerUrls.includes(url));
      if (isAsked && !link.isHeld) return link.receiver.service.cluster();
    }
    throw new Error(`no member answers at ${peerUrls.join(', ')}`);
  }

  /** The member of this id, if it runs. */
  at(id: bigint): InProcessLink | undefined {
    return this.#links.get(id);
  }

  /** Nothing gets from one to the other, because one of them is not there or the network is split. */
  isCut(from: bigint, to: bigint): boolean {
    return !this.#links.has(to) || !this.#links.has(from) || this.faults.isCut(from, to);
  }

  /** Members come to know whom they are connected to. */
  changed(): void {
    for (const link of this.#links.values()) link.updateConnections();
  }

  leave(link: InProcessLink): void {
    if (this.#links.get(link.self.id) !== link) return;
    this.#links.delete(link.self.id);
    this.changed();
  }

  close(): void {
    this.mail.close();
    this.#links.clear();
  }
}
