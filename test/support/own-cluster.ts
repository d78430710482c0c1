/** Members of one cluster, each our server as a process, that come and go with their data. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Channel, type ChannelOptions } from '../../src/grpc/index.ts';
import { type Ended, OwnEtcd } from './own-etcd.ts';
import { lastingPorts } from './ports.ts';

export interface Place {
  readonly name: string;
  readonly client: number;
  readonly peer: number;
}

export interface OwnClusterOptions {
  readonly size: number;
  /** Beside those that make it a cluster. */
  readonly flags?: readonly string[];
}

const READY_MS = 120_000;

export class OwnCluster {
  readonly places: readonly Place[];
  readonly #folder = mkdtempSync(join(tmpdir(), 'own-cluster-'));
  readonly #options: OwnClusterOptions;
  readonly #running = new Map<string, OwnEtcd>();

  private constructor(options: OwnClusterOptions, ports: readonly number[]) {
    this.#options = options;
    this.places = Array.from({ length: options.size }, (_, at) => ({
      name: `m${at}`,
      client: ports[at] ?? 0,
      peer: ports[options.size + at] ?? 0,
    }));
  }

  /** Nothing runs yet. */
  static async plan(options: OwnClusterOptions): Promise<OwnCluster> {
    return new OwnCluster(options, await lastingPorts(2 * options.size));
  }

  static async started(options: OwnClusterOptions): Promise<OwnCluster> {
    const cluster = await OwnCluster.plan(options);
    for (const place of cluster.places) cluster.start(place);
    await cluster.ready();
    return cluster;
  }

  /** As host:port. */
  get endpoints(): string[] {
    return this.places.map(({ client }) => `127.0.0.1:${client}`);
  }

  dataDir({ name }: Place): string {
    return join(this.#folder, name);
  }

  process({ name }: Place): OwnEtcd {
    const running = this.#running.get(name);
    if (running === undefined) throw new Error(`${name} was never started`);
    return running;
  }

  /**
   * @param env further variables of its environment
   * @param command what runs in place of Node and bin/etcd.js
   */
  start(place: Place, env: Readonly<Record<string, string>> = {}, command?: readonly [string, ...string[]]): void {
    const { name, client, peer } = place;
    const flags = [
      `--name=${name}`,
      `--data-dir=${this.dataDir(place)}`,
      `--listen-client-urls=http://127.0.0.1:${client}`,
      `--advertise-client-urls=http://127.0.0.1:${client}`,
      `--listen-peer-urls=http://127.0.0.1:${peer}`,
      `--initial-advertise-peer-urls=http://127.0.0.1:${peer}`,
      `--initial-cluster=${this.places.map((each) => `${each.name}=http://127.0.0.1:${each.peer}`).join(',')}`,
      ...(this.#options.flags ?? []),
    ];
    this.#running.set(name, new OwnEtcd(flags, env, command));
  }

  /** Waits until these answer clients. @throws Error with the log of one that ended before, or takes minutes */
  async ready(places: readonly Place[] = this.places): Promise<void> {
    await Promise.all(
      places.map(async (place) => {
        const etcd = this.process(place);
        const sinceMs = performance.now();
        while (!etcd.log.includes('ready to serve client requests')) {
          if (etcd.hasEnded) throw new Error(`${place.name} ended before it was ready:\n${etcd.log}`);
          if (performance.now() - sinceMs > READY_MS) throw new Error(`${place.name} is not ready:\n${etcd.log}`);
          await sleep(5);
        }
      }),
    );
  }

  kill(place: Place): Promise<Ended> {
    return this.process(place).stop('SIGKILL');
  }

  /** A connection of its own to one member; whoever asks closes it. */
  channel({ client }: Place, options: ChannelOptions = {}): Channel {
    return new Channel({ kind: 'tcp', host: '127.0.0.1', port: client }, options);
  }

  /** Kills what runs and removes the data. */
  async end(): Promise<void> {
    await Promise.all([...this.#running.values()].map((etcd) => etcd.stop('SIGKILL')));
    rmSync(this.#folder, { recursive: true, force: true });
  }
}
