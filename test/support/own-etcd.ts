/** Our own server as a process, started by flags as etcd is. */
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { until } from './until.ts';

const binary = fileURLToPath(new URL('../../bin/etcd.js', import.meta.url));
const running = new Set<ChildProcess>();
process.once('exit', () => {
  for (const child of running) child.kill('SIGKILL');
});

export interface Ended {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

export class OwnEtcd {
  readonly #child: ChildProcess;
  readonly #ended: Promise<Ended>;
  #log = '';

  /** @param command what runs in place of Node and bin/etcd.js */
  constructor(
    flags: readonly string[],
    env: Readonly<Record<string, string>> = {},
    command: readonly [string, ...string[]] = [process.execPath, binary],
  ) {
    const [file, ...words] = command;
    this.#child = spawn(file, [...words, ...flags], {
      env: { PATH: process.env.PATH, ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    running.add(this.#child);
    for (const stream of [this.#child.stdout, this.#child.stderr]) {
      stream?.setEncoding('utf8').on('data', (text: string) => {
        this.#log += text;
      });
    }
    this.#ended = once(this.#child, 'close').then(() => {
      running.delete(this.#child);
      return { code: this.#child.exitCode, signal: this.#child.signalCode };
    });
  }

  /** All that it has written. */
  get log(): string {
    return this.#log;
  }

  get hasEnded(): boolean {
    return !running.has(this.#child);
  }

  get pid(): number {
    return this.#child.pid ?? 0;
  }

  get ended(): Promise<Ended> {
    return this.#ended;
  }

  /** Waits until the log says this; fails with the log if the process ends before. */
  async says(text: string): Promise<void> {
    await until(() => {
      if (this.#log.includes(text)) return true;
      if (!running.has(this.#child)) throw new Error(`etcd ended before it said "${text}":\n${this.#log}`);
      return false;
    });
  }

  async stop(signal: NodeJS.Signals = 'SIGTERM'): Promise<Ended> {
    this.#child.kill(signal);
    return this.#ended;
  }
}
