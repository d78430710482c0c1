import type { Clock } from '../../base/index.ts';
import { formatId } from '../../base/member-ids.ts';
import type { PeerIdentity, PeerLink, PeerReceiver, PeerService, SnapshotImage } from '../../member/index.ts';
import type { Message } from '../../raft/index.ts';
import type { Faults } from './faults.ts';
import type { Mail } from './mail.ts';
import { remoteService } from './remote-service.ts';

/** What a member that stands still keeps for later; more is lost, as when the buffers of its sockets are full. */
const LONGEST_HOLD = 4096;

/**
 * For so long a connection has to stand before etcd lets the membership change over it. Those in memory do not come
 * and go by chance, so they count as proved from the beginning, and tests need not wait.
 */
const PROVED_MS = 5000;

/** The network that links are ends of. */
export interface Surroundings {
  readonly clock: Clock;
  readonly faults: Faults;
  readonly mail: Mail;
  at(id: bigint): InProcessLink | undefined;
  isCut(from: bigint, to: bigint): boolean;
  leave(link: InProcessLink): void;
}

/** One member's end of the network. */
export class InProcessLink implements PeerLink {
  readonly self: PeerIdentity;
  readonly receiver: PeerReceiver;
  readonly #network: Surroundings;
  readonly #peers = new Set<bigint>();
  /** Those that were taken out of the cluster: they are told so when they call. */
  readonly #removed = new Set<bigint>();
  readonly #activeSinceMs = new Map<bigint, number>();
  #isClosed = false;
  #held: (() => void)[] | undefined;

  constructor(network: Surroundings, self: PeerIdentity, receiver: PeerReceiver) {
    this.#network = network;
    this.self = self;
    this.receiver = receiver;
  }

  get isHeld(): boolean {
    return this.#held !== undefined;
  }

  send(messages: readonly Message[]): void {
    const unreachable = new Set<bigint>();
    for (const message of messages) {
      const { to } = message;
      if (!this.#peers.has(to) || this.#isClosed) continue;
      if (this.#network.isCut(this.self.id, to)) unreachable.add(to);
      else if (!this.#network.faults.isLost(this.self.id, to)) {
        this.#carry(to, (link) => link.#receive(message, this));
      }
    }
    for (const id of unreachable) this.#network.mail.send('', 0, () => this.#tell((self) => self.unreachable(id)));
  }

  sendSnapshot(m: Message, image: SnapshotImage): Promise<void> {
    return this.exchange(m.to, async (link) => {
      if (link.#hasRemoved(this)) throw new Error('this member was removed from the cluster');
      await link.receiver.snapshot(m, this.#guarded(m.to, image.chunks));
    });
  }

  ask(id: bigint): PeerService {
    return remoteService((call) => this.exchange(id, (link) => call(link.receiver.service)));
  }

  /**
   * There and back again: what is asked of another member, and its answer.
   * @throws Error when one of the two does not arrive
   */
  async exchange<Result>(to: bigint, work: (link: InProcessLink) => Promise<Result>): Promise<Result> {
    const link = await this.#arrivalAt(to);
    const result = await work(link);
    await link.#arrivalAt(this.self.id);
    return result;
  }

  addPeer(id: bigint): void {
    this.#removed.delete(id);
    this.#peers.add(id);
    this.updateConnections();
  }

  updatePeer(id: bigint): void {
    this.addPeer(id);
  }

  removePeer(id: bigint): void {
    this.#peers.delete(id);
    this.#removed.add(id);
    this.updateConnections();
  }

  activeSince(id: bigint): number | undefined {
    return this.#activeSinceMs.get(id);
  }

  updateConnections(): void {
    const { clock } = this.#network;
    const { id } = this.self;
    for (const peer of this.#activeSinceMs.keys()) if (!this.#peers.has(peer)) this.#activeSinceMs.delete(peer);
    for (const peer of this.#peers) {
      if (this.#network.isCut(id, peer) || this.#network.isCut(peer, id)) this.#activeSinceMs.delete(peer);
      else if (!this.#activeSinceMs.has(peer)) this.#activeSinceMs.set(peer, clock.nowMs() - PROVED_MS);
    }
  }

  /** The member stands still: what arrives waits for it. */
  hold(): void {
    this.#held ??= [];
  }

  release(): void {
    const held = this.#held ?? [];
    this.#held = undefined;
    for (const deliver of held) this.#network.mail.send('', 0, deliver);
  }

  close(): void {
    this.#isClosed = true;
    this.#held = undefined;
    this.#network.leave(this);
  }

  /** Takes something to another member, which may be gone or cut off before it is there: then it is lost. */
  #carry(to: bigint, arrive: (link: InProcessLink) => void, lose: () => void = () => undefined): void {
    const { faults, mail } = this.#network;
    const from = this.self.id;
    mail.send(`${from}>${to}`, faults.delayMs(from, to), () => {
      const link = this.#network.isCut(from, to) ? undefined : this.#network.at(to);
      if (link === undefined) lose();
      else link.#whenAwake(() => arrive(link), lose);
    });
  }

  #arrivalAt(to: bigint): Promise<InProcessLink> {
    return new Promise((resolve, reject) => {
      const lose = (): void => reject(new Error(`member ${formatId(to)} can not be reached`));
      const { faults } = this.#network;
      if (this.#network.isCut(this.self.id, to) || faults.isLost(this.self.id, to)) lose();
      else this.#carry(to, resolve, lose);
    });
  }

  #whenAwake(deliver: () => void, lose: () => void): void {
    if (this.#isClosed) return lose();
    if (this.#held === undefined) return deliver();
    if (this.#held.length >= LONGEST_HOLD) return lose();
    this.#held.push(() => (this.#isClosed ? lose() : deliver()));
  }

  #receive(message: Message, sender: InProcessLink): void {
    if (sender.self.clusterId !== this.self.clusterId) return;
    if (this.#hasRemoved(sender)) {
      this.#network.mail.send('', 0, () => sender.#tell((self) => self.removed()));
      return;
    }
    this.#tell((self) => self.message(message));
  }

  #hasRemoved(sender: InProcessLink): boolean {
    return this.#removed.has(sender.self.id);
  }

  #tell(event: (receiver: PeerReceiver) => void): void {
    if (!this.#isClosed) event(this.receiver);
  }

  /** The pieces of an image on their way, which ends where the network does. */
  async *#guarded(to: bigint, chunks: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
    for await (const chunk of chunks) {
      await this.#arrivalAt(to);
      yield chunk;
    }
  }
}
