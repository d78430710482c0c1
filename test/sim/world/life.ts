/** One life of a cluster: clients and watchers at work, trouble, and in the end peace and the whole truth. */
import type { History } from '../checks/check.ts';
import type { Chronicle, WatchEvent } from '../history/watch-record.ts';
import { type ClientLog, runClient } from './clients.ts';
import { endTrouble, runTrouble, type Trouble } from './trouble.ts';
import { runWatcher, Watcher } from './watchers.ts';
import { type Setting, World } from './world.ts';

export interface LifeSpec extends Setting {
  readonly clients: number;
  readonly watchers: number;
  readonly lengthMs: number;
  /** Watchers stay with a member as long as it runs, whatever it is cut off from and sent afterwards. */
  readonly areFaithful?: boolean;
  readonly troubles: readonly Trouble[];
}

export interface Life extends History {
  readonly troubles: readonly string[];
}

const STEP_MS = 10;
/** Longer than any timeout, election and snapshot. */
const PEACE_MS = 15_000;

export async function live(spec: LifeSpec): Promise<Life> {
  const world = await World.create(spec);
  try {
    const log: ClientLog = { operations: [], staleReads: [] };
    const [watches, troubles]: [Watcher[], string[]] = [[], []];
    const isOver = (): boolean => world.clock.nowMs() >= spec.lengthMs;
    const work = [
      ...Array.from({ length: spec.clients }, (_, client) => runClient(world, client, log, isOver)),
      ...Array.from({ length: spec.watchers }, (_, index) =>
        runWatcher(world, { name: `watch ${index}`, isFaithful: spec.areFaithful ?? false }, watches, isOver),
      ),
      runTrouble(world, spec.troubles, troubles, isOver),
    ];
    await pass(world, Promise.all(work));
    await pass(world, endTrouble(world));
    await world.cluster.clock.advance(PEACE_MS);
    const hashes = await pass(world, hashesOf(world));
    const chronicle = await chronicleOf(world);
    return { ...log, watches, chronicle, hashes, troubles };
  } finally {
    await world.cluster.stop();
  }
}

/** Lets time pass until something is done. */
async function pass<Result>({ cluster }: World, work: Promise<Result>): Promise<Result> {
  const state = { isDone: false };
  const done = work.finally(() => {
    state.isDone = true;
  });
  done.catch(() => undefined);
  while (!state.isDone) await cluster.clock.advance(STEP_MS);
  return done;
}

async function hashesOf({ nodes }: World): Promise<Map<string, string>> {
  const hashes = new Map<string, string>();
  for (const { name, running } of nodes) {
    const { header, hash, compact_revision } = await running!.maintenance.hashKv({ revision: 0n }, {});
    hashes.set(name, `${hash} at ${header?.revision} after ${compact_revision}`);
  }
  return hashes;
}

/** All that happened, from a watch of everything since the beginning. */
async function chronicleOf(world: World): Promise<Chronicle> {
  const node = world.nodes[0]!;
  const revision = node.running!.header().revision;
  const watcher = new Watcher('chronicle', { key: '\0', end: '\0', start: 1n, prevKv: false }, () => false);
  watcher.begin(node);
  const events = (): WatchEvent[] => watcher.responses.flatMap((response) => response.events);
  const isWhole = (): boolean => revision === 1n || events().at(-1)?.stored.mod === revision;
  for (let turn = 0; turn < 1000 && !isWhole(); turn += 1) await world.cluster.clock.advance(STEP_MS);
  watcher.leave();
  return events();
}
