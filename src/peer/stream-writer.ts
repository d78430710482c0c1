import type { ServerResponse } from 'node:http';
import type { Clock } from '../base/index.ts';
import type { Message } from '../raft/index.ts';
import type { StreamEncoder } from './codec/streams.ts';
import type { PeerStatus } from './status.ts';

/** Beyond so much that has not left yet, messages are dropped: raft sends again, and memory is bounded. */
const MAX_BUFFERED_BYTES = 64 * 1024 * 1024;

export interface StreamWriterOptions {
  readonly name: string;
  readonly clock: Clock;
  readonly status: PeerStatus;
  /** Interval of heartbeats on an idle stream; a third of what the reader waits for. */
  readonly heartbeatMs: number;
  readonly makeEncoder: () => StreamEncoder;
  /** Messages were dropped. */
  readonly lost: () => void;
}

/** The sending end of a stream: the peer dials, and what it asked for is answered for as long as both live. */
export class StreamWriter {
  readonly #options: StreamWriterOptions;
  #response: ServerResponse | undefined;
  #encoder: StreamEncoder | undefined;
  #stopHeartbeat: (() => void) | undefined;

  constructor(options: StreamWriterOptions) {
    this.#options = options;
  }

  get isWorking(): boolean {
    return this.#response !== undefined;
  }

  /** Takes a stream that the peer has opened; the one before is ended. Its head has been sent. */
  attach(response: ServerResponse): void {
    this.detach();
    this.#response = response;
    this.#encoder = this.#options.makeEncoder();
    this.#options.status.activate();
    const lose = (): void => {
      if (this.#response !== response) return;
      this.detach();
      this.#options.status.deactivate(`stream ${this.#options.name}: write`, 'the stream was closed by the peer');
      this.#options.status.figures.notSent();
      this.#options.lost();
    };
    response.on('close', lose);
    response.on('error', lose);
    this.#scheduleHeartbeat();
  }

  /** Whether there is a stream that took it. */
  send(m: Message): boolean {
    const response = this.#response;
    if (response === undefined || this.#encoder === undefined) return false;
    if (response.writableLength > MAX_BUFFERED_BYTES) {
      // The stream's encoder counts on every message arriving, so the stream has to end.
      response.destroy();
      return true;
    }
    this.#write(response, this.#encoder.encode(m));
    return true;
  }

  detach(): void {
    const response = this.#response;
    this.#response = undefined;
    this.#encoder = undefined;
    this.#stopHeartbeat?.();
    this.#stopHeartbeat = undefined;
    response?.destroy();
  }

  #write(response: ServerResponse, parts: readonly Uint8Array[]): void {
    response.cork();
    for (const part of parts) {
      response.write(part);
      this.#options.status.figures.sent(part.length);
    }
    // What is written in one turn leaves together.
    process.nextTick(() => response.uncork());
  }

  #scheduleHeartbeat(): void {
    this.#stopHeartbeat = this.#options.clock.after(this.#options.heartbeatMs, () => {
      const response = this.#response;
      if (response === undefined || this.#encoder === undefined) return;
      this.#write(response, this.#encoder.heartbeat());
      this.#scheduleHeartbeat();
    });
  }
}
