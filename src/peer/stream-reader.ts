import type { IncomingMessage } from 'node:http';
import { type Clock, messageOf } from '../base/index.ts';
import type { Message } from '../raft/index.ts';
import type { StreamDecoder } from './codec/streams.ts';
import { PeerError } from './errors.ts';
import { formatId } from '../base/member-ids.ts';
import { CLUSTER_MISMATCH, PATHS, requestHeaders, type Speaker, VERSION_MISMATCH } from './headers.ts';
import { type Dialer, readAll } from './request.ts';
import type { PeerStatus } from './status.ts';
import type { PeerUrls } from './urls.ts';

/** Between two attempts; etcd dials as often. */
const REDIAL_MS = 100;

export interface StreamReaderOptions {
  readonly name: 'msgapp' | 'message';
  readonly peerId: bigint;
  readonly speaker: () => Speaker;
  readonly urls: PeerUrls;
  readonly dialer: Dialer;
  readonly clock: Clock;
  readonly status: PeerStatus;
  readonly makeDecoder: () => StreamDecoder;
  readonly receive: (m: Message) => void;
  /** The other end says that this member was removed. */
  readonly removed: () => void;
}

/** The receiving end of a stream: dials the peer, reads what it sends, and dials again when that ends. */
export class StreamReader {
  readonly #options: StreamReaderOptions;
  #response: IncomingMessage | undefined;
  #stopRedial: (() => void) | undefined;
  #isClosed = false;

  constructor(options: StreamReaderOptions) {
    this.#options = options;
    void this.#run();
  }

  close(): void {
    this.#isClosed = true;
    this.#stopRedial?.();
    this.#response?.destroy();
  }

  async #run(): Promise<void> {
    const { name, status, clock } = this.#options;
    try {
      const response = await this.#dial();
      status.activate();
      await this.#read(response);
      if (!this.#isClosed) status.deactivate(`stream ${name}: read`, 'the stream was closed by the peer');
    } catch (error) {
      if (!this.#isClosed) status.deactivate(`stream ${name}: ${this.#response ? 'read' : 'dial'}`, messageOf(error));
      if (error instanceof PeerError && error.fault === 'removed') this.#options.removed();
    }
    this.#response = undefined;
    if (!this.#isClosed) this.#stopRedial = clock.after(REDIAL_MS, () => void this.#run());
  }

  async #dial(): Promise<IncomingMessage> {
    const { name, peerId, speaker, urls, dialer } = this.#options;
    const url = urls.pick();
    const self = speaker();
    const headers = { ...requestHeaders(self), 'X-Raft-To': formatId(peerId) };
    try {
      const path = `${PATHS.stream}${name}/${formatId(self.id)}`;
      const response = await dialer.send({ method: 'GET', url, path, headers }, async (request) => void request.end());
      if (response.statusCode !== 200) throw await refusal(response, peerId);
      if (this.#isClosed) response.destroy();
      this.#response = response;
      return response;
    } catch (error) {
      urls.failed(url);
      throw error;
    }
  }

  async #read(response: IncomingMessage): Promise<void> {
    const decoder = this.#options.makeDecoder();
    for await (const chunk of response) {
      if (!Buffer.isBuffer(chunk)) continue;
      this.#options.status.figures.received(chunk.length);
      for (const m of decoder.decode(chunk)) {
        if (this.#isClosed) return;
        this.#options.receive(m);
      }
    }
  }
}

async function refusal(response: IncomingMessage, peerId: bigint): Promise<PeerError> {
  const text = (await readAll(response, 4_096)).toString().trim();
  const { statusCode } = response;
  if (statusCode === 410) return new PeerError('removed', 'the member has been permanently removed from the cluster');
  if (statusCode === 404) return new PeerError('refused', `peer ${formatId(peerId)} failed to find local node`);
  if (statusCode !== 412) return new PeerError('refused', `unhandled http status ${statusCode}`);
  if (text === CLUSTER_MISMATCH || text === VERSION_MISMATCH) return new PeerError('mismatch', text);
  return new PeerError('refused', `unhandled error "${text}" when precondition failed`);
}
