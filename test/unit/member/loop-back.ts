import type { Clock } from '../../../src/base/index.ts';
import type {
  PeerIdentity,
  PeerLink,
  PeerNetwork,
  PeerReceiver,
  PeerService,
  RemoteCluster,
} from '../../../src/member/index.ts';
import type { Message } from '../../../src/raft/index.ts';

interface Joined {
  readonly self: PeerIdentity;
  readonly receiver: PeerReceiver;
}

/** Carries messages between members of one process, at once and in order; single routes can be cut. */
export class LoopBack implements PeerNetwork {
  readonly sent: Message[] = [];
  readonly #clock: Clock;
  readonly #joined = new Map<bigint, Joined>();
  readonly #cut = new Set<bigint>();
  /** What a member answers may be changed on the way. */
  tamper: (id: bigint, service: PeerService) => PeerService = (_id, service) => service;
  /** Decides about each message; all go through by default. */
  lets: (m: Message) => boolean = () => true;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Nothing comes to or from a member any more. */
  cut(id: bigint): void {
    this.#cut.add(id);
  }

  heal(): void {
    this.#cut.clear();
  }

  isUp(a: bigint, b: bigint): boolean {
    return this.#joined.has(b) && !this.#cut.has(a) && !this.#cut.has(b);
  }

  clusterAt(peerUrls: readonly string[]): Promise<RemoteCluster> {
    for (const { self, receiver } of this.#joined.values()) {
      if (self.peerUrls.some((url) => peerUrls.includes(url))) return receiver.service.cluster();
    }
    return Promise.reject(new Error('no one answers'));
  }

  join(self: PeerIdentity, receiver: PeerReceiver): PeerLink {
    const joined: Joined = { self, receiver };
    this.#joined.set(self.id, joined);
    const peers = new Map<bigint, number>();
    const isThere = (): boolean => this.#joined.get(self.id) === joined;
    const target = (id: bigint): PeerReceiver => {
      const peer = this.#joined.get(id);
      if (!peer || !peers.has(id) || !this.isUp(self.id, id)) throw new Error(`no connection to ${id.toString(16)}`);
      return peer.receiver;
    };
    return {
      send: (messages) => {
        for (const m of messages) {
          this.sent.push(m);
          if (!peers.has(m.to)) continue;
          queueMicrotask(() => {
            if (!isThere() || !this.lets(m)) return;
            const to = this.#joined.get(m.to);
            if (!to || !this.isUp(self.id, m.to)) receiver.unreachable(m.to);
            else if (to.receiver.isRemoved(m.from)) receiver.removed();
            else to.receiver.message(m);
          });
        }
      },
      sendSnapshot: async (m, image) => {
        this.sent.push(m);
        if (!this.lets(m)) throw new Error('lost');
        await target(m.to).snapshot(m, image.chunks);
      },
      ask: (id) => {
        try {
          return this.tamper(id, target(id).service);
        } catch {
          return new Proxy(receiver.service, { get: () => () => Promise.reject(new Error('no connection')) });
        }
      },
      addPeer: (id) => peers.set(id, this.#clock.nowMs()),
      updatePeer: () => undefined,
      removePeer: (id) => peers.delete(id),
      activeSince: (id) => (this.isUp(self.id, id) ? peers.get(id) : undefined),
      close: () => {
        if (isThere()) this.#joined.delete(self.id);
      },
    };
  }
}
