import type { Clock } from '../base/index.ts';
import type { Figures } from '../figures/index.ts';
import type { Message } from '../raft/index.ts';

/** Counts the heartbeats of a leader that leave so late that followers may lose patience: the machine has no time for it. */
export class LateHeartbeats {
  readonly #clock: Clock;
  readonly #figures: Figures;
  readonly #mostMs: number;
  readonly #sentMs = new Map<bigint, number>();

  constructor(clock: Clock, figures: Figures, heartbeatMs: number) {
    this.#clock = clock;
    this.#figures = figures;
    this.#mostMs = 2 * heartbeatMs;
  }

  /** Another one leads, or this one anew: nothing was due in between. */
  reset(): void {
    this.#sentMs.clear();
  }

  sent(messages: readonly Message[]): void {
    for (const { type, to } of messages) {
      if (type !== 'MsgHeartbeat') continue;
      const nowMs = this.#clock.nowMs();
      const late = nowMs - (this.#sentMs.get(to) ?? nowMs) - this.#mostMs;
      if (late > 0) this.#figures.add('etcd_server_heartbeat_send_failures_total');
      this.#sentMs.set(to, nowMs);
    }
  }
}
