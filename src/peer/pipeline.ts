import type { Message } from '../raft/index.ts';
import { encodeMessage } from './codec/raft-message.ts';
import { PeerError } from './errors.ts';
import { PATHS, requestHeaders, type Speaker } from './headers.ts';
import type { Answer, Dialer } from './request.ts';
import type { PeerStatus } from './status.ts';
import type { PeerUrls } from './urls.ts';

/** As many posts are under way at a time, and as many messages wait for their turn, as in etcd. */
const CONCURRENCY = 4;
const MAX_WAITING = 64;

export interface PipelineOptions {
  readonly speaker: () => Speaker;
  readonly urls: PeerUrls;
  readonly dialer: Dialer;
  readonly status: PeerStatus;
  /** A message was lost. */
  readonly lost: (m: Message) => void;
  readonly removed: () => void;
}

/** Posts messages one by one: for a peer whose streams are not there yet. */
export class Pipeline {
  readonly #options: PipelineOptions;
  readonly #waiting: Message[] = [];
  #underWay = 0;
  #isClosed = false;

  constructor(options: PipelineOptions) {
    this.#options = options;
  }

  send(m: Message): void {
    if (this.#isClosed) return;
    if (this.#waiting.length >= MAX_WAITING) return this.#lose(m);
    this.#waiting.push(m);
    this.#work();
  }

  close(): void {
    this.#isClosed = true;
    this.#waiting.length = 0;
  }

  #lose(m: Message): void {
    this.#options.status.figures.notSent();
    this.#options.lost(m);
  }

  #work(): void {
    while (this.#underWay < CONCURRENCY) {
      const m = this.#waiting.shift();
      if (m === undefined) return;
      this.#underWay += 1;
      void this.#post(m).finally(() => {
        this.#underWay -= 1;
        this.#work();
      });
    }
  }

  async #post(m: Message): Promise<void> {
    const { speaker, urls, dialer, status } = this.#options;
    const url = urls.pick();
    const headers = { ...requestHeaders(speaker()), 'Content-Type': 'application/protobuf' };
    try {
      const body = encodeMessage(m);
      checkPosted(await dialer.exchange({ method: 'POST', url, path: PATHS.pipeline, headers }, body));
      status.figures.sent(body.length);
      status.activate();
    } catch (error) {
      if (this.#isClosed || !(error instanceof PeerError)) return;
      urls.failed(url);
      status.deactivate('pipeline: write', error.message);
      this.#lose(m);
      if (error.fault === 'removed') this.#options.removed();
    }
  }
}

/** @throws PeerError unless the peer took in what was posted */
export function checkPosted({ status, text }: Answer): void {
  if (status === 204) return;
  if (status === 403) throw new PeerError('removed', 'the member has been permanently removed from the cluster');
  const reason = text.toString().trim();
  throw new PeerError(status === 412 ? 'mismatch' : 'refused', reason || `unexpected http status ${status}`);
}
