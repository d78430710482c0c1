import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:net';

export interface RunningEtcd {
  readonly endpoint: string;
  stop(): Promise<void>;
}

/** The version of the etcd on PATH; undefined if there is none. */
export function findEtcd(): string | undefined {
  const { stdout } = spawnSync('etcd', ['--version'], { encoding: 'utf8' });
  return /etcd Version: (\S+)/.exec(stdout ?? '')?.[1];
}

const readyTimeoutMs = 20_000;
const pollMs = 50;

/** Starts one member on free ports, with its data below `directory`, and waits until it is ready. */
export async function startEtcd(directory: string): Promise<RunningEtcd> {
  const client = `http://127.0.0.1:${await freePort()}`;
  const peer = `http://127.0.0.1:${await freePort()}`;
  const child = spawn(
    'etcd',
    Object.entries({
      name: 'tour',
      'data-dir': `${directory}/data`,
      'log-level': 'error',
      'listen-client-urls': client,
      'advertise-client-urls': client,
      'listen-peer-urls': peer,
      'initial-advertise-peer-urls': peer,
      'initial-cluster': `tour=${peer}`,
    }).map(([flag, value]) => `--${flag}=${value}`),
    { stdio: ['ignore', 'ignore', 'inherit'] },
  );
  const deadlineMs = performance.now() + readyTimeoutMs;
  while (!(await isHealthy(client))) {
    if (child.exitCode !== null) throw new Error(`etcd ended with exit code ${child.exitCode}`);
    if (performance.now() > deadlineMs) throw new Error('etcd did not become ready');
    await new Promise((resolve) => setTimeout(resolve, pollMs));
  }
  return {
    endpoint: client,
    async stop() {
      const ended = once(child, 'close');
      child.kill('SIGTERM');
      await ended;
    },
  };
}

async function isHealthy(client: string): Promise<boolean> {
  try {
    return (await fetch(`${client}/health`)).ok;
  } catch {
    return false;
  }
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  if (address === null || typeof address === 'string') throw new Error('no port');
  return address.port;
}
