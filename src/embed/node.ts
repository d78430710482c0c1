import type { Channel } from '../grpc/index.ts';
import type { Member } from '../member/index.ts';
import type { ClusterMember } from './api.ts';
import { type Beginning, MemberProcess, type ProcessSetup } from './member-process.ts';

/** One member of an embedded cluster through all its runs. */
export class ClusterNode implements ClusterMember {
  readonly name: string;
  readonly #setup: ProcessSetup;
  readonly #beginning: () => Beginning;
  #process: MemberProcess | undefined;
  #id = 0n;
  #clientUrl: string | undefined;
  /** The port of the first run, which the next ones keep. */
  #port: number | undefined;
  /** Starting, stopping and the like, one after the other. */
  #work: Promise<unknown> = Promise.resolve();

  /** @param beginning how the first run comes to its cluster */
  constructor(setup: ProcessSetup, beginning: () => Beginning) {
    this.name = setup.name;
    this.#setup = setup;
    this.#beginning = beginning;
  }

  get id(): bigint {
    return this.#id;
  }

  get clientUrl(): string | undefined {
    return this.#clientUrl;
  }

  get peerUrl(): string {
    return this.#setup.peerUrl;
  }

  get isRunning(): boolean {
    return this.#process !== undefined;
  }

  get isPaused(): boolean {
    return this.#process?.isPaused ?? false;
  }

  get isLeader(): boolean {
    return this.#process !== undefined && this.#process.member.leaderId === this.#id;
  }

  get isLearner(): boolean {
    return this.#process?.member.isLearner() ?? false;
  }

  /** The member itself, for who asks on the cluster's behalf; undefined while it does not run. */
  get running(): Member | undefined {
    return this.#process?.member;
  }

  get channel(): Channel | undefined {
    return this.#process?.channel;
  }

  /** First half of a start: the listener. */
  async listen(): Promise<MemberProcess> {
    const { listen } = this.#setup;
    const process = await MemberProcess.listen({
      ...this.#setup,
      ...(listen && this.#port !== undefined && { listen: { host: listen.host, port: this.#port } }),
    });
    this.#clientUrl = process.clientUrl;
    this.#port = process.port;
    return process;
  }

  /** Second half: the member. */
  async begin(process: MemberProcess): Promise<void> {
    try {
      await process.begin(this.#beginning());
    } catch (error) {
      await process.kill();
      throw error;
    }
    this.#id = process.member.id;
    this.#process = process;
  }

  start(): Promise<void> {
    return this.#inTurn(async () => {
      if (this.#process === undefined) await this.begin(await this.listen());
    });
  }

  stop(): Promise<void> {
    return this.#inTurn(() => this.#end((process) => process.stop()));
  }

  kill(): Promise<void> {
    // Whatever the member is about: a kill does not wait for it.
    const killed = this.#process?.kill();
    return this.#inTurn(async () => {
      await killed;
      await this.#end((process) => process.kill());
    });
  }

  /** Stops for good: the data of a member that was removed is of no use to another one. */
  async discard(): Promise<void> {
    await this.stop();
    this.#setup.files.removeTree(this.#setup.directory);
  }

  async restart(): Promise<void> {
    await this.stop();
    await this.start();
  }

  pause(): void {
    if (this.#process === undefined) throw new Error(`member ${this.name} does not run`);
    this.#process.pause();
  }

  resume(): void {
    if (this.#process === undefined) throw new Error(`member ${this.name} does not run`);
    this.#process.resume();
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.stop();
  }

  async #end(how: (process: MemberProcess) => Promise<void>): Promise<void> {
    const process = this.#process;
    if (process === undefined) return;
    try {
      await how(process);
    } finally {
      this.#process = undefined;
    }
  }

  #inTurn(work: () => Promise<void>): Promise<void> {
    const done = this.#work.then(work);
    this.#work = done.catch(() => undefined);
    return done;
  }
}
