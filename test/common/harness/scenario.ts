/** Runs scenarios on every backend there is: real etcd, and the one that lives in this process. */
import { afterAll, afterEach, beforeAll, describe } from 'vitest';
import { type ClientConfig, openClient } from '../../../src/client/index.ts';
import { Channel } from '../../../src/grpc/index.ts';
import { findReleases, type Series } from '../../support/binaries.ts';
import type { Backend, ClusterSpec, CommonCluster } from './cluster.ts';
import { embeddedBackend } from './embedded.ts';
import { Kit } from './kit.ts';
import { realBackend } from './real.ts';

const SERIES_IN_ORDER: readonly Series[] = ['3.4', '3.5', '3.7'];

export interface ClientOptions {
  /** The members it may talk to, by index; the first by default. */
  readonly members?: readonly number[];
  readonly user?: { readonly name: string; readonly password: string };
}

/** Where a scenario takes place: one backend, and on it a cluster with its clients. */
export class Scene {
  readonly backend: Backend;
  #cluster: CommonCluster | undefined;
  readonly #kits: Kit[] = [];
  readonly #channels: Channel[] = [];

  constructor(backend: Backend) {
    this.backend = backend;
  }

  /** Whether the server is, or behaves, as new as this. */
  since(series: Series): boolean {
    return SERIES_IN_ORDER.indexOf(this.backend.series) >= SERIES_IN_ORDER.indexOf(series);
  }

  async start(spec: ClusterSpec = {}): Promise<CommonCluster> {
    this.#cluster = await this.backend.start(spec);
    return this.#cluster;
  }

  get cluster(): CommonCluster {
    if (!this.#cluster) throw new Error('no cluster has been started');
    return this.#cluster;
  }

  /** A client that is closed after the test. */
  async client({ members = [0], user }: ClientOptions = {}): Promise<Kit> {
    const config: ClientConfig = {
      endpoints: members.map((index) => this.cluster.endpoints[index]!),
      dialTimeoutMs: 5000,
      keepAliveTimeMs: 0,
      keepAliveTimeoutMs: 0,
      maxRequestBytes: 16 * 1024 * 1024,
      maxReceiveBytes: 0,
      ...(user && { user }),
    };
    const kit = new Kit(await openClient(config, { random: () => 0 }));
    this.#kits.push(kit);
    return kit;
  }

  /** A bare way to a member: no retries, no tokens, and whole streams. Closed after the test. */
  channel(member = 0): Channel {
    const [host = '', port = ''] = this.cluster.endpoints[member]!.split(':');
    const channel = new Channel({ kind: 'tcp', host, port: Number(port) });
    this.#channels.push(channel);
    return channel;
  }

  async closeClients(): Promise<void> {
    for (const channel of this.#channels.splice(0)) channel.close();
    await Promise.all(this.#kits.splice(0).map((kit) => kit.close()));
  }

  async stop(): Promise<void> {
    await this.closeClients();
    await this.#cluster?.stop();
    this.#cluster = undefined;
  }
}

function backends(): Backend[] {
  return [embeddedBackend, ...findReleases().map(realBackend)];
}

/** Scenarios that share a cluster: each keeps to keys of its own, and counts revisions from where it begins. */
export function describeTogether(name: string, spec: ClusterSpec, body: (scene: Scene) => void): void {
  onEveryBackend(name, (scene) => {
    beforeAll(async () => void (await scene.start(spec)));
    afterEach(() => scene.closeClients());
    afterAll(() => scene.stop());
    body(scene);
  });
}

/** Scenarios that each start a cluster of their own with `scene.start`. */
export function describeAlone(name: string, body: (scene: Scene) => void): void {
  onEveryBackend(name, (scene) => {
    afterEach(() => scene.stop());
    body(scene);
  });
}

function onEveryBackend(name: string, body: (scene: Scene) => void): void {
  for (const backend of backends()) describe(`${name} on ${backend.name}`, () => body(new Scene(backend)));
}
