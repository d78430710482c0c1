import type { Caller, MemberApi, WatchSession, WatchSink } from '../member/index.ts';
import type { WatchRequest, WatchResponse } from '../wire/index.ts';

/** One watch stream of a member that may not be there yet, or stand still: what is sent either way waits. */
export class GatedWatch implements WatchSession {
  readonly #sink: WatchSink;
  readonly #closed: () => void;
  #session: WatchSession | undefined;
  readonly #requests: WatchRequest[] = [];
  #isPaused = false;
  #responses: WatchResponse[] = [];
  #isOver = false;

  constructor(sink: WatchSink, closed: () => void) {
    this.#sink = sink;
    this.#closed = closed;
  }

  begin(member: MemberApi, caller: Caller): void {
    if (this.#isOver) return;
    this.#session = member.watch(caller, {
      isReady: () => !this.#isPaused && this.#sink.isReady(),
      send: (response) => {
        if (this.#isPaused) this.#responses.push(response);
        else this.#sink.send(response);
      },
      end: (error) => this.refuse(error),
    });
    for (const request of this.#requests.splice(0)) this.#session.request(request);
  }

  /** Ends the stream for the client. */
  refuse(error?: Error): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#closed();
    this.#sink.end(error);
  }

  pause(): void {
    this.#isPaused = true;
  }

  resume(): void {
    if (!this.#isPaused) return;
    this.#isPaused = false;
    for (const request of this.#requests.splice(0)) this.#session?.request(request);
    const responses = this.#responses;
    this.#responses = [];
    for (const response of responses) this.#sink.send(response);
    this.#session?.drained();
  }

  request(request: WatchRequest): void {
    if (this.#isPaused || this.#session === undefined) this.#requests.push(request);
    else this.#session.request(request);
  }

  drained(): void {
    if (!this.#isPaused) this.#session?.drained();
  }

  close(): void {
    this.#isOver = true;
    this.#closed();
    this.#session?.close();
  }
}
