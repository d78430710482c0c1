import { type Clock, secondsSince } from '../base/index.ts';
import { PATHS } from './headers.ts';
import type { PeerFigures } from './peer-figures.ts';
import type { Dialer } from './request.ts';
import type { PeerUrls } from './urls.ts';

/** As often as etcd does it. */
const EVERY_MS = 4_000;

export interface ProberOptions {
  readonly clock: Clock;
  readonly dialer: Dialer;
  readonly urls: PeerUrls;
  readonly figures: PeerFigures;
}

/** Asks a peer from time to time for nothing but an answer, and takes how long that is in coming. */
export class Prober {
  readonly #options: ProberOptions;
  #cancel: (() => void) | undefined;
  #isClosed = false;

  constructor(options: ProberOptions) {
    this.#options = options;
    this.#schedule();
  }

  close(): void {
    this.#isClosed = true;
    this.#cancel?.();
  }

  #schedule(): void {
    if (!this.#isClosed) this.#cancel = this.#options.clock.after(EVERY_MS, () => void this.#probe());
  }

  async #probe(): Promise<void> {
    const { clock, dialer, urls, figures } = this.#options;
    const sinceMs = clock.nowMs();
    try {
      await dialer.exchange({ method: 'GET', url: urls.pick(), path: PATHS.probing, headers: {} });
      figures.probed(secondsSince(clock, sinceMs));
    } catch {
      // That the peer is gone is found out, and told, by its streams.
    }
    this.#schedule();
  }
}
