/** Processes that are killed under load lose nothing of what they have acknowledged. CRASH_ROUNDS says how often. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, describe, expect, it } from 'vitest';
import { base64 } from '../support/gateway.ts';
import { OwnEtcd } from '../support/own-etcd.ts';
import { freePorts } from '../support/ports.ts';
import { until } from '../support/until.ts';

const ROUNDS = Number(process.env.CRASH_ROUNDS ?? 4);
const WRITERS = 4;
const LOAD_MS = 300;

interface Place {
  readonly name: string;
  readonly client: number;
  readonly peer: number;
}

/** The members of one cluster, which come and go. */
class Processes {
  readonly #folder = mkdtempSync(join(tmpdir(), 'crash-'));
  readonly places: readonly Place[];
  readonly #running = new Map<string, OwnEtcd>();

  constructor(ports: readonly number[]) {
    this.places = ports.slice(0, ports.length / 2).map((client, at) => ({
      name: `m${at}`,
      client,
      peer: ports[ports.length / 2 + at] ?? 0,
    }));
  }

  start({ name, client, peer }: Place): void {
    const flags = [
      `--name=${name}`,
      `--data-dir=${join(this.#folder, name)}`,
      `--listen-client-urls=http://127.0.0.1:${client}`,
      `--advertise-client-urls=http://127.0.0.1:${client}`,
      `--listen-peer-urls=http://127.0.0.1:${peer}`,
      `--initial-advertise-peer-urls=http://127.0.0.1:${peer}`,
      `--initial-cluster=${this.places.map((each) => `${each.name}=http://127.0.0.1:${each.peer}`).join(',')}`,
      // Small, so that snapshots and new segments happen meanwhile.
      '--snapshot-count=50',
      '--snapshot-catchup-entries=10',
    ];
    this.#running.set(name, new OwnEtcd(flags));
  }

  async ready(): Promise<void> {
    await Promise.all([...this.#running.values()].map((etcd) => etcd.says('ready to serve client requests')));
  }

  async kill({ name }: Place): Promise<void> {
    await this.#running.get(name)?.stop('SIGKILL');
  }

  async end(): Promise<void> {
    await Promise.all(this.places.map((place) => this.kill(place)));
    rmSync(this.#folder, { recursive: true, force: true });
  }
}

async function post(port: number, path: string, body: object): Promise<Record<string, unknown> | undefined> {
  try {
    const answer = await fetch(`http://127.0.0.1:${port}/v3/${path}`, {
      method: 'POST',
      body: JSON.stringify(body),
      signal: AbortSignal.timeout(8_000),
    });
    const json: Record<string, unknown> = JSON.parse(await answer.text());
    return answer.status === 200 ? json : undefined;
  } catch {
    return undefined; // It was killed before it could answer.
  }
}

/** Writes until it is told to stop; resolves with the keys of which a member has said that they are there. */
function write({ places }: Processes, round: number): () => Promise<string[]> {
  const end = new AbortController();
  const writers = Array.from({ length: WRITERS }, async (_, writer) => {
    const acknowledged: string[] = [];
    for (let at = 0; !end.signal.aborted; at += 1) {
      const key = `r${round}/w${writer}/${at}`;
      const { client = 0 } = places[(writer + at) % places.length] ?? {};
      if (await post(client, 'kv/put', { key: base64(key), value: base64(key) })) acknowledged.push(key);
      else await sleep(10);
    }
    return acknowledged;
  });
  return async () => {
    end.abort();
    return (await Promise.all(writers)).flat();
  };
}

async function keysOf(port: number): Promise<Set<string>> {
  const all = await post(port, 'kv/range', { key: base64('r'), range_end: base64('s'), keys_only: true });
  const { kvs = [] } = all as { kvs?: { key: string }[] };
  return new Set(kvs.map(({ key }) => Buffer.from(key, 'base64').toString()));
}

let processes: Processes | undefined;
afterEach(() => processes?.end());

describe.each([1, 3])('%i process(es), killed under load', (size) => {
  it(
    `have every acknowledged put after ${ROUNDS} rounds, and agree`,
    async () => {
      const cluster = new Processes(await freePorts(2 * size));
      processes = cluster;
      for (const place of cluster.places) cluster.start(place);
      await cluster.ready();
      const acknowledged: string[] = [];
      for (let round = 0; round < ROUNDS; round += 1) {
        const stop = write(cluster, round);
        await sleep(LOAD_MS);
        // Every other time all of them go at once, as by a power failure.
        const victims = round % 2 === 0 ? cluster.places : [cluster.places[round % size]!];
        await Promise.all(victims.map((place) => cluster.kill(place)));
        for (const place of victims) cluster.start(place);
        await cluster.ready();
        acknowledged.push(...(await stop()));
      }
      expect(acknowledged.length).toBeGreaterThan(ROUNDS);
      for (const { client } of cluster.places) {
        const there = await keysOf(client);
        expect(acknowledged.filter((key) => !there.has(key))).toEqual([]);
      }
      const { revision } = (await post(cluster.places[0]!.client, 'kv/range', { key: base64('r') }))!.header as {
        revision: string;
      };
      await until(async () => {
        const hashes = await Promise.all(
          cluster.places.map(async ({ client }) => (await post(client, 'maintenance/hashkv', { revision }))?.hash),
        );
        return hashes[0] !== undefined && new Set(hashes).size === 1;
      });
    },
    60_000 + ROUNDS * 30_000,
  );
});
