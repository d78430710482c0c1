import { GrpcError, StatusCode } from '../grpc/index.ts';
import type { CallBounds } from './api.ts';
import type { Node } from './node.ts';
import { boundsError, jittered, pause, within } from './pause.ts';

/** How long one endpoint may take to connect before the next one is tried beside it. */
const HEAD_START_MS = 50;
const FIRST_WAIT_MS = 25;
const LONGEST_WAIT_MS = 1000;

/** An attempt to connect that several calls wait for; it stops when none waits any more. */
interface Race {
  readonly winner: Promise<Node>;
  readonly stop: AbortController;
  waiters: number;
}

/** Who wants to know how connecting goes. */
export interface BalancerListener {
  /** Every endpoint has failed to connect; all are tried again. */
  readonly roundFailed?: () => void;
  readonly connected?: () => void;
}

/**
 * Finds an endpoint to talk to. Calls stay with one endpoint while it is well and go on to the next when it
 * is not; where a dead endpoint would cost time, the next is tried beside it and the first to connect wins.
 */
export class Balancer {
  readonly nodes: readonly Node[];
  readonly #listener: BalancerListener;
  #turn: number;
  #race: Race | undefined;
  #isClosed = false;

  /**
   * @param first index of the endpoint to begin with
   */
  constructor(nodes: readonly Node[], first: number, listener: BalancerListener = {}) {
    this.nodes = nodes;
    this.#turn = first;
    this.#listener = listener;
  }

  /** The endpoint whose turn it is, connected or not. */
  get next(): Node {
    const node = this.nodes[this.#turn];
    if (node === undefined) throw new RangeError('a balancer without endpoints');
    return node;
  }

  /** A connected endpoint; waits for one as long as the bounds allow. @throws GrpcError when they run out. */
  async ready(bounds: CallBounds): Promise<Node> {
    const over = this.#isClosed ? new GrpcError(StatusCode.Canceled, 'the client is closed') : boundsError(bounds);
    if (over !== undefined) throw over;
    const node = this.next;
    if (node.isConnected) return node;
    const race = this.#join();
    try {
      return await within(race.winner, bounds);
    } catch (error) {
      await this.#recordTroubles();
      throw error;
    } finally {
      race.waiters -= 1;
      if (race.waiters === 0) race.stop.abort();
    }
  }

  /** Records a failure and turns to the next endpoint. */
  failed(node: Node, failure: GrpcError): void {
    // A deadline tells less than what kept the endpoint from answering before it.
    const tellsNothing = failure.code === StatusCode.DeadlineExceeded && failure.cause === undefined;
    if (!tellsNothing || node.failure === undefined) node.failure = failure;
    if (this.next === node) this.#turn = (this.#turn + 1) % this.nodes.length;
  }

  get isClosed(): boolean {
    return this.#isClosed;
  }

  /** Ends every call and every wait for a connection. */
  close(): void {
    this.#isClosed = true;
    this.#race?.stop.abort();
    for (const node of this.nodes) node.drop();
  }

  /** What connecting waits for is known only as long as it waits. */
  async #recordTroubles(): Promise<void> {
    await Promise.all(
      this.nodes.map(async (node) => {
        node.failure = (await node.trouble()) ?? node.failure;
      }),
    );
  }

  #join(): Race {
    if (this.#race === undefined) {
      const stop = new AbortController();
      const winner = this.#connectAny(stop.signal);
      const race: Race = { winner, stop, waiters: 0 };
      this.#race = race;
      const leave = (): void => {
        if (this.#race === race) this.#race = undefined;
      };
      winner.then(leave, leave);
      stop.signal.addEventListener('abort', leave);
    }
    this.#race.waiters += 1;
    return this.#race;
  }

  async #connectAny(signal: AbortSignal): Promise<Node> {
    for (let waitMs = FIRST_WAIT_MS; ; waitMs = Math.min(2 * waitMs, LONGEST_WAIT_MS)) {
      const winner = await this.#round(signal);
      if (winner !== undefined) return winner;
      const over = boundsError({ signal });
      if (over !== undefined) throw over;
      this.#listener.roundFailed?.();
      await pause(jittered(waitMs), { signal });
    }
  }

  /** One attempt at every endpoint, each begun when the one before has failed or its head start is over. */
  async #round(signal: AbortSignal): Promise<Node | undefined> {
    const order = [...this.nodes.slice(this.#turn), ...this.nodes.slice(0, this.#turn)];
    const over = new AbortController();
    const stop = (): void => over.abort();
    signal.addEventListener('abort', stop);
    const runners: Promise<Node | undefined>[] = [];
    const underway = new Set<Node>();
    try {
      for (const node of order) {
        if (signal.aborted) return undefined;
        underway.add(node);
        runners.push(this.#connect(node, over.signal).finally(() => underway.delete(node)));
        const settled = await Promise.race([firstOf(runners), headStart(over.signal)]);
        if (settled !== undefined) return this.#take(settled, underway);
      }
      const winner = await firstOf(runners);
      return winner && this.#take(winner, underway);
    } finally {
      signal.removeEventListener('abort', stop);
      over.abort();
    }
  }

  #take(winner: Node, losers: Iterable<Node>): Node {
    // A connection that lost the race would only linger. One that nobody waits for any more is left to the next race.
    for (const loser of losers) loser.drop();
    winner.failure = undefined;
    this.#listener.connected?.();
    this.#turn = this.nodes.indexOf(winner);
    return winner;
  }

  async #connect(node: Node, signal: AbortSignal): Promise<Node | undefined> {
    try {
      await node.link.connect({ signal });
      return node;
    } catch (error) {
      if (!signal.aborted) node.failure = error;
      return undefined;
    }
  }
}

/** The first runner to arrive; undefined once all have given up. */
function firstOf(runners: readonly Promise<Node | undefined>[]): Promise<Node | undefined> {
  return new Promise((resolve) => {
    for (const runner of runners) void runner.then((node) => node && resolve(node));
    void Promise.all(runners).then(() => resolve(undefined));
  });
}

async function headStart(signal: AbortSignal): Promise<undefined> {
  await pause(HEAD_START_MS, { signal }).catch(() => undefined);
  return undefined;
}
