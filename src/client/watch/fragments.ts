import type { WatchResponse } from '../../wire/index.ts';

/** Joins the fragments in which a server sends a response that is larger than a message may be. */
export class Fragments {
  #head: WatchResponse | undefined;

  /** The whole response, once its last fragment is in. What a broken stream leaves unfinished is never seen. */
  push(response: WatchResponse): WatchResponse | undefined {
    const whole = this.#head === undefined ? response : join(this.#head, response);
    this.#head = response.fragment ? whole : undefined;
    return response.fragment ? undefined : whole;
  }
}

function join(head: WatchResponse, tail: WatchResponse): WatchResponse {
  for (const event of tail.events) head.events.push(event);
  return head;
}
