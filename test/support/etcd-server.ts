/**
 * Real etcd servers for the tests: one or more members in a directory of their
 * own, on ports chosen by the system, gone when stopped.
 *
 * Members reach each other over unix sockets named after them. Their peer URLs,
 * and so the member and cluster ids that etcd derives from those, are the same
 * in every run, which lets the outputs of two clusters be compared as they are.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { EtcdRelease } from './binaries.ts';
import { enableAuth, ROOT } from './etcd-auth.ts';
import { settleLeader } from './etcd-leader.ts';
import { EtcdMember } from './etcd-member.ts';
import { makeCredentials, serverTlsFlags, type Credentials } from './etcd-credentials.ts';
import { Gateway } from './gateway.ts';
import { freePorts } from './ports.ts';

/** `tls` asks no certificate of the client, `mtls` requires one. */
export type Transport = 'plain' | 'tls' | 'mtls';

export interface ClusterOptions {
  readonly release: EtcdRelease;
  readonly members?: 1 | 3;
  readonly transport?: Transport;
  /** Authentication is on, with the users of etcd-auth.ts. */
  readonly auth?: boolean;
  /** Tokens are JWTs signed with a key of the cluster's own. */
  readonly jwt?: boolean;
  readonly quotaBytes?: number;
  readonly flags?: readonly string[];
}

const START_ATTEMPTS = 3;
const HEALTH_TIMEOUT_MS = 30_000;
const STORAGE_TIMEOUT_MS = 30_000;

export class EtcdCluster {
  readonly options: ClusterOptions;
  readonly directory: string;
  readonly members: readonly EtcdMember[];
  /** host:port of each member, in the order of `members`. */
  readonly endpoints: readonly string[];
  readonly credentials: Credentials | undefined;
  readonly gateways: readonly Gateway[];

  constructor(options: ClusterOptions, directory: string, ports: readonly number[], credentials?: Credentials) {
    this.options = options;
    this.directory = directory;
    this.credentials = credentials;
    this.endpoints = ports.map((port) => `127.0.0.1:${port}`);
    this.members = ports.map((_, index) => this.#member(index));
    const tls = this.#encrypted ? credentials?.gatewayTls : undefined;
    this.gateways = this.endpoints.map((endpoint) => new Gateway(endpoint, tls));
  }

  /** The gateway of the first member, logged in as root when authentication is on. */
  get gateway(): Gateway {
    return this.gateways[0]!;
  }

  /** Starts every member and waits until each answers; throws with the logs if one does not. */
  async start(): Promise<void> {
    for (const member of this.members) member.start();
    await Promise.all(this.members.map((_, index) => this.waitHealthy(index)));
    try {
      if (this.members.length > 1) await settleLeader(this.gateways);
      await Promise.all(this.gateways.map((gateway) => this.#storageReady(gateway)));
    } catch (error) {
      throw new Error(`etcd did not settle\n${this.logTails()}`, { cause: error });
    }
    if (this.options.auth) await enableAuth(this.gateway);
  }

  async waitHealthy(index: number): Promise<void> {
    const member = this.members[index]!;
    const until = Date.now() + HEALTH_TIMEOUT_MS;
    while (!(await this.gateways[index]!.health().catch(() => false))) {
      if (!member.alive) throw new Error(`etcd ${member.name} ended while starting\n${member.logTail()}`);
      if (Date.now() > until) throw new Error(`etcd ${member.name} is not healthy\n${member.logTail()}`);
      await sleep(20);
    }
  }

  /** Renews the gateway's login, which a restart of the server forgets. */
  login(): Promise<void> {
    return this.gateway.login(ROOT);
  }

  logTails(): string {
    return this.members.map((member) => member.logTail()).join('\n');
  }

  async stop(): Promise<void> {
    for (const gateway of this.gateways) gateway.close();
    // Their data is thrown away, so there is nothing to flush.
    await Promise.all(this.members.map((member) => member.kill()));
    await rm(this.directory, { recursive: true, force: true });
  }

  /** A new server of 3.6 or later writes as 3.5 would until the members agree on a version. */
  async #storageReady(gateway: Gateway): Promise<void> {
    const { series } = this.options.release;
    const until = Date.now() + STORAGE_TIMEOUT_MS;
    for (;;) {
      const { storageVersion = `${series}.0` } = await gateway.call<{ storageVersion?: string }>('maintenance/status');
      if (storageVersion === `${series}.0`) return;
      if (Date.now() > until) throw new Error(`the storage version stays ${storageVersion}`);
      await sleep(20);
    }
  }

  get #encrypted(): boolean {
    return (this.options.transport ?? 'plain') !== 'plain';
  }

  #member(index: number): EtcdMember {
    const { release, flags = [], quotaBytes, transport = 'plain', jwt = false } = this.options;
    const name = `m${index + 1}`;
    const clientUrl = `${this.#encrypted ? 'https' : 'http'}://${this.endpoints[index]}`;
    const cluster = this.endpoints.map((_, other) => `m${other + 1}=${peerUrl(other)}`).join(',');
    return new EtcdMember({
      binary: release.etcd,
      name,
      directory: this.directory,
      flags: [
        `--listen-peer-urls=${peerUrl(index)}`,
        `--initial-advertise-peer-urls=${peerUrl(index)}`,
        `--initial-cluster=${cluster}`,
        `--listen-client-urls=${clientUrl}`,
        `--advertise-client-urls=${clientUrl}`,
        '--bcrypt-cost=4',
        ...(quotaBytes === undefined ? [] : [`--quota-backend-bytes=${quotaBytes}`]),
        ...(this.credentials ? serverTlsFlags(this.credentials, transport, jwt) : []),
        ...flags,
      ],
    });
  }
}

export async function startCluster(options: ClusterOptions): Promise<EtcdCluster> {
  for (let attempt = 1; ; attempt += 1) {
    const directory = await mkdtemp(join(tmpdir(), 'etcd-'));
    const needsKeys = options.jwt === true || (options.transport ?? 'plain') !== 'plain';
    const credentials = needsKeys ? await makeCredentials(directory) : undefined;
    const cluster = new EtcdCluster(options, directory, await freePorts(options.members ?? 1), credentials);
    try {
      await cluster.start();
      return cluster;
    } catch (error) {
      await cluster.stop();
      // Another process may have taken the port since it was found free.
      if (attempt === START_ATTEMPTS || !String(error).includes('address already in use')) throw error;
    }
  }
}

/** The Go client wants a port behind the host; here both are the socket's file name. */
function peerUrl(index: number): string {
  return `unix://m${index + 1}:1`;
}
