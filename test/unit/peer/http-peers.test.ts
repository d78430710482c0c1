import { createServer, type Server } from 'node:http';
import { once } from 'node:events';
import { afterEach, describe, expect, it } from 'vitest';
import { systemClock } from '../../../src/base/index.ts';
import type { PeerLink, PeerReceiver, PeerService } from '../../../src/member/index.ts';
import { HttpPeers, PeerError } from '../../../src/peer/index.ts';
import { message, type Message } from '../../../src/raft/index.ts';
import { EtcdError, refuse } from '../../../src/wire/etcd-error.ts';
import { portOf } from '../../support/ports.ts';
import { until } from '../../support/until.ts';

const CLUSTER = 0xc1n;
const closers: (() => void)[] = [];

afterEach(() => {
  for (const close of closers.splice(0)) close();
});

/** Fails on everything that a test does not expect. */
const noService = new Proxy(Object.create(null), {
  get: (_, name) => () => Promise.reject(new Error(`nobody expected ${String(name)}`)),
}) as PeerService;

class Side {
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

const connect = (a: Side, aId: bigint, b: Side, bId: bigint): void => {
  a.link.addPeer(bId, [b.url]);
  b.link.addPeer(aId, [a.url]);
};
const beat = (from: bigint, to: bigint, term: bigint): Message => message('MsgHeartbeat', { from, to, term });

describe('two members over HTTP', () => {
  it('exchange messages in order, first by post and then on streams', async () => {
    const [a, b] = [await Side.start(1n), await Side.start(2n)];
    connect(a, 1n, b, 2n);
    a.link.send([beat(1n, 2n, 1n)]);
    await until(() => b.received.length === 1);
    await until(() => a.link.activeSince(2n) !== undefined && b.link.activeSince(1n) !== undefined);
    for (let term = 2n; term <= 50n; term += 1n) a.link.send([beat(1n, 2n, term)]);
    await until(() => b.received.length === 50);
    expect(b.received.slice(1).map(({ term }) => term)).toEqual(Array.from({ length: 49 }, (_, at) => BigInt(at) + 2n));
  });

  it('exchange appends with their entries', async () => {
    const [a, b] = [await Side.start(1n), await Side.start(2n)];
    connect(a, 1n, b, 2n);
    await until(() => a.link.activeSince(2n) !== undefined);
    const entry = (index: bigint) => ({
      type: 'EntryNormal' as const,
      term: 1n,
      index,
      data: Uint8Array.of(Number(index)),
    });
    const append = (index: bigint): Message =>
      message('MsgApp', {
        from: 1n,
        to: 2n,
        term: 1n,
        logTerm: 1n,
        index,
        entries: [entry(index + 1n)],
        commit: index,
      });
    for (let index = 1n; index <= 20n; index += 1n) a.link.send([append(index)]);
    await until(() => b.received.length === 20);
    expect(b.received.map(({ entries }) => entries[0]?.data[0])).toEqual(Array.from({ length: 20 }, (_, at) => at + 2));
  });

  it('send snapshots whole, however large, and hear when they are stored', async () => {
    const [a, b] = [await Side.start(1n), await Side.start(2n)];
    connect(a, 1n, b, 2n);
    const confState = { voters: [1n, 2n], learners: [], votersOutgoing: [], learnersNext: [], autoLeave: false };
    const m = message('MsgSnap', {
      from: 1n,
      to: 2n,
      term: 3n,
      snapshot: { index: 9n, term: 3n, confState, data: new Uint8Array(0) },
    });
    const piece = Buffer.alloc(65_536, 'x');
    const pieces = 100;
    async function* chunks(): AsyncGenerator<Uint8Array> {
      for (let at = 0; at < pieces; at += 1) yield piece;
    }
    await a.link.sendSnapshot(m, { sizeBytes: BigInt(piece.length * pieces), version: '3.7.0', chunks: chunks() });
    expect(b.images.map((image) => image.length)).toEqual([piece.length * pieces]);
    expect(b.received[0]).toMatchObject({ type: 'MsgSnap', snapshot: { index: 9n, confState } });
    expect(a.logged.some((line) => line.startsWith('sent database snapshot'))).toBe(true);
  });

  it('tell when a message was lost because no one is there', async () => {
    const a = await Side.start(1n);
    a.link.addPeer(2n, ['http://127.0.0.1:1']);
    a.link.send([beat(1n, 2n, 1n)]);
    await until(() => a.lost.length === 1);
    expect(a.link.activeSince(2n)).toBeUndefined();
    expect(a.logged.filter((line) => line.startsWith('peer cannot be reached'))).toHaveLength(1);
  });

  it('find each other again after one was away', async () => {
    const [a, b] = [await Side.start(1n), await Side.start(2n)];
    connect(a, 1n, b, 2n);
    await until(() => a.link.activeSince(2n) !== undefined);
    b.link.removePeer(1n);
    a.link.removePeer(2n);
    const c = await Side.start(3n);
    connect(a, 1n, c, 3n);
    a.link.send([beat(1n, 3n, 5n)]);
    await until(() => c.received.length === 1);
  });

  it('learn that they were removed', async () => {
    const [a, b] = [await Side.start(1n), await Side.start(2n)];
    b.strangers.add(1n);
    a.link.addPeer(2n, [b.url]);
    await until(() => a.wasRemoved);
    a.wasRemoved = false;
    a.link.send([beat(1n, 2n, 1n)]);
    await until(() => a.wasRemoved);
    expect(b.received).toEqual([]);
  });

  it('do not listen to members of another cluster', async () => {
    const [a, b] = [await Side.start(1n), await Side.start(2n, noService, 0xbadn)];
    connect(a, 1n, b, 2n);
    a.link.send([beat(1n, 2n, 1n)]);
    await until(() => b.logged.some((line) => line.includes('cluster ID mismatch')));
    await until(() => a.logged.some((line) => line.includes('cluster ID mismatch')));
    expect(b.received).toEqual([]);
  });
});

describe('what members ask each other', () => {
  const members = [{ ID: 5n, name: 'm', peerURLs: ['http://m:1'], clientURLs: [], isLearner: false }];
  const service: PeerService = {
    leaseRenew: async (id) => {
      if (id !== 7n) throw refuse.leaseNotFound();
      return 30n;
    },
    leaseTimeToLive: async ({ ID, keys }) => ({
      header: undefined,
      ID,
      TTL: 9n,
      grantedTTL: 10n,
      keys: keys ? [Uint8Array.of(1, 2)] : [],
    }),
    promote: async (id) => {
      if (id === 1n) throw refuse.memberNotLearner();
      if (id === 2n) throw refuse.learnerNotReady();
      if (id !== 5n) throw refuse.memberNotFound();
      return members;
    },
    hashKv: async ({ revision }) => {
      if (revision === 1n) throw refuse.compacted();
      if (revision === 99n) throw refuse.futureRevision();
      const header = { cluster_id: 0n, member_id: 0n, revision: 12n, raft_term: 0n };
      return { header, hash: 77, compact_revision: 3n, hash_revision: revision };
    },
    versions: async () => ({ server: '3.7.0', cluster: '3.6.0', storage: '3.6.0' }),
    cluster: async () => ({ clusterId: CLUSTER, members }),
    downgradeEnabled: async () => true,
  };

  const asked = async (): Promise<{ ask: PeerService; b: Side; a: Side }> => {
    const [a, b] = [await Side.start(1n), await Side.start(2n, service)];
    a.link.addPeer(2n, [b.url]);
    return { ask: a.link.ask(2n), a, b };
  };

  it('is answered', async () => {
    const { ask, a, b } = await asked();
    expect(await ask.leaseRenew(7n)).toBe(30n);
    expect(await ask.leaseTimeToLive({ ID: 7n, keys: true })).toMatchObject({ ID: 7n, TTL: 9n, grantedTTL: 10n });
    expect(await ask.promote(5n)).toEqual(members);
    expect(await ask.hashKv({ revision: 6n })).toMatchObject({ hash: 77, compact_revision: 3n, hash_revision: 6n });
    expect(await ask.versions()).toEqual({ server: '3.7.0', cluster: '3.6.0', storage: '3.6.0' });
    expect(await ask.downgradeEnabled()).toBe(true);
    expect(await a.network.clusterAt(['http://127.0.0.1:1', b.url])).toEqual({ clusterId: CLUSTER, members });
  });

  it.each<[string, (ask: PeerService) => Promise<unknown>, EtcdError]>([
    ['a lease that is not there', (ask) => ask.leaseRenew(8n), refuse.leaseNotFound()],
    ['a voter that is to be promoted', (ask) => ask.promote(1n), refuse.memberNotLearner()],
    ['a learner that lags', (ask) => ask.promote(2n), refuse.learnerNotReady()],
    ['a member that is not there', (ask) => ask.promote(9n), refuse.memberNotFound()],
    ['a hash of what was compacted', (ask) => ask.hashKv({ revision: 1n }), refuse.compacted()],
    ['a hash of the future', (ask) => ask.hashKv({ revision: 99n }), refuse.futureRevision()],
  ])('is refused in the same words: %s', async (_, call, refusal) => {
    const { ask } = await asked();
    await expect(call(ask)).rejects.toEqual(refusal);
  });

  it('fails where no one is there', async () => {
    const a = await Side.start(1n);
    await expect(a.link.ask(9n).versions()).rejects.toBeInstanceOf(PeerError);
    await expect(a.network.clusterAt(['http://127.0.0.1:1'])).rejects.toThrow(
      /127\.0\.0\.1:1\/members: .*ECONNREFUSED/,
    );
  });
});

describe('a request that no member makes', () => {
  const ask = async (side: Side, path: string, init: RequestInit = {}): Promise<[number, string]> => {
    const response = await fetch(side.url + path, init);
    return [response.status, (await response.text()).trim()];
  };
  const ours = {
    'X-Server-From': '1',
    'X-Server-Version': '3.7.0',
    'X-Min-Cluster-Version': '3.0.0',
    'X-Etcd-Cluster-ID': 'c1',
  };

  it.each<[string, RequestInit, number, string]>([
    ['/raft', {}, 405, 'Method Not Allowed'],
    ['/raft', { method: 'POST', body: 'x' }, 412, 'incompatible version'],
    ['/raft', { method: 'POST', body: 'x', headers: ours }, 400, 'a raft message cannot be decoded'],
    [
      '/raft/snapshot',
      { method: 'POST', body: 'x', headers: ours },
      400,
      'failed to decode raft message (unexpected EOF)',
    ],
    ['/raft/stream/other/1', { headers: ours }, 404, 'invalid path'],
    ['/raft/stream/message/xyz', { headers: ours }, 404, 'invalid from'],
    ['/raft/stream/message/9', { headers: ours }, 404, 'error sender not found'],
    ['/members/promote/x', { method: 'POST' }, 404, 'member x not found in cluster'],
    ['/members', { method: 'POST' }, 405, 'Method Not Allowed'],
    ['/other', {}, 404, '404 page not found'],
  ])('%s %j is refused', async (path, init, status, text) => {
    const side = await Side.start(2n);
    expect(await ask(side, path, init)).toEqual([status, text]);
  });

  it('reaches someone else', async () => {
    const side = await Side.start(2n);
    side.link.addPeer(1n, ['http://127.0.0.1:1']);
    expect(await ask(side, '/raft/stream/message/1', { headers: { ...ours, 'X-Raft-To': '3' } })).toEqual([
      412,
      'to field mismatch',
    ]);
  });

  it('probes', async () => {
    const [status, text] = await ask(await Side.start(2n), '/raft/probing');
    expect([status, text.startsWith('{"OK":true,"Now":"')]).toEqual([200, true]);
  });
});
