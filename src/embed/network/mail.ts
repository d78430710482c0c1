import type { Clock } from '../../base/index.ts';

interface Letter {
  readonly atMs: number;
  readonly deliver: () => void;
}

/** What is delayed on the way from one member to another, the first to arrive first. */
interface Road {
  readonly letters: Letter[];
  cancel: () => void;
}

/**
 * Takes things from one member to another: in order on every route, never from within the call that hands them over,
 * and all that is due at once in one turn of the event loop, which leaves sockets and files theirs.
 */
export class Mail {
  readonly #clock: Clock;
  #due: (() => void)[] = [];
  #turn: NodeJS.Immediate | undefined;
  readonly #roads = new Map<string, Road>();
  #isClosed = false;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Nothing is under way but what is delayed. */
  get isQuiet(): boolean {
    return this.#due.length === 0;
  }

  /** @param deliver must not throw */
  send(route: string, delayMs: number, deliver: () => void): void {
    if (this.#isClosed) return;
    const road = this.#roads.get(route);
    if (road === undefined && delayMs <= 0) return this.#enqueue(deliver);
    const atMs = this.#clock.nowMs() + delayMs;
    if (road === undefined) {
      const fresh: Road = { letters: [{ atMs, deliver }], cancel: () => undefined };
      this.#roads.set(route, fresh);
      this.#await(route, fresh, delayMs);
    } else {
      // Nothing overtakes: it arrives with what was sent before it, or later.
      road.letters.push({ atMs: Math.max(atMs, road.letters.at(-1)?.atMs ?? 0), deliver });
    }
  }

  /** What is under way is lost. */
  close(): void {
    this.#isClosed = true;
    this.#due = [];
    if (this.#turn !== undefined) clearImmediate(this.#turn);
    for (const { cancel } of this.#roads.values()) cancel();
    this.#roads.clear();
  }

  #await(route: string, road: Road, delayMs: number): void {
    road.cancel = this.#clock.after(delayMs, () => this.#arrive(route, road));
  }

  #arrive(route: string, road: Road): void {
    const nowMs = this.#clock.nowMs();
    const { letters } = road;
    let arrived = 0;
    // Timers of the system may fire a fraction of a millisecond early; the first one has its time in any case.
    while (arrived < letters.length && (arrived === 0 || (letters[arrived]?.atMs ?? 0) <= nowMs)) arrived += 1;
    for (const { deliver } of letters.splice(0, arrived)) this.#enqueue(deliver);
    const next = letters[0];
    if (next === undefined) this.#roads.delete(route);
    else this.#await(route, road, Math.max(0, next.atMs - nowMs));
  }

  #enqueue(deliver: () => void): void {
    this.#due.push(deliver);
    this.#turn ??= setImmediate(() => this.#deliverAll());
  }

  #deliverAll(): void {
    this.#turn = undefined;
    const due = this.#due;
    this.#due = [];
    for (const deliver of due) if (!this.#isClosed) deliver();
  }
}
