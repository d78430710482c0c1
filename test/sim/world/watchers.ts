/** Watchers that follow some keys, on one member after the other, and write down all they are told. */
import { rawTextBytes } from '../../../src/base/index.ts';
import type { WatchSession } from '../../../src/member/index.ts';
import type { ClusterNode } from '../../../src/embed/node.ts';
import type { WatchResponse as WireResponse } from '../../../src/wire/index.ts';
import type { WatchRecord, WatchResponse, WatchSpec } from '../history/watch-record.ts';
import { revisionOf, watchResponse } from './messages.ts';
import type { World } from './world.ts';
import { KEYS } from './clients.ts';

/** What one watch was told, while it is being told. */
export class Watcher implements WatchRecord {
  readonly title: string;
  readonly spec: WatchSpec;
  readonly responses: WatchResponse[] = [];
  createdAt: bigint | undefined;
  compactedAt?: bigint;
  hasEnded = false;
  readonly #isSlow: () => boolean;
  #session: WatchSession | undefined;

  constructor(title: string, spec: WatchSpec, isSlow: () => boolean) {
    this.title = title;
    this.spec = spec;
    this.#isSlow = isSlow;
  }

  begin(node: ClusterNode): void {
    const sink = {
      isReady: () => !this.#isSlow(),
      send: (response: WireResponse) => this.#take(response),
      end: () => {
        this.hasEnded = true;
      },
    };
    this.#session = node.running!.watch({}, sink);
    const { key, end = '', start, prevKv, without } = this.spec;
    this.#session.request({
      create_request: {
        key: rawTextBytes(key),
        range_end: rawTextBytes(end),
        start_revision: start,
        progress_notify: false,
        filters: without === undefined ? [] : [without === 'put' ? 0 : 1],
        prev_kv: prevKv,
        watch_id: 0n,
        fragment: false,
      },
    });
  }

  askProgress(): void {
    this.#session?.request({ progress_request: {} });
  }

  drained(): void {
    this.#session?.drained();
  }

  /** The connection breaks. */
  leave(): void {
    this.#session?.close();
    this.hasEnded = true;
  }

  /** Where another watch must go on. */
  get next(): bigint {
    const last = this.responses.findLast(({ events }) => events.length > 0)?.events.at(-1)?.stored.mod;
    if (last !== undefined) return last + 1n;
    return this.spec.start > 0n || this.createdAt === undefined ? this.spec.start : this.createdAt + 1n;
  }

  #take(response: WireResponse): void {
    if (this.hasEnded) return;
    if (response.canceled) {
      this.hasEnded = true;
      if (response.compact_revision > 0n) this.compactedAt = response.compact_revision;
    } else if (response.created) this.createdAt = revisionOf(response.header);
    else this.responses.push(watchResponse(response));
  }
}

const LONGEST_STAY_MS = 6000;
const LONGEST_SLOWNESS_MS = 1500;

export interface WatcherSpec {
  readonly name: string;
  readonly isFaithful: boolean;
}

/** Follows the same keys through one watch after the other, each on a member of its own choice. */
export async function runWatcher(
  world: World,
  { name, isFaithful }: WatcherSpec,
  log: Watcher[],
  isOver: () => boolean,
): Promise<void> {
  const { random } = world;
  const all = random.int(2) === 0;
  const common = {
    key: all ? 'a' : world.pick(KEYS),
    ...(all && { end: 'z' }),
    prevKv: random.int(2) === 0,
    ...(random.int(3) === 0 && { without: world.pick(['put', 'delete'] as const) }),
  };
  let start = world.pick([0n, 1n]);
  for (let turn = 1; !isOver(); turn += 1) {
    const node = world.pick(world.nodes);
    if (!node.running || node.isPaused) {
      await world.sleep(50);
      continue;
    }
    const running = node.running;
    let slowUntilMs = 0;
    const isSlow = (): boolean => world.clock.nowMs() < slowUntilMs;
    const watcher = new Watcher(`${name}.${turn} on ${node.name}`, { ...common, start }, isSlow);
    log.push(watcher);
    watcher.begin(node);
    const leaveMs = isFaithful ? Number.POSITIVE_INFINITY : world.clock.nowMs() + random.int(LONGEST_STAY_MS);
    while (!isOver() && !watcher.hasEnded && node.running === running && world.clock.nowMs() < leaveMs) {
      await world.sleep(30 + random.int(100));
      if (isSlow()) continue;
      watcher.drained();
      if (random.int(4) === 0) watcher.askProgress();
      if (random.int(6) === 0) slowUntilMs = world.clock.nowMs() + random.int(LONGEST_SLOWNESS_MS);
    }
    watcher.leave();
    start = watcher.compactedAt ?? watcher.next;
  }
}
