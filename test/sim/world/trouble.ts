/** What goes wrong in the life of a cluster. Never so much that it could not be mended. */
import type { ClusterNode } from '../../../src/embed/node.ts';
import type { World } from './world.ts';

export type Trouble =
  | 'partition'
  | 'isolate leader'
  | 'loss'
  | 'delay'
  | 'pause'
  | 'kill'
  | 'kill all'
  | 'move leader'
  | 'compact'
  | 'nothing';

const LONGEST_TROUBLE_MS = 3000;

/** Brings trouble, one after the other, and takes it away again. */
export async function runTrouble(
  world: World,
  kinds: readonly Trouble[],
  log: string[],
  isOver: () => boolean,
): Promise<void> {
  while (!isOver()) {
    const kind = world.pick(kinds);
    const node = world.pick(world.nodes);
    log.push(`${world.clock.nowMs()}: ${kind} ${node.name}`);
    await begin(world, kind, node);
    await world.sleep(world.random.int(LONGEST_TROUBLE_MS));
    await endTrouble(world);
    await world.sleep(world.random.int(LONGEST_TROUBLE_MS));
  }
}

/** All members run and hear each other. */
export async function endTrouble({ cluster, nodes }: World): Promise<void> {
  cluster.network.heal();
  for (const node of nodes) if (node.isPaused) node.resume();
  for (const node of nodes) if (!node.isRunning) await node.restart();
}

async function begin(world: World, kind: Trouble, node: ClusterNode): Promise<void> {
  const { cluster, nodes, random } = world;
  const others = nodes.filter((each) => each !== node);
  switch (kind) {
    case 'partition':
      return cluster.network.partition([node], others);
    case 'isolate leader': {
      const { leader = node } = cluster;
      return cluster.network.partition(
        [leader],
        nodes.filter((each) => each !== leader),
      );
    }
    case 'loss':
      return cluster.network.drop(0.1 + random.fraction() / 2);
    case 'delay':
      return cluster.network.delay({ minMs: 0, maxMs: 10 + random.int(400) });
    case 'pause':
      return node.isRunning ? node.pause() : undefined;
    case 'kill':
      return node.kill();
    case 'kill all':
      return void (await Promise.all(nodes.map((each) => each.kill())));
    case 'move leader':
    case 'compact':
      return void ask(world, kind, node);
    case 'nothing':
      return undefined;
    default:
      throw new Error('no such trouble');
  }
}

/** Without waiting: it may take longer than the trouble lasts, or come to nothing. */
async function ask(world: World, kind: 'move leader' | 'compact', node: ClusterNode): Promise<void> {
  const { leader } = world.cluster;
  if (!leader?.running) return;
  const { maintenance, kv } = leader.running;
  const current = leader.running.header().revision;
  const done =
    kind === 'compact'
      ? kv.compact({ revision: current > 20n ? current - 20n : 1n, physical: false }, {})
      : maintenance.moveLeader({ targetID: node.id }, {});
  await done.catch(() => undefined);
}
