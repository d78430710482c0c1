import { type Clock, secondsSince } from '../base/index.ts';
import { formatId } from '../base/member-ids.ts';
import type { Figures } from '../figures/index.ts';

/** What is counted of the traffic with one peer. */
export class PeerFigures {
  readonly #figures: Figures;
  readonly #local: string;
  readonly #remote: string;

  constructor(figures: Figures, localId: bigint, remoteId: bigint) {
    this.#figures = figures;
    this.#local = formatId(localId);
    this.#remote = formatId(remoteId);
  }

  reached(): void {
    this.#figures.set('etcd_network_active_peers', 1, this.#local, this.#remote);
  }

  lost(): void {
    this.#figures.set('etcd_network_active_peers', 0, this.#local, this.#remote);
    this.#figures.add('etcd_network_disconnected_peers_total', 1, this.#local, this.#remote);
  }

  sent(bytes: number): void {
    this.#figures.add('etcd_network_peer_sent_bytes_total', bytes, this.#remote);
  }

  notSent(): void {
    this.#figures.add('etcd_network_peer_sent_failures_total', 1, this.#remote);
  }

  received(bytes: number): void {
    this.#figures.add('etcd_network_peer_received_bytes_total', bytes, this.#remote);
  }

  notReceived(): void {
    this.#figures.add('etcd_network_peer_received_failures_total', 1, this.#remote);
  }

  probed(seconds: number): void {
    this.#figures.observe('etcd_network_peer_round_trip_time_seconds', seconds, this.#remote);
  }

  async sendingSnapshot(bytes: number, clock: Clock, send: () => Promise<void>): Promise<void> {
    const [figures, to, sinceMs] = [this.#figures, this.#remote, clock.nowMs()];
    figures.add('etcd_network_snapshot_send_inflights_total', 1, to);
    try {
      await send();
      this.sent(bytes);
      figures.add('etcd_network_snapshot_send_success', 1, to);
      figures.observe('etcd_network_snapshot_send_total_duration_seconds', secondsSince(clock, sinceMs), to);
    } catch (error) {
      this.notSent();
      figures.add('etcd_network_snapshot_send_failures', 1, to);
      throw error;
    } finally {
      figures.add('etcd_network_snapshot_send_inflights_total', -1, to);
    }
  }

  async receivingSnapshot(clock: Clock, receive: () => Promise<void>): Promise<void> {
    const [figures, from, sinceMs] = [this.#figures, this.#remote, clock.nowMs()];
    figures.add('etcd_network_snapshot_receive_inflights_total', 1, from);
    try {
      await receive();
      figures.add('etcd_network_snapshot_receive_success', 1, from);
      figures.observe('etcd_network_snapshot_receive_total_duration_seconds', secondsSince(clock, sinceMs), from);
    } catch (error) {
      figures.add('etcd_network_snapshot_receive_failures', 1, from);
      throw error;
    } finally {
      figures.add('etcd_network_snapshot_receive_inflights_total', -1, from);
    }
  }
}
