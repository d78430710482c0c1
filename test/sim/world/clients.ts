/** Clients that write, read and swap a few keys, and write down what they were told. */
import type { StaleRead } from '../checks/check.ts';
import { del, get, type KvOperation, put, type Request, type Response, single } from '../history/requests.ts';
import { ask } from './messages.ts';
import type { World } from './world.ts';

export const KEYS = ['a', 'b', 'c', 'd', 'e', 'f'] as const;
const TIMEOUT_MS = 1500;
const LONGEST_PAUSE_MS = 120;

export interface ClientLog {
  readonly operations: KvOperation[];
  readonly staleReads: StaleRead[];
}

/** Works until `isOver`; resolves when its last request is answered or given up. */
export async function runClient(world: World, client: number, log: ClientLog, isOver: () => boolean): Promise<void> {
  const { random } = world;
  let lastSeen = 0n;
  for (let turn = 1; !isOver(); turn += 1) {
    await world.sleep(1 + random.int(LONGEST_PAUSE_MS));
    if (random.int(10) === 0) lastSeen = (await readStale(world, log, lastSeen)) ?? lastSeen;
    else lastSeen = (await operate(world, client, requestOf(world, `${client}.${turn}`, lastSeen), log)) ?? lastSeen;
  }
}

/** Values are told apart, so that each shows who wrote it. */
function requestOf(world: World, value: string, lastSeen: bigint): Request {
  const [key, other] = [world.pick(KEYS), world.pick(KEYS)];
  const choice = world.random.int(10);
  if (choice < 4) return single(put(key, value));
  if (choice < 6) return single(get(key));
  if (choice < 7) return single(del(key));
  if (choice < 9 || key === other) {
    // Compare and swap: more often right when the key has just been made, or is of the last revision seen.
    const mod = world.random.int(2) === 0 ? 0n : lastSeen;
    return { when: [{ key, mod }], success: [put(key, value)], failure: [get(key)] };
  }
  return { when: [], success: [put(key, value), del(other)], failure: [] };
}

async function operate(world: World, client: number, request: Request, log: ClientLog): Promise<bigint | undefined> {
  const node = world.pick(world.nodes);
  const calledAt = world.moment();
  let response: Response | undefined;
  try {
    response = await world.within(node, TIMEOUT_MS, (member) => ask(member, request));
  } catch {
    // Refused or unanswered: it may have happened all the same.
  }
  const isRead = [...request.success, ...request.failure].every(({ kind }) => kind === 'get');
  // A read that failed tells nothing.
  if (response === undefined && isRead) return undefined;
  const operation = { client, request, calledAt };
  log.operations.push(response ? { ...operation, returned: { at: world.moment(), response } } : operation);
  return response?.revision;
}

async function readStale(world: World, log: ClientLog, lastSeen: bigint): Promise<bigint | undefined> {
  const isOld = lastSeen > 1n && world.random.int(2) === 0;
  const atRevision = isOld ? BigInt(1 + world.random.int(Number(lastSeen))) : 0n;
  const request = single(get(world.pick(KEYS)));
  try {
    const response = await world.within(world.pick(world.nodes), TIMEOUT_MS, (member) =>
      ask(member, request, { serializable: true, revision: atRevision }),
    );
    log.staleReads.push({ request, atRevision, response });
    return response.revision;
  } catch {
    // Too old, too new for the member, or unanswered.
    return undefined;
  }
}
