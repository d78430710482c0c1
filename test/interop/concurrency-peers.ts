/** Locks and elections of two makers on one cluster: theirs as processes, ours in this one. */
import { spawn } from 'node:child_process';
import { openClient } from '../../src/client/index.ts';
import { type CliRun, runCli } from '../support/cli.ts';
import type { EtcdCluster } from '../support/etcd-server.ts';
import { fakeIo } from '../support/fake-io.ts';
import { until } from '../support/until.ts';

/** A running `lock` or `elect`. */
export interface Peer {
  /** What it has printed so far. */
  out(): string;
  /** Waits until it has printed `text`. */
  printed(text: string): Promise<void>;
  /** Ctrl-C. Returns the exit code. */
  interrupt(): Promise<number>;
  readonly ended: Promise<number>;
}

/** Starts one maker's etcdctl on a cluster. */
export type Start = (cluster: EtcdCluster, words: readonly string[]) => Peer;

export const ours: Start = (cluster, words) => {
  const io = fakeIo({
    runChild: async (command) => {
      io.stdout.write(`ran ${command.join(' ')}\n`);
      return { code: 0 };
    },
  });
  const running: Promise<CliRun> = runCli([...words, '--endpoints', cluster.endpoints.join()], openClient, { io });
  return peer(
    () => io.out(),
    () => io.interrupt('SIGINT'),
    running.then(({ code }) => code),
  );
};

export const theirs: Start = (cluster, words) => {
  const { etcdctl } = cluster.options.release;
  const argv = [...words, '--endpoints', cluster.endpoints.join()];
  const child = spawn(etcdctl, argv, { env: { ETCDCTL_API: '3' }, stdio: ['ignore', 'pipe', 'ignore'] });
  let out = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    out += text;
  });
  const ended = new Promise<number>((resolve) => {
    child.once('close', (code) => resolve(code ?? -1));
  });
  return peer(
    () => out,
    () => child.kill('SIGINT'),
    ended,
  );
};

function peer(out: () => string, interrupt: () => void, ended: Promise<number>): Peer {
  let exitCode: number | undefined;
  void ended.then((code) => {
    exitCode = code;
  });
  return {
    out,
    ended,
    printed: async (text) => {
      await until(() => out().includes(text) || exitCode !== undefined);
      if (!out().includes(text)) throw new Error(`ended with exit code ${exitCode} without ${text}, after ${out()}`);
    },
    interrupt: () => {
      interrupt();
      return ended;
    },
  };
}
