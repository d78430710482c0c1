/** One real etcd process: started, watched, signalled, and never left behind. */
import { spawn, type ChildProcess } from 'node:child_process';
import { closeSync, openSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

export interface MemberSpec {
  readonly binary: string;
  readonly name: string;
  /** Working directory, which holds the log, the data and the peer socket. */
  readonly directory: string;
  readonly flags: readonly string[];
}

const STOP_TIMEOUT_MS = 10_000;
const LOG_TAIL_LINES = 40;

const running = new Set<ChildProcess>();
process.once('exit', () => {
  for (const child of running) child.kill('SIGKILL');
});

export class EtcdMember {
  readonly name: string;
  readonly #spec: MemberSpec;
  #child: ChildProcess | undefined;

  constructor(spec: MemberSpec) {
    this.name = spec.name;
    this.#spec = spec;
  }

  get logPath(): string {
    return join(this.#spec.directory, `${this.name}.log`);
  }

  get dataDirectory(): string {
    return join(this.#spec.directory, `${this.name}.data`);
  }

  get alive(): boolean {
    return this.#child !== undefined && this.#child.exitCode === null && this.#child.signalCode === null;
  }

  /** Starts the process, again after a stop or a kill with the same data. */
  start(): void {
    const { binary, directory, flags, name } = this.#spec;
    const log = openSync(this.logPath, 'a', 0o600);
    const argv = ['--name', name, '--data-dir', this.dataDirectory, '--log-level', 'warn', ...flags];
    // setpriv makes the kernel kill the member when the test process dies by a
    // signal that it cannot handle.
    const child = spawn('setpriv', ['--pdeathsig', 'KILL', binary, ...argv], {
      cwd: directory,
      env: { PATH: process.env.PATH, ETCD_UNSUPPORTED_ARCH: process.arch === 'arm64' ? 'arm64' : '' },
      stdio: ['ignore', log, log],
    });
    closeSync(log);
    running.add(child);
    child.once('exit', () => running.delete(child));
    this.#child = child;
  }

  /** SIGTERM, and SIGKILL when that takes too long. */
  async stop(): Promise<void> {
    if (!this.alive) return;
    this.resume();
    this.#child?.kill('SIGTERM');
    if (!(await this.#ended(STOP_TIMEOUT_MS))) await this.kill();
  }

  /** As `kill -9`: nothing is flushed. */
  async kill(): Promise<void> {
    if (!this.alive) return;
    this.#child?.kill('SIGKILL');
    await this.#ended(STOP_TIMEOUT_MS);
  }

  /** The process keeps its sockets and answers nothing. */
  pause(): void {
    this.#child?.kill('SIGSTOP');
  }

  resume(): void {
    this.#child?.kill('SIGCONT');
  }

  /** The last lines of the log, for the message of a failed test. */
  logTail(): string {
    const lines = readFileSync(this.logPath, 'utf8').trimEnd().split('\n').slice(-LOG_TAIL_LINES);
    return [`--- log of etcd ${this.name}`, ...lines].join('\n');
  }

  async #ended(timeoutMs: number): Promise<boolean> {
    for (let waitedMs = 0; this.alive && waitedMs < timeoutMs; waitedMs += 10) await sleep(10);
    return !this.alive;
  }
}
