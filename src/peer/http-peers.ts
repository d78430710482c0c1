import type { IncomingMessage, ServerResponse } from 'node:http';
import { assert, type Clock, type LogSink, messageOf } from '../base/index.ts';
import { Figures } from '../figures/index.ts';
import type { PeerIdentity, PeerLink, PeerNetwork, PeerReceiver, RemoteCluster } from '../member/index.ts';
import type { Message } from '../raft/index.ts';
import { askCluster, askPeer } from './ask.ts';
import { PeerError } from './errors.ts';
import { handlePeerRequest } from './handler.ts';
import { answer } from './host.ts';
import type { Speaker } from './headers.ts';
import { Peer } from './peer.ts';
import { Dialer, type PeerTls } from './request.ts';
import { sendSnapshot } from './send-snapshot.ts';
import { PeerUrls } from './urls.ts';

export type { PeerTls } from './request.ts';

export interface HttpPeersOptions {
  readonly clock: Clock;
  readonly log: LogSink;
  /** Where it counts what it does; its own if absent. */
  readonly figures?: Figures;
  /** This member's version, such as `3.7.0`. */
  readonly version: string;
  /** For dialling https URLs; asked for each connection. */
  readonly tls: () => PeerTls | undefined;
  /** A stream on which nothing comes for so long is given up. Default: 5,000, as etcd's. */
  readonly readTimeoutMs?: number;
  /** The address to dial others from; the platform chooses if absent. */
  readonly localAddress?: string | undefined;
}

const READ_TIMEOUT_MS = 5_000;

/** The network of one member whose peers are processes of their own. */
export class HttpPeers implements PeerNetwork {
  readonly #options: HttpPeersOptions;
  readonly #dialer: Dialer;
  #link: HttpLink | undefined;

  constructor(options: HttpPeersOptions) {
    this.#options = options;
    const { tls, localAddress, readTimeoutMs = READ_TIMEOUT_MS } = options;
    this.#dialer = new Dialer({ tls, localAddress, idleTimeoutMs: readTimeoutMs });
  }

  join(self: PeerIdentity, receiver: PeerReceiver): PeerLink {
    assert(this.#link === undefined, 'a network over HTTP is for one member');
    this.#link = new HttpLink(self, receiver, this.#dialer, this.#options);
    return this.#link;
  }

  async clusterAt(peerUrls: readonly string[]): Promise<RemoteCluster> {
    const reasons: string[] = [];
    for (const url of peerUrls) {
      try {
        return await askCluster(this.#dialer, url);
      } catch (error) {
        reasons.push(messageOf(error));
      }
    }
    throw new PeerError('unreachable', reasons.join('; ') || 'no peer URL is known');
  }

  /** Answers a request that came to one of this member's peer URLs. */
  async handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    if (this.#link === undefined) return answer(response, 503, 'the member is starting');
    await this.#link.handle(request, response);
  }

  close(): void {
    this.#link?.close();
    this.#dialer.close();
  }
}

class HttpLink implements PeerLink {
  readonly #self: PeerIdentity;
  readonly #receiver: PeerReceiver;
  readonly #dialer: Dialer;
  readonly #options: HttpPeersOptions;
  readonly #figures: Figures;
  readonly #peers = new Map<bigint, Peer>();

  constructor(self: PeerIdentity, receiver: PeerReceiver, dialer: Dialer, options: HttpPeersOptions) {
    this.#self = self;
    this.#receiver = receiver;
    this.#dialer = dialer;
    this.#options = options;
    this.#figures = options.figures ?? new Figures();
  }

  send(messages: readonly Message[]): void {
    for (const m of messages) this.#peers.get(m.to)?.send(m);
  }

  async sendSnapshot(m: Message, image: Parameters<PeerLink['sendSnapshot']>[1]): Promise<void> {
    const peer = this.#peers.get(m.to);
    if (peer === undefined) throw new PeerError('unreachable', 'the receiver of a snapshot is no peer');
    const { log, clock } = this.#options;
    const route = { dialer: this.#dialer, urls: peer.urls, speaker: this.#speaker, log };
    await peer.status.figures.sendingSnapshot(Number(image.sizeBytes), clock, () => sendSnapshot(route, m, image));
  }

  ask(id: bigint): ReturnType<PeerLink['ask']> {
    return askPeer(this.#dialer, this.#peers.get(id)?.urls ?? new PeerUrls([]), this.#speaker);
  }

  addPeer(id: bigint, peerUrls: readonly string[]): void {
    if (id === this.#self.id || this.#peers.has(id)) return;
    const { clock, log, readTimeoutMs = READ_TIMEOUT_MS } = this.#options;
    this.#peers.set(
      id,
      new Peer({
        id,
        peerUrls,
        speaker: this.#speaker,
        dialer: this.#dialer,
        clock,
        log,
        figures: this.#figures,
        receiver: this.#receiver,
        streamHeartbeatMs: readTimeoutMs / 3,
      }),
    );
  }

  updatePeer(id: bigint, peerUrls: readonly string[]): void {
    this.#peers.get(id)?.urls.update(peerUrls);
  }

  removePeer(id: bigint): void {
    this.#peers.get(id)?.close();
    this.#peers.delete(id);
  }

  activeSince(id: bigint): number | undefined {
    return this.#peers.get(id)?.status.activeSinceMs;
  }

  async handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const host = {
      speaker: this.#speaker,
      receiver: this.#receiver,
      peer: (id: bigint) => this.#peers.get(id),
      isRemoved: (id: bigint) => this.#receiver.isRemoved(id),
      log: this.#options.log,
      clock: this.#options.clock,
    };
    await handlePeerRequest(host, request, response);
  }

  close(): void {
    for (const peer of this.#peers.values()) peer.close();
    this.#peers.clear();
  }

  readonly #speaker = (): Speaker => ({ ...this.#self, version: this.#options.version });
}
