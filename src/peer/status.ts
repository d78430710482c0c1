import type { Clock, LogSink } from '../base/index.ts';
import type { PeerFigures } from './peer-figures.ts';
import { formatId } from '../base/member-ids.ts';

/** Others are left out, lest what changes with every attempt fill the log. */
const MOST_REASONS = 8;

/** Whether a peer can be reached, as far as its connections tell. */
export class PeerStatus {
  /** What is counted of the traffic. */
  readonly figures: PeerFigures;
  readonly #clock: Clock;
  readonly #log: LogSink;
  readonly #peer: { readonly 'local-member-id': string; readonly 'remote-peer-id': string };
  #activeSinceMs: number | undefined;
  readonly #told = new Set<string>();

  constructor(clock: Clock, log: LogSink, figures: PeerFigures, localId: bigint, remoteId: bigint) {
    this.figures = figures;
    this.#clock = clock;
    this.#log = log;
    this.#peer = { 'local-member-id': formatId(localId), 'remote-peer-id': formatId(remoteId) };
  }

  /** By the clock; undefined while the peer can not be reached. */
  get activeSinceMs(): number | undefined {
    return this.#activeSinceMs;
  }

  activate(): void {
    if (this.#activeSinceMs !== undefined) return;
    this.#activeSinceMs = this.#clock.nowMs();
    this.#told.clear();
    this.figures.reached();
    this.#log({ level: 'info', message: 'peer became active', fields: { 'peer-id': this.#peer['remote-peer-id'] } });
  }

  /** Each reason is told once, until it can be reached again. @param action such as `stream message: read` */
  deactivate(action: string, reason: string): void {
    const wasActive = this.#activeSinceMs !== undefined;
    this.#activeSinceMs = undefined;
    if (wasActive) this.figures.lost();
    // Whichever of the connections to the peer it was that failed.
    const cause = reason.replace(/^\w+:\/\/\S+: /, '');
    if (!wasActive && (this.#told.has(cause) || this.#told.size >= MOST_REASONS)) return;
    this.#told.add(cause);
    const fields = { ...this.#peer, action, error: reason };
    this.#log({
      level: 'warn',
      message: wasActive ? 'peer became inactive (message send to peer failed)' : 'peer cannot be reached',
      fields,
    });
  }
}
