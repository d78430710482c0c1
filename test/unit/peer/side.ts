import { createServer, type Server } from 'node:http';
import { once } from 'node:events';
import { afterEach } from 'vitest';
import { systemClock } from '../../../src/base/index.ts';
import type { PeerLink, PeerReceiver, PeerService } from '../../../src/member/index.ts';
import { HttpPeers } from '../../../src/peer/index.ts';
import type { Message } from '../../../src/raft/index.ts';
import { portOf } from '../../support/ports.ts';

/** A member of no state, as the network between members sees it, in a cluster of this id. */
export const CLUSTER = 0xc1n;
const closers: (() => void)[] = [];

afterEach(() => {
  for (const close of closers.splice(0)) close();
});

/** Fails on everything that a test does not expect. */
export const noService = new Proxy(Object.create(null), {
  get: (_, name) => () => Promise.reject(new Error(`nobody expected ${String(name)}`)),
}) as PeerService;

/** One end of the network: what it was sent, what it logged. */
export class Side {
  readonly received: Message[] = [];
  readonly images: string[] = [];
  readonly lost: bigint[] = [];
  wasRemoved = false;
  /** Members that were removed. */
  readonly strangers = new Set<bigint>();
  readonly network: HttpPeers;
  readonly url: string;
  readonly link: PeerLink;
  readonly logged: string[] = [];

  private constructor(
    id: bigint,
    url: string,
    network: HttpPeers,
    logged: string[],
    service: PeerService,
    clusterId: bigint,
  ) {
    this.network = network;
    this.url = url;
    this.logged = logged;
    const receiver: PeerReceiver = {
      message: (m) => void this.received.push(m),
      snapshot: async (m, image) => {
        const chunks: Uint8Array[] = [];
        for await (const chunk of image) chunks.push(chunk);
        this.images.push(Buffer.concat(chunks).toString());
        this.received.push(m);
      },
      unreachable: (lost) => void this.lost.push(lost),
      removed: () => {
        this.wasRemoved = true;
      },
      isRemoved: (other) => this.strangers.has(other),
      service,
    };
    this.link = network.join({ id, clusterId, peerUrls: [url] }, receiver);
  }

  static async start(
    id: bigint,
    service: PeerService = noService,
    clusterId = CLUSTER,
    version = '3.7.0',
  ): Promise<Side> {
    const logged: string[] = [];
    const log = ({ message: text, fields }: { message: string; fields: object }): void =>
      void logged.push(`${text} ${JSON.stringify(fields, (_, v: unknown) => (typeof v === 'bigint' ? String(v) : v))}`);
    const network = new HttpPeers({ clock: systemClock, log, version, tls: () => undefined, readTimeoutMs: 2_000 });
    const server: Server = createServer((request, response) => void network.handle(request, response));
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    closers.push(() => {
      network.close();
      server.closeAllConnections();
      server.close();
    });
    return new Side(id, `http://127.0.0.1:${portOf(server)}`, network, logged, service, clusterId);
  }
}
