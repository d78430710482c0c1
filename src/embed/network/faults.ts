import type { Random } from '../random.ts';

/** From and to which members a fault is; anywhere where left out. */
export interface FaultRoute {
  readonly from?: bigint;
  readonly to?: bigint;
}

export interface DelayRange {
  readonly minMs: number;
  readonly maxMs: number;
}

interface Rule<Value> {
  readonly route: FaultRoute;
  readonly value: Value;
}

/** What is wrong with a network: who hears whom, what is lost, how long it takes. The last rule for a route counts. */
export class Faults {
  readonly #random: Random;
  #groups: readonly ReadonlySet<bigint>[] | undefined;
  #losses: readonly Rule<number>[] = [];
  #delays: readonly Rule<DelayRange>[] = [];

  constructor(random: Random) {
    this.#random = random;
  }

  partition(groups: readonly (readonly bigint[])[]): void {
    this.#groups = groups.map((group) => new Set(group));
  }

  heal(): void {
    this.#groups = undefined;
    this.#losses = [];
    this.#delays = [];
  }

  /** @param rate share of the messages, 0 to 1 */
  drop(rate: number, route: FaultRoute): void {
    if (!(rate >= 0 && rate <= 1)) throw new RangeError(`a rate of loss is between 0 and 1, not ${rate}`);
    this.#losses = withRule(this.#losses, route, rate);
  }

  delay(range: DelayRange, route: FaultRoute): void {
    if (!(range.minMs >= 0 && range.maxMs >= range.minMs && Number.isFinite(range.maxMs))) {
      throw new RangeError(
        `a delay is from 0 up, and to no less than its beginning: not ${range.minMs} to ${range.maxMs}`,
      );
    }
    this.#delays = withRule(this.#delays, route, range);
  }

  /** Nothing gets from one to the other. */
  isCut(from: bigint, to: bigint): boolean {
    if (this.#groups !== undefined && !this.#groups.some((group) => group.has(from) && group.has(to))) return true;
    return ruleFor(this.#losses, from, to) === 1;
  }

  /** Draws whether the next message from one to the other is lost. */
  isLost(from: bigint, to: bigint): boolean {
    const rate = ruleFor(this.#losses, from, to) ?? 0;
    return rate > 0 && this.#random.fraction() < rate;
  }

  /** Draws how long the next message takes. */
  delayMs(from: bigint, to: bigint): number {
    const range = ruleFor(this.#delays, from, to);
    if (range === undefined) return 0;
    return range.minMs + this.#random.fraction() * (range.maxMs - range.minMs);
  }
}

/** A rule for the same route, or for a part of it, is replaced. */
function withRule<Value>(rules: readonly Rule<Value>[], route: FaultRoute, value: Value): readonly Rule<Value>[] {
  const kept = rules.filter((rule) => !(covers(route.from, rule.route.from) && covers(route.to, rule.route.to)));
  return [...kept, { route, value }];
}

const covers = (wide: bigint | undefined, narrow: bigint | undefined): boolean => wide === undefined || wide === narrow;

function ruleFor<Value>(rules: readonly Rule<Value>[], from: bigint, to: bigint): Value | undefined {
  const matches = ({ route }: Rule<Value>): boolean =>
    (route.from === undefined || route.from === from) && (route.to === undefined || route.to === to);
  return rules.findLast(matches)?.value;
}
