import type { Clock, FileSystem, LogSink } from '../base/index.ts';
import { Channel } from '../grpc/index.ts';
import { Member } from '../member/index.ts';
import { type Listener, serveMember, type Served, type ServerTls } from '../serve/index.ts';
import { MemberGate } from './gate.ts';
import { MemberClock } from './member-clock.ts';
import type { MemberNetwork } from './network/index.ts';
import type { Settings } from './settings.ts';

/** What every run of a member begins with. */
export interface ProcessSetup {
  readonly name: string;
  readonly peerUrl: string;
  /** Where it listens; undefined: nowhere. Port 0 is any. */
  readonly listen: { readonly host: string; readonly port: number } | undefined;
  readonly directory: string;
  readonly files: FileSystem;
  readonly clock: Clock;
  readonly network: MemberNetwork;
  readonly tls: ServerTls | undefined;
  readonly randomInt: (bound: number) => number;
  readonly log: LogSink;
  readonly settings: Settings;
}

/** How a member comes to its cluster. */
export interface Beginning {
  readonly initialCluster: ReadonlyMap<string, readonly string[]>;
  readonly initialClusterState: 'new' | 'existing';
}

/** One run of a member, from its first listener to its last file: what a process is to an etcd of its own. */
export class MemberProcess {
  readonly served: Served;
  readonly channel: Channel;
  readonly #setup: ProcessSetup;
  readonly #gate: MemberGate;
  readonly #clock: MemberClock;
  #member: Member | undefined;
  #isPaused = false;
  #isOver = false;

  private constructor(setup: ProcessSetup, gate: MemberGate, clock: MemberClock, served: Served) {
    this.#setup = setup;
    this.#gate = gate;
    this.#clock = clock;
    this.served = served;
    this.channel = new Channel({ kind: 'unix', path: setup.name }, { connect: () => served.connect() });
  }

  /** Binds the listener, so that the port is known before the member tells it to others; it answers once `begin` is done. */
  static async listen(setup: ProcessSetup): Promise<MemberProcess> {
    const { listen, tls, settings } = setup;
    const gate = new MemberGate();
    const clock = new MemberClock(setup.clock);
    const listeners: Listener[] = listen ? [{ address: { kind: 'tcp', ...listen }, secure: tls !== undefined }] : [];
    const { maxRequestBytes } = settings.limits;
    const served = await serveMember(gate, {
      listeners,
      clock,
      logger: setup.log,
      electionTimeoutMs: settings.electionTimeoutMs,
      ...(tls && { tls, commonNames: false }),
      ...(maxRequestBytes !== undefined && { maxRequestBytes }),
    });
    return new MemberProcess(setup, gate, clock, served);
  }

  get clientUrl(): string | undefined {
    const [address] = this.served.addresses;
    if (address?.kind !== 'tcp') return undefined;
    return `${this.#setup.tls ? 'https' : 'http'}://${address.host}:${address.port}`;
  }

  get port(): number | undefined {
    const [address] = this.served.addresses;
    return address?.kind === 'tcp' ? address.port : undefined;
  }

  /** The member itself. @throws Error when it has not begun */
  get member(): Member {
    if (this.#member === undefined) throw new Error(`member ${this.#setup.name} has not started`);
    return this.#member;
  }

  get isPaused(): boolean {
    return this.#isPaused;
  }

  /** Starts the member: takes its log up, or founds or joins the cluster. */
  async begin({ initialCluster, initialClusterState }: Beginning): Promise<void> {
    const { name, peerUrl, settings, network, randomInt, log } = this.#setup;
    this.#member = await Member.start({
      name,
      peerUrls: [peerUrl],
      // A member must tell some address; this one says by its name that it leads nowhere.
      clientUrls: [this.clientUrl ?? `http://${name}.invalid:2379`],
      initialCluster,
      initialClusterState,
      storage: { dataDir: this.#setup.directory, files: this.#setup.files },
      clock: this.#clock,
      network,
      randomInt,
      log,
      heartbeatMs: settings.heartbeatMs,
      electionTicks: Math.max(1, Math.round(settings.electionTimeoutMs / settings.heartbeatMs)),
      ...settings.limits,
    });
    this.#gate.open(this.#member);
  }

  pause(): void {
    this.#isPaused = true;
    this.#clock.pause();
    this.#gate.pause();
    this.#setup.network.at(this.member.id)?.hold();
  }

  resume(): void {
    this.#isPaused = false;
    this.#setup.network.at(this.member.id)?.release();
    this.#gate.resume();
    this.#clock.resume();
  }

  /** Ends in order. */
  async stop(): Promise<void> {
    if (this.#isOver) return;
    if (this.#isPaused) this.resume();
    this.#isOver = true;
    await this.#member?.stop();
    await this.#end();
  }

  /** Ends at once. */
  async kill(): Promise<void> {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#gate.shut();
    await this.#member?.kill();
    await this.#end();
  }

  async #end(): Promise<void> {
    this.#gate.shut();
    this.channel.close();
    await this.served.close();
    this.#clock.stop();
  }
}
