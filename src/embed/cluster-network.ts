import type { ClusterNetwork, MemberName, Route } from './api.ts';
import type { FaultRoute, MemberNetwork } from './network/index.ts';

/** The network's faults in terms of a cluster's members. */
export class NamedNetwork implements ClusterNetwork {
  readonly #network: MemberNetwork;
  readonly #idOf: (member: MemberName) => bigint;

  constructor(network: MemberNetwork, idOf: (member: MemberName) => bigint) {
    this.#network = network;
    this.#idOf = idOf;
  }

  partition(...groups: readonly (readonly MemberName[])[]): void {
    this.#network.faults.partition(groups.map((group) => group.map((member) => this.#idOf(member))));
    this.#network.changed();
  }

  heal(): void {
    this.#network.faults.heal();
    this.#network.changed();
  }

  drop(rate: number, route: Route = {}): void {
    this.#network.faults.drop(rate, this.#routeOf(route));
    this.#network.changed();
  }

  delay(range: number | { readonly minMs: number; readonly maxMs: number }, route: Route = {}): void {
    const { minMs, maxMs } = typeof range === 'number' ? { minMs: range, maxMs: range } : range;
    this.#network.faults.delay({ minMs, maxMs }, this.#routeOf(route));
  }

  #routeOf({ from, to }: Route): FaultRoute {
    return {
      ...(from !== undefined && { from: this.#idOf(from) }),
      ...(to !== undefined && { to: this.#idOf(to) }),
    };
  }
}
